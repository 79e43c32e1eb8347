import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.timeline import scripts
from render.timeline.captions import block_cues, lines, srt, vtt
from render.timeline.placed import Cue, PlacedBlock
from render.timeline.spoken import SpeechRequest, SpokenTimes, Word
from render.timeline.styles import CaptionOverride, TextStyle
from render.timeline.time import TimeRange
from render.timeline.voicing import estimate


def cut(text, words=()):
    return [text[start:end] for start, end in lines(text, words)]


def spoken(text, times=None):
    times = times or estimate(SpeechRequest("e", "zh", "v", text))
    return PlacedBlock("b", text, TimeRange(0, times.duration), "", times)


def cue(text, start=0, duration=240_000):
    return Cue("c", "s", "b", TimeRange(start, duration), text)


def test_sentences_stand_on_lines_of_their_own():
    assert cut("你好。世界！Really? Yes.") == ["你好。", "世界！", "Really?", "Yes."]


def test_short_clauses_share_a_line_and_long_ones_do_not():
    assert cut("你好，世界") == ["你好，世界"]
    assert cut("今天我们给大家带来，一款真正好用的精华液，一起来看看") == ["今天我们给大家带来，", "一款真正好用的精华液，一起来看看"]


def test_a_long_clause_is_cut_in_even_parts():
    assert [len(line) for line in cut("好" * 20)] == [10, 10]
    assert all(scripts.width(line) <= 32 for line in cut("好" * 333))


@pytest.mark.parametrize("word", ["extraordinarily", "3,999.50", "￥99.9", "don't", "50%", "example.com", "iPhone17", "re-use"])
def test_no_line_ends_inside_a_word_or_number(word):
    for filling in range(1, 40):
        for text in (f"{'a ' * filling}{word} {'b ' * 30}", f"{'好' * filling}{word}{'好' * 20}"):
            assert sum(word in line for line in cut(text)) == 1, text


def test_a_point_inside_a_number_ends_nothing():
    assert cut("It is 3.5 or 1,000 big. Yes") == ["It is 3.5 or 1,000 big.", "Yes"]


def test_a_closing_sign_stays_with_its_sentence_and_an_opening_one_with_its_word():
    assert cut("他说：“你好。”我走了（真的）。") == ["他说：“你好。”", "我走了（真的）。"]
    assert not any(line.startswith(("，", "。", "”", "）")) or line.endswith(("“", "（")) for line in cut("好“好”（好），" * 30))


def test_spoken_words_are_not_cut():
    text = "护肤品" * 8
    words = tuple(Word(start, start + 3, 0, 1) for start in range(0, 24, 3))
    assert all(len(line) % 3 == 0 for line in cut(text, words))


def test_thai_vowels_and_tones_stay_on_their_letter():
    for line in cut("ผู้หญิงที่นี่น้ำเก่งมากกว่านั้นเป็นที่รู้กันดีว่าใช้แล้วดีมากๆ" * 3)[1:]:
        assert line[0] not in "ัิีึืฺุู็่้๊๋์ํำะาๅ"


def test_a_line_break_in_the_text_breaks_the_line():
    assert cut("一\n二\n\n三") == ["一", "二", "三"]


def test_a_word_longer_than_a_line_is_left_whole():
    assert cut("a" * 100 + " b") == ["a" * 100, "b"]


@given(st.text("ab1 ,.，。你“”ก่👍\u200d\n", max_size=80))
def test_cutting_loses_only_white_space(text):
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


def test_cues_are_timed_by_their_words():
    times = SpokenTimes(100, (Word(0, 2, 5, 20), Word(3, 5, 60, 30)))
    cues = block_cues("s", spoken("你好。世界", times), 1_000)
    assert [(one.id, one.text, one.range) for one in cues] == [
        ("b.0", "你好。", TimeRange(1_005, 20)),
        ("b.1", "世界", TimeRange(1_060, 30)),
    ]
    assert cues[1].words == (Word(0, 2, 1_060, 30),)


def test_without_words_cues_are_timed_in_proportion():
    cues = block_cues("s", spoken("你好。世界呀", SpokenTimes(600)), 0)
    assert [one.range for one in cues] == [TimeRange(0, 300), TimeRange(300, 300)]


def test_signs_alone_make_no_cue():
    assert [one.text for one in block_cues("s", spoken("你好。……"), 0)] == ["你好。……"]
    assert [one.text for one in block_cues("s", spoken("你好。\n👍\n再见"), 0)] == ["你好。", "再见"]
    assert block_cues("s", spoken("", SpokenTimes(0)), 0) == ()


@given(st.text("ab1 ,.，。你好\n", max_size=60))
def test_cues_never_overlap(text):
    cues = block_cues("s", spoken(text), 77)
    assert all(one.range.end <= two.range.start for one, two in itertools.pairwise(cues))


def test_subrip_is_numbered_with_a_comma_before_the_milliseconds():
    assert srt([cue("你好"), cue("", 9), cue("a\n\nb --> c", 240_000 * 3_661 + 120_120)]) == (
        "1\n00:00:00,000 --> 00:00:01,000\n你好\n\n2\n01:01:01,500 --> 01:01:02,500\na b → c\n\n"
    )


def test_webvtt_escapes_what_it_would_read_as_markup():
    assert vtt([cue("<b>R&D</b> --> 50% {{ x }}"), cue("")]) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n&lt;b&gt;R&amp;D&lt;/b&gt; → 50% {{ x }}\n\n"
    )


def changed(text, *overrides, second=""):
    placed = spoken(text)
    return replace(placed, captions=tuple((place, CaptionOverride(mark="m", **facts)) for place, facts in overrides), second=second)


def shown(block):
    return [made.text for made in block_cues("s", block, 0)]


def test_a_caption_is_split_and_joined_where_a_person_said_so():
    text = "你好世界。大家好。"
    assert shown(changed(text)) == ["你好世界。", "大家好。"]
    assert shown(changed(text, (2, {"cut": "split"}))) == ["你好", "世界。", "大家好。"]
    assert shown(changed(text, (5, {"cut": "join"}))) == ["你好世界。大家好。"]
    assert shown(changed(text, (2, {"cut": "split"}), (5, {"cut": "join"}))) == ["你好", "世界。大家好。"]
    assert shown(changed(text, (0, {"cut": "join"}), (0, {"cut": "split"}), (99, {"cut": "split"}))) == ["你好世界。", "大家好。"]


def test_a_caption_shows_other_words_than_are_said_or_none():
    first, second = block_cues("s", changed("你好世界。大家好。", (1, {"text": "Hello"}), (9, {"hidden": True})), 0)
    assert (first.text, first.words, second.text) == ("Hello", (), "")
    assert srt([first, second]).count("-->") == 1
    same = block_cues("s", changed("你好。", (0, {"text": "你好。"})), 0)[0]
    assert same.words


def test_a_caption_stands_when_a_person_said_and_looks_as_she_wished():
    style = TextStyle(size=900)
    moved = block_cues("s", changed("你好。", (0, {"at": 12_000, "duration": 36_000, "style": style})), 240_000)[0]
    assert (moved.range, moved.style) == (TimeRange(252_000, 36_000), style)
    usual = block_cues("s", changed("你好。"), 240_000)[0]
    begun = block_cues("s", changed("你好。", (0, {"at": 12_000})), 240_000)[0]
    assert begun.range.end == usual.range.end


def test_the_second_language_goes_along_caption_by_caption():
    cues = block_cues("s", changed("你好世界。大家好。", second="Hello world. Hi everybody."), 0)
    assert [made.second for made in cues] == ["Hello world.", "Hi everybody."]
    assert "你好世界。\nHello world.\n" in srt(cues)
    assert [made.second for made in block_cues("s", changed("你好世界。大家好。", second="嗯"), 0)] == ["嗯", ""]
