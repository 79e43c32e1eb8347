from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from render.speech.script import script
from render.speech.sentences import WEIGHT_MAX, load, sentences
from render.speech.sounds import sounds
from render.speech.symbols import NUMBERS, SYMBOLS_MAX

_TEXTS = st.text(
    alphabet="你好重庆一二三不了地得着嗯12389.,:-/%¥$+~，。！？…—（）《》 \n\tabcABCkgml℃😀\u200b\u202e\x00مรé한ひ〇²Ⅳ½", max_size=60
)


def texts(passage, language="zh"):
    return [passage[part[0].start : part[-1].end] for part in sentences(script(passage, language))]


def test_a_passage_is_cut_after_its_full_stops():
    assert texts("欢迎来到直播间。今天给大家看一款新品！喜欢这款新品吗？快给主播点个赞吧") == [
        "欢迎来到直播间。",
        "今天给大家看一款新品！",
        "喜欢这款新品吗？",
        "快给主播点个赞吧",
    ]
    assert texts("He said “it is really good now.” And then she left.", "en") == ["He said “it is really good now.”", "And then she left."]


def test_a_very_short_sentence_goes_with_its_neighbour():
    assert texts("好。今天给大家看一款新品！") == ["好。今天给大家看一款新品！"]
    assert texts("今天给大家看一款新品！好。") == ["今天给大家看一款新品！好。"]


def test_a_long_sentence_is_cut_after_a_comma_and_anywhere_where_there_is_none():
    commas = texts("我们今天给大家介绍一款非常好用的新品，" * 8)
    assert len(commas) > 1
    assert all(part.endswith("，") for part in commas)
    assert all(load(part) <= WEIGHT_MAX for part in sentences(script("长" * 20_000, "zh")))


@settings(deadline=None)  # the first text loads the dictionaries
@given(_TEXTS, st.sampled_from(["zh", "en"]))
def test_any_text_becomes_symbols_that_the_network_knows(text, language):
    pieces = script(text, language)
    assert all(piece.start < piece.end <= len(text) for piece in pieces)
    assert all(before.end <= after.start for before, after in pairwise(pieces))
    for part in sentences(pieces):
        symbols = "".join(sound.symbols for sound in sounds(part, british=False))
        assert len(symbols) <= SYMBOLS_MAX
        assert set(symbols) <= set(NUMBERS)
