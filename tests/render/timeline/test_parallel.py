"""The second language of captions: parted as often as the first, at phrases of its own, with nothing torn that belongs together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.timeline import phrases, scripts
from render.timeline.captions import lines
from render.timeline.parallel import parallel

ZH = "早上好。今天给大家带来一款便携榨汁杯，三十秒就能喝到鲜榨果汁，上班路上也能用。充一次电可以榨二十杯。喜欢的话点个赞。"
EN = (
    "Good morning. Today I am bringing you a portable juicer cup that gives you fresh juice in thirty seconds, even on your way to work. "
    "One charge makes 20 cups. Like this if you enjoy it."
)
TH = "สวัสดีตอนเช้า วันนี้เรามีแก้วปั่นพกพามาแนะนำ คั้นน้ำผลไม้สดได้ใน 30 วินาที ใช้ระหว่างทางไปทำงานก็ได้ ชาร์จหนึ่งครั้งปั่นได้ 20 แก้ว ถ้าชอบกดไลก์ให้เราด้วยนะคะ"


def beside(first, second):
    """The second text as it stands under the captions of the first."""
    widths = [scripts.width(first[start:end]) for start, end in lines(first)]
    return list(parallel(second, [sum(widths[:place]) / sum(widths) for place in range(1, len(widths))]))


@pytest.mark.parametrize(
    ("first", "second", "pieces"),
    [
        (
            ZH,
            EN,
            [
                "Good morning.",
                "Today I am bringing you a portable juicer cup",
                "that gives you fresh juice in thirty seconds,",
                "even on your way to work.",
                "One charge makes 20 cups.",
                "Like this if you enjoy it.",
            ],
        ),
        (
            EN,
            ZH,
            [
                "早上好。",
                "今天给大家带来一款便携榨汁杯，",
                "三十秒就能喝到",
                "鲜榨果汁，",
                "上班路上也能用。",
                "充一次电可以榨二十杯。",
                "喜欢的话点个赞。",
            ],
        ),
        (
            EN,
            TH,
            [
                "สวัสดีตอนเช้า",
                "วันนี้เรามีแก้วปั่นพกพามาแนะนำ",
                "คั้นน้ำผลไม้สดได้ใน 30 วินาที",
                "ใช้ระหว่างทางไป",
                "ทำงานก็ได้",
                "ชาร์จหนึ่งครั้งปั่นได้ 20 แก้ว",
                "ถ้าชอบกดไลก์ให้เราด้วยนะคะ",
            ],
        ),
        (
            ZH,
            TH,
            [
                "สวัสดีตอนเช้า",
                "วันนี้เรามีแก้วปั่นพกพามาแนะนำ",
                "คั้นน้ำผลไม้สดได้ใน 30 วินาที",
                "ใช้ระหว่างทางไปทำงานก็ได้",
                "ชาร์จหนึ่งครั้งปั่นได้ 20 แก้ว",
                "ถ้าชอบกดไลก์ให้เราด้วยนะคะ",
            ],
        ),
    ],
    ids=["zh-en", "en-zh", "en-th", "zh-th"],
)
def test_the_second_language_is_parted_at_its_own_phrases(first, second, pieces):
    assert beside(first, second) == pieces


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("We drove the whole day along the sea to Dr. Mei Lin Carter and went home", "Dr. Mei Lin Carter"),
        ("It weighs no more than about 500 ml of water and fits in any bag you own", "500 ml"),
        ("It is ready again after thirty seconds and that is all there is to say", "thirty seconds"),
        ("Take pictures with the iPhone 15 Pro whenever you like and send them", "iPhone 15 Pro"),
        ("我们用 Adobe Premiere Pro 剪辑了这支短片再发给大家看看", "Adobe Premiere Pro"),
        ("这台破壁机的容量是1.75升可以给一家三口做早餐喝豆浆", "1.75升"),
        ("这台破壁机只要三百二十元就可以给一家三口做早餐喝豆浆", "三百二十元"),
        ("ราคาพิเศษวันนี้เพียง 1,290 บาท จากปกติสองพันบาทเท่านั้นรีบเลย", "1,290 บาท"),
        ("โปรโมชั่นเดือนนี้เซรั่มไฮยาลูรอนลดราคาพิเศษสำหรับลูกค้าทุกคน", "ไฮยาลูรอน"),
    ],
)
def test_a_name_a_number_with_its_unit_and_a_word_stay_whole(text, whole):
    for share in range(1, 40):
        assert sum(whole in piece for piece in parallel(text, [share / 40])) == 1


def test_a_small_word_goes_along_with_what_it_belongs_to():
    assert parallel("Put it into the bag of your sister", [0.3]) == ("Put it", "into the bag of your sister")
    assert parallel("非常柔和的灯光照在书上", [0.37]) == ("非常柔和的", "灯光照在书上")


def test_no_letter_or_two_stand_alone_unless_they_are_a_sentence():
    assert parallel("Oh, go", [0.2]) == ("", "Oh, go")
    assert "OK," not in parallel("OK, let us begin", [0.15])
    assert parallel("No. Let us begin again.", [0.1]) == ("No.", "Let us begin again.")
    assert parallel("嗯", [0.5]) in {("嗯", ""), ("", "嗯")}


def test_a_headline_in_capitals_may_be_parted():
    assert all(parallel("BUY ONE AND GET ONE FREE FOR YOUR BEST FRIEND TODAY", [0.5]))


def test_an_abbreviation_ends_no_sentence():
    assert [place.at for place in phrases.places("we ask Dr. Lin")] == [3, 7]


def test_a_text_without_words_leaves_every_caption_empty():
    assert parallel("", [0.3, 0.6]) == ("", "", "")


@given(st.text("ab 。，,. 好的ก้1一\n", max_size=40), st.lists(st.floats(0, 1), max_size=5))
def test_nothing_of_the_second_language_is_lost(text, shares):
    pieces = parallel(text, shares)
    assert len(pieces) == len(shares) + 1
    assert "".join("".join(pieces).split()) == "".join(text.split())
