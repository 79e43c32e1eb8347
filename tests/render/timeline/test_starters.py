import pytest

from render.errors import DocumentRefused
from render.timeline import codec
from render.timeline.checks import check
from render.timeline.document import Canvas
from render.timeline.starters import SCENES_MAX, SCRIPT_LENGTH_MAX, from_script, paragraphs


def start(script, **members):
    options = {"canvas": Canvas(), "language": "zh", "voice": "zf_xiaobei", "presenter": "lin", "title": "新品"} | members
    return from_script(script, **options)


def test_paragraphs_become_scenes_that_a_presenter_speaks():
    document = start("大家好。\n欢迎。\n\n  \n\n今天有好东西！", music="quiet-water")
    assert [scene.blocks[0].texts["zh"].text for scene in document.scenes] == ["大家好。\n欢迎。", "今天有好东西！"]
    assert all(scene.layers[0].content.presenter == "lin" for scene in document.scenes)
    assert all(scene.blocks[0].voices == {"zh": "zf_xiaobei"} for scene in document.scenes)
    assert document.scenes[0].background != document.scenes[1].background
    assert document.tracks[0].layers[0].content.asset == "music:quiet-water"
    assert (document.title, document.captions.visible) == ("新品", True)
    assert codec.read(codec.write(document)) == document
    assert check(document) == ()


def test_voice_presenter_and_music_may_be_left_out():
    document = start("你好", voice="", presenter="")
    assert (document.scenes[0].blocks[0].voices, document.scenes[0].layers, document.tracks) == ({}, (), ())


def test_without_blank_lines_every_line_is_a_scene():
    assert list(paragraphs("一\r\n二\r三\u2028四")) == ["一", "二", "三", "四"]


def test_a_long_paragraph_is_cut_between_sentences():
    parts = list(paragraphs("这一款精华液只要99.9元，真的非常好用。" * 9 + "最后一句没有句号"))
    assert len(parts) > 2
    assert all(part.endswith("。") for part in parts[:-1])
    assert parts[-1].endswith("最后一句没有句号")


def test_a_number_with_a_point_is_not_cut():
    parts = list(paragraphs('It costs 9.99 dollars today. "Really?" Yes. ' * 9))
    assert all("9.99" in part for part in parts)
    assert len(parts) > 2


def test_a_short_text_is_one_scene():
    assert list(paragraphs(" Hello. World. ")) == ["Hello. World."]


def test_more_paragraphs_than_scenes_share_scenes():
    parts = list(paragraphs("\n\n".join(f"第{number}段" for number in range(501))))
    assert len(parts) <= SCENES_MAX
    assert "第500段" in parts[-1]


@pytest.mark.parametrize("script", ["", " \n ", "……", "👍", "\0"])
def test_an_empty_script_is_refused(script):
    with pytest.raises(DocumentRefused) as refused:
        start(script)
    assert refused.value.reason == "script-empty"


def test_a_script_of_a_hundred_thousand_characters_is_refused_with_its_length():
    with pytest.raises(DocumentRefused) as refused:
        start("好" * 100_000)
    assert (refused.value.reason, refused.value.facts) == ("script-too-long", {"length": 100_000, "length_max": SCRIPT_LENGTH_MAX})


def test_what_no_file_keeps_is_left_out_and_the_rest_stays():
    text = "50% off {{ 7*7 }} <script>alert(1)</script> \u202eمرحبا 👩‍👩‍👧"
    assert list(paragraphs(f"\ufeff{text}\0\ud800\x07")) == [text]


def test_a_script_of_the_greatest_length_fits_the_schema():
    document = start("好" * SCRIPT_LENGTH_MAX)
    assert codec.read(codec.write(document)) == document
