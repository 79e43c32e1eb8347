import pytest

from render.speech.mandarin import sandhi, syllable, words


def pinyin_of(text, wanted):
    spoken = "".join(symbols for word in words(text) for _, symbols in word)
    return spoken == "".join(syllable(one) for one in wanted.split())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("重庆", "chong2 qing4"),
        ("重要", "zhong4 yao4"),
        ("银行", "yin2 hang2"),
        ("行走", "xing2 zou3"),
        ("长大", "zhang3 da4"),
        ("便宜", "pian2 yi5"),
        ("睡觉", "shui4 jiao4"),
        ("觉得", "jue2 de5"),
        ("音乐", "yin1 yue4"),
        ("快乐", "kuai4 le4"),
        ("看着", "kan4 zhe5"),
        ("着急", "zhao2 ji2"),
        ("三只", "san1 zhi1"),
    ],
)
def test_hanzi_with_many_readings_are_read_by_their_word(text, wanted):
    assert pinyin_of(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("不是", "bu2 shi4"),
        ("不好", "bu4 hao3"),
        ("一个", "yi2 ge4"),
        ("一天", "yi4 tian1"),
        ("一起", "yi4 qi3"),
        ("第一", "di4 yi1"),
        ("一月", "yi1 yue4"),
        ("一点五", "yi1 dian3 wu3"),
        ("二零一五", "er4 ling2 yi1 wu3"),
        ("你好", "ni2 hao3"),
        ("展览馆", "zhan2 lan2 guan3"),
    ],
)
def test_tones_bend_to_what_follows(text, wanted):
    assert pinyin_of(text, wanted)


def test_a_third_tone_keeps_before_another_word():
    assert sandhi("买马", ["mai3", "ma3"], frozenset({0, 1})) == ["mai3", "ma3"]


def test_what_is_not_a_syllable_has_no_phonemes():
    assert syllable("xyz1") == ""
    assert syllable("") == ""
    assert [symbols for word in words("𠮷") for _, symbols in word] in ([""], [syllable("ji2")])
