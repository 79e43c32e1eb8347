import pytest

from render.speech import english
from render.speech.script import script


def said(text, language="zh", pronunciations=()):
    return [piece.said for piece in script(text, language, pronunciations) if piece.tongue != "pause"]


def sounds(text):
    pieces = [piece.said for piece in script(text, "en")]
    return " ".join(sound for sound in english.sounds(pieces, british=False) if sound)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("0", "零"), ("10", "十"), ("12", "十二"), ("101", "一百零一"), ("1001", "一千零一"), ("2000", "两千"), ("10500", "一万零五百"),
        ("20000", "两万"), ("1,280", "一千二百八十"), ("１２３", "一百二十三"), ("3.14", "三点一四"), ("1234567890", "一二三四五六七八九零"),
        ("¥29.9", "二十九点九元"), ("￥99", "九十九元"), ("$5", "五美元"), ("€2", "两欧元"), ("¥99-199", "九十九到一百九十九元"),
        ("¥3.5万", "三点五万元"), ("299元", "二百九十九 元"), ("199RMB", "一百九十九元"), ("¥29.9元", "二十九点九元"),
        ("50%", "百分之五十"), ("100%", "百分之百"), ("10%-20%", "百分之十到百分之二十"), ("10~20%", "百分之十到百分之二十"), ("0.5‰", "千分之零点五"),
        ("3-5天", "三到五 天"), ("2-3个", "两到三 个"), ("2个", "两 个"), ("12个", "十二 个"), ("第2名", "第 二 名"), ("2月", "二 月"),
        ("2024年", "二零二四 年"), ("20年", "二十 年"), ("2024-03-15", "二零二四年三月十五日"), ("2024/3/5", "二零二四年三月五日"),
        ("5:30", "五点三十分"), ("8:05", "八点零五分"), ("2:00", "两点"), ("9:00-18:00", "九点到十八点"), ("16:9", "十六比九"),
        ("5kg", "五公斤"), ("250 ml", "二百五十毫升"), ("2L", "两升"), ("175cm", "一百七十五厘米"), ("-5℃", "零下五摄氏度"), ("80㎡", "八十平方米"),
        ("5000mAh", "五千毫安时"), ("120km/h", "一百二十公里每小时"), ("65W", "六十五瓦"), ("1/2", "二分之一"), ("100+", "一百多"),
        ("13800138000", "幺三八零零幺三八零零零"), ("400-800-1234", "四零零八零零幺二三四"), ("007", "零零七"), ("5折", "五 折"), ("3×5", "三 乘 五"),
    ],
)  # fmt: skip
def test_figures_in_chinese_are_said_as_mandarin_says_them(written, spoken):
    assert said(written) == spoken.split(" ")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("5G手机", ["五", "G", "手", "机"]),
        ("4K屏", ["四", "K", "屏"]),
        ("iPhone15 Pro", ["iPhone", "十五", "Pro"]),
        ("LED灯", ["L.E.D.", "灯"]),
        ("SK-II和P&G", ["SK-II", "和", "P&G"]),
        ("PM2.5", ["P.M.", "二点五"]),
        ("這裡後來", list("这里后来")),
        ("爱😀你", ["爱", "你"]),
        ("好\u202e的\u200b吗\x00", ["好", "的", "吗"]),
        ("{{ 名字 }}<script>", ["名", "字", "script"]),
        ("50% off", ["百分之五十", "off"]),
    ],
)
def test_mixed_text_is_read_in_both_tongues(written, spoken):
    assert said(written) == spoken


@pytest.mark.parametrize(
    ("written", "in_words"),
    [
        ("$29.99", "twenty nine dollars and ninety nine cents"),
        ("$5", "five dollars"),
        ("¥29.9", "twenty nine point nine yuan"),
        ("¥99-199", "ninety nine to one hundred ninety nine yuan"),
        ("50%", "fifty percent"),
        ("10-20%", "ten to twenty percent"),
        ("3-5 days", "three to five days"),
        ("5 kg", "five kilograms"),
        ("250ml", "two hundred fifty milliliters"),
        ("25℃", "twenty five degrees Celsius"),
        ("5:30", "five thirty"),
        ("1,234", "one thousand two hundred thirty four"),
        ("100+", "one hundred plus"),
        ("approx. 3", "approximately three"),
        ("you & me", "you and me"),
    ],
)
def test_figures_in_english_are_said_in_words(written, in_words):
    flat = str.maketrans("", "", " ˈˌ")
    assert sounds(written).translate(flat) == sounds(in_words).translate(flat)


@pytest.mark.parametrize(
    ("written", "like"), [("1st", "first"), ("2nd", "second"), ("in 1999", "in nineteen ninety nine"), ("Dr. Lee", "doctor Lee")]
)
def test_ordinals_years_and_titles_are_read_out(written, like):
    flat = str.maketrans("", "", " ˈˌ")
    assert sounds(written).translate(flat) == sounds(like).translate(flat)


@pytest.mark.parametrize(
    ("text", "language", "spans"),
    [
        ("只要¥29.9！", "zh", ["只", "要", "¥29.9"]),
        ("這款250 ml，😀好", "zh", ["這", "款", "250 ml", "好"]),
        ("Buy 5 kg at 5:30 pm.", "en", ["Buy", "5 kg", "at", "5:30 pm"]),
        ("don't stop", "en", ["don't", "stop"]),
    ],
)
def test_a_figure_is_one_word_of_the_text_as_it_was_written(text, language, spans):
    assert [text[piece.start : piece.end] for piece in script(text, language) if piece.tongue != "pause"] == spans


def test_pinyin_between_pieces_replaces_the_reading_of_its_span():
    pieces = script("去重庆吧", "zh", ((1, 3, "zhong4 qing4"),))
    assert [(piece.start, piece.end, piece.tongue) for piece in pieces] == [(0, 1, "zh"), (1, 3, "symbols"), (3, 4, "zh")]
    assert pieces[1].said == "ꭧʊ↘ŋʨʰi↘ŋ"


def test_a_respelling_is_read_in_place_of_the_word_and_phonemes_as_they_are():
    assert said("Meet Siobhan", "en", ((5, 12, "shiv-awn"),)) == ["Meet", "shiv-awn"]
    assert said("Meet Siobhan", "en", ((5, 12, "/ʃəvˈɔn/"),)) == ["Meet", "ʃəvˈɔn"]
    assert said("买LV包", "zh", ((1, 3, "路易"),)) == ["买", "路易", "包"]


def test_overrides_outside_the_text_or_over_another_are_left_out():
    assert said("你好", "zh", ((1, 9, "hao4"), (2, 2, "hao4"), (0, 1, " "))) == ["你", "好"]
    assert said("你好", "zh", ((0, 2, "ni3 hao4"), (1, 2, "hao1"))) == [said("你好", "zh", ((0, 2, "ni3 hao4"),))[0]]
