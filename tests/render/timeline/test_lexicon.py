"""Lexicons: a tenant's words are said its way, as whole words, under what was asked for one place."""

import pytest

from render.timeline import codec
from render.timeline.lexicon import with_lexicon
from render.timeline.sentences import sentences
from render.timeline.voicing import link, sentence_requests, speech_requests, spread

HANG = (("银行", "yin2 hang2"), ("行", "xing2"))


def document(text, **fields):
    block = {"id": "b", "texts": {"zh": {"text": text} | fields}, "voices": {"zh": "zf_xiaoyi"}}
    return codec.read({"scenes": [{"id": "s", "blocks": [block]}]})


def test_the_longest_word_at_a_place_is_taken():
    assert with_lexicon("行到银行。", (), HANG) == ((0, 1, "xing2"), (2, 4, "yin2 hang2"))


def test_what_was_asked_for_one_place_stands_above_the_lexicon():
    assert with_lexicon("银行行", ((1, 2, "xing2"),), HANG) == ((1, 2, "xing2"), (2, 3, "xing2"))


@pytest.mark.parametrize(
    ("text", "places"),
    [("Piying", [(0, 6)]), ("piying, PIYING!", [(0, 6), (8, 14)]), ("Piyings", []), ("用Piying剪", [(1, 7)]), ("ıPiyİng", [])],
)
def test_letters_count_without_case_and_as_whole_words_only(text, places):
    assert [entry[:2] for entry in with_lexicon(text, (), (("Piying", "pee-ying"),))] == places


def test_signs_in_a_word_are_signs_only():
    assert with_lexicon("a+b C++", (), (("C++", "see plus plus"), ("a.b", "x"))) == ((4, 7, "see plus plus"),)


def test_a_sentence_with_none_of_the_words_keeps_its_name_and_sound():
    held = document("今天的天气非常好。我们一起去银行吧！")
    plain = sentence_requests(speech_requests(held, "zh", "engine").values())
    told = sentence_requests(speech_requests(held, "zh", "engine", lexicon=HANG).values())
    same = [one.text for name, one in told.items() if name in plain]
    assert same == ["今天的天气非常好。"]


def test_the_manifest_looks_for_the_words_as_the_lexicon_has_them_said():
    held = document("我们一起去银行吧！")
    (said,) = sentences(speech_requests(held, "zh", "engine", lexicon=HANG)["b"])
    (name,) = sentence_requests([said.request])
    voiced = {name: spread(said.request, 240_000)}
    assert link(held, "zh", "engine", voiced, lexicon=HANG).complete
    assert not link(held, "zh", "engine", voiced).complete
