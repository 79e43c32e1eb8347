"""A consent read aloud, held against its sentence: what passes by itself, what somebody has to hear, and what is something else."""

import pytest

from render.ports.speech import Transcript
from render.speech.heard import Outcome, compare

ZH = "我「{name}」确认我的声音将会被「蓝海商贸」使用于创建合成版本语音。"
EN = 'I, "{name}", am aware that recordings of my voice will be used by "Blue Sea Trading" to create and use a synthetic version of my voice.'
HEARD_EN = "I, Anna Miller, am aware that recordings of my voice will be used by Blue Sea Trading to create and use a synthetic version of my voice."


def verdict(sentence, name, language, text, certainty=-0.2, silence=0.01):
    return compare(sentence.format(name=name), name, language, Transcript(text, certainty, silence))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("王晓明", "我王小明確認我的聲音將會被蘭海傷冒使用於創建合成版本語音"),
        ("欧阳静怡", "我歐陽敬儀確認我的聲音將會被藍海傷冒使用於創建合成版本語音。"),
    ],
)
def test_chinese_is_compared_by_how_it_sounds_in_either_script(name, text):
    assert verdict(ZH, name, "zh", text).outcome is Outcome.SAID


def test_english_is_compared_without_its_signs_and_capitals():
    assert verdict(EN, "Anna Miller", "en", "i anna MILLER " + HEARD_EN.partition("Miller")[2]).outcome is Outcome.SAID


@pytest.mark.parametrize(("name", "language"), [("John Smith", "en"), ("Mei Lin", "en")])
def test_another_name_has_to_be_heard_by_somebody(name, language):
    found = verdict(EN, name, language, HEARD_EN)
    assert (found.outcome, found.reasons) == (Outcome.UNSURE, ("name",))


def test_a_refusal_never_passes_by_itself():
    text = "我王小明不同意我的声音被蓝海商贸使用于创建合成版本语音"
    assert "denial" in verdict(ZH, "王晓明", "zh", text).reasons
    assert verdict(EN, "Anna Miller", "en", HEARD_EN.replace("am aware", "am not aware")).outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    ("sentence", "language", "text"),
    [
        (ZH, "zh", "今天天气很好我们一起去公园散步看看花再喝一杯茶"),
        (EN, "en", "The weather is fine today, we have a cup of tea."),
        (EN, "en", ""),
    ],
)
def test_something_else_is_told_as_that(sentence, language, text):
    assert verdict(sentence, "Anna Miller", language, text).outcome is Outcome.OTHER


@pytest.mark.parametrize("how", [{"certainty": -1.2}, {"silence": 0.9}])
def test_what_is_hard_to_understand_has_to_be_heard_by_somebody(how):
    found = verdict(EN, "Anna Miller", "en", HEARD_EN, **how)
    assert (found.outcome, found.reasons) == (Outcome.UNSURE, ("unclear",))


def test_thai_never_passes_by_itself_however_well_it_is_heard():
    sentence = "ข้าพเจ้า “{name}” ทราบว่าเสียงของข้าพเจ้าจะถูกนำไปใช้"
    assert verdict(sentence, "สมชาย", "th", sentence.format(name="สมชาย")).outcome is Outcome.UNSURE
    assert verdict(sentence, "สมชาย", "th", "อื่น").outcome is Outcome.UNSURE
