"""Subtitle files coming into a document."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.errors import DocumentRefused
from render.timeline import codec, subtitles
from render.timeline.captions import srt, vtt
from render.timeline.edits import apply
from render.timeline.resolve import resolve
from render.timeline.subtitles import Subtitle, import_subtitles, read_subtitles
from render.timeline.time import TimeRange
from render.timeline.voicing import link

SECOND = 240_000


def document(zh="你好世界。大家好，欢迎光临。", **texts):
    said = {"zh": {"text": zh, "marks": [{"id": "m", "at": 1}]}} | {language: {"text": text} for language, text in texts.items()}
    return codec.read({"scenes": [{"id": "s", "blocks": [{"id": "b", "texts": said}]}]})


def brought(held, *entries, language="zh"):
    found = [Subtitle(TimeRange(round(start * SECOND), round(length * SECOND)), text) for start, length, text in entries]
    names = (f"n{number}" for number in itertools.count())
    return import_subtitles(held, link(held, "zh", "e", {}), found, language, names)


def cues(held, language="zh"):
    made = resolve(held, link(held, language, "e", {})).cues
    return [(cue.text, cue.range.start / SECOND, cue.range.duration / SECOND) for cue in made]


def there_and_back(held, edit):
    changed, inverse = apply(held, edit)
    assert codec.write(apply(changed, inverse).document) == codec.write(held)
    assert codec.read(codec.write(changed)) == changed
    return changed


def test_srt_and_vtt_are_read_alike():
    text = "1\r\n00:00:01,500 --> 00:00:02,250 X1:40\r\n<i>Hello &amp;</i> {\\an8}you\r\nthere\r\n\r\n2\r\n00:01:00,000 --> 00:01:01,000\r\nBye\r\n"
    web = "WEBVTT\n\nNOTE no\n\nname\n00:01.500 --> 00:02.250 line:0\n<v Ann>Hello &amp;</v> <00:01.600>you\nthere\n\n01:00.000 --> 01:01.000\nBye\n"
    expected = (Subtitle(TimeRange(360_000, 180_000), "Hello & you there"), Subtitle(TimeRange(60 * SECOND, SECOND), "Bye"))
    assert read_subtitles(text) == read_subtitles(web) == expected


def test_what_we_write_we_read():
    made = resolve(document(), link(document(), "zh", "e", {})).cues
    assert [one.text for one in read_subtitles(srt(made))] == [one.text for one in read_subtitles(vtt(made))] == [cue.text for cue in made]


@pytest.mark.parametrize(
    "text", ["", "nothing here", "1\n00:00:02,000 --> 00:00:01,000\nbackwards", "1\n00:00:01,000 --> 00:00:02,000\n<b></b>"]
)
def test_a_file_without_subtitles_is_refused(text):
    with pytest.raises(DocumentRefused, match="subtitles-empty"):
        read_subtitles(text)


def test_a_file_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(subtitles, "CUES_MAX", 1)
    with pytest.raises(DocumentRefused, match="subtitles-long"):
        read_subtitles("00:01.000 --> 00:02.000\na\n\n00:02.000 --> 00:03.000\nb")
    with pytest.raises(DocumentRefused, match="subtitles-long"):
        read_subtitles(" " * (subtitles.SIZE_MAX + 1))


def test_subtitles_cut_the_captions_and_keep_their_times():
    held = document()
    edit = brought(held, (0.25, 1, "你好"), (1.5, 0.75, "世界，大家好"), (2.5, 0.5, "欢迎光临"), (90, 1, "nobody")).edit
    changed = there_and_back(held, edit)
    assert cues(changed) == [("你好", 0.25, 1), ("世界，大家好", 1.5, 0.75), ("欢迎光临", 2.5, 0.5)]
    assert changed.scenes[0].blocks[0].texts["zh"].text == held.scenes[0].blocks[0].texts["zh"].text


def test_subtitles_where_nobody_speaks_are_told():
    result = brought(document(), (90, 1, "nobody"))
    assert [one.text for one in result.unplaced] == ["nobody"]
    assert result.edit.edits == ()


def test_subtitles_that_say_something_else_take_their_share():
    changed = there_and_back(document(), brought(document(), (0.1, 0.5, "Hello world"), (1, 0.5, "!"), (2, 0.5, "Welcome")).edit)
    assert [text for text, *_ in cues(changed)] == ["Hello world", "!", "Welcome"]


def test_a_language_without_words_gets_those_of_the_subtitles():
    held = document()
    changed = there_and_back(
        held, brought(held, (0.25, 1, "Hello world."), (1.5, 1, "Welcome all"), (2.5, 0.2, "to us"), language="en").edit
    )
    assert changed.scenes[0].blocks[0].texts["en"].text == "Hello world. Welcome all to us"
    assert [text for text, *_ in cues(changed, "en")] == ["Hello world.", "Welcome all", "to us"]


def test_chinese_pieces_are_joined_without_a_space():
    held = document("hello there my friends")
    held = codec.read(held.model_dump(mode="json") | {"language": "zh"})
    changed = there_and_back(held, brought(held, (0.1, 0.5, "你好"), (0.7, 0.5, "朋友"), language="zh-TW").edit)
    assert changed.scenes[0].blocks[0].texts["zh-TW"].text == "你好朋友"


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    framed = f"00:01.000 --> 00:02.000\nfirst\n\n00:02.000 --> 00:03.000\n{text}"
    assert all(one.text and one.range.duration > 0 for one in read_subtitles(framed))
