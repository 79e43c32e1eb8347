"""Captions in the picture: lit words, two languages, other places and looks."""

import pytest

from render.graph.compile import compile_program
from render.graph.words import CaptionTrack, lit_at
from render.graph.workshop import Workshop
from render.timeline import codec
from render.timeline.placed import Cue
from render.timeline.resolve import resolve
from render.timeline.spoken import Word
from render.timeline.styles import CaptionPlace, CaptionStyle, TextStyle
from render.timeline.time import TimeRange
from render.timeline.voicing import link

SIZE_PX = (180, 320)
WORDS = (Word(0, 2, 0, 48_000), Word(2, 4, 96_000, 48_000))


def cue(text="你好世界", **changes):
    return Cue("c", "s", "b", TimeRange(0, 240_000), text, WORDS, **changes)


def drawn(captions, ticks=120_000, **changes):
    track = CaptionTrack((cue(**changes),), captions, SIZE_PX, "zh", Workshop())
    return track.stamp(ticks).draw()


def yellow(held) -> float:
    return float((held.planes.u < 100).mean())


@pytest.mark.parametrize(("highlight", "spans"), [("none", [None, None]), ("word", [(0, 2), (2, 4)]), ("karaoke", [(0, 2), (0, 4)])])
def test_words_light_up_as_they_are_said(highlight, spans):
    style = CaptionStyle(highlight=highlight)
    lit = [lit_at(cue(), style, ticks) for ticks in (60_000, 120_000)]
    assert [(one.start, one.end) if one else None for one in lit] == spans


def test_no_word_is_lit_before_the_first_is_said():
    late = Cue("c", "s", "b", TimeRange(0, 240_000), "你好", (Word(0, 2, 9_000, 9_000),))
    assert lit_at(late, CaptionStyle(highlight="word"), 0) is None


def test_a_lit_word_has_its_colour_and_makes_one_picture_as_long_as_it_lasts():
    track = CaptionTrack((cue(),), CaptionStyle(highlight="word"), SIZE_PX, "zh", Workshop())
    first, later, second = (track.stamp(ticks) for ticks in (0, 90_000, 96_000))
    assert first.key == later.key != second.key
    karaoke, plain = drawn(CaptionStyle(highlight="karaoke")), drawn(CaptionStyle())
    assert yellow(karaoke) > yellow(plain)


def test_the_second_language_stands_under_the_first():
    alone, both = drawn(CaptionStyle()), drawn(CaptionStyle(second_language="en"), second="Hello world")
    assert both.planes.height_px > alone.planes.height_px
    assert both.y < alone.y


def test_a_caption_stands_where_it_is_told_and_stays_in_the_picture():
    middle, left = drawn(CaptionStyle(width=4_000)), drawn(CaptionStyle(width=4_000, x=2_500, y=2_000))
    assert left.x < middle.x
    assert left.y < middle.y
    assert drawn(CaptionStyle(width=4_000, x=0)).x == 0


def test_a_caption_may_have_a_look_of_its_own():
    assert drawn(CaptionStyle(), style=TextStyle(size=1_200)).planes.height_px > drawn(CaptionStyle()).planes.height_px


def test_a_caption_may_have_a_place_of_its_own_which_names_its_segments_and_no_others(house):
    here, apart = drawn(CaptionStyle(width=4_000)), drawn(CaptionStyle(width=4_000), place=CaptionPlace(x=2_500, y=2_000))
    assert apart.x < here.x
    assert apart.y < here.y

    def keys(**changed):
        text = {"text": "你好。", "marks": [{"id": "m", "at": 0}], "captions": [{"mark": "m", **changed}]}
        scenes = [
            {"id": name, "blocks": [{"id": f"b{name}", "texts": {"zh": text if name == "s" else {"text": "再见。"}}}]} for name in "st"
        ]
        held = codec.read({"scenes": scenes})
        timeline = resolve(held, link(held, "zh", "", {}))
        program = compile_program(timeline, size_px=SIZE_PX, sources=house.sources, avatars=house.avatars, label=None)
        return [segment.key for segment in program.segments]

    before, after = keys(), keys(place={"x": 2_500, "y": 2_000})
    assert before[0] != after[0]
    assert before[1] == after[1]


@pytest.mark.parametrize(
    "captions",
    [{"highlight": "word"}, {"second_language": "en"}, {"x": 4_000}],
)
def test_what_changes_captions_changes_the_names_of_their_segments(house, captions):
    def key(style):
        texts = {"zh": {"text": "你好世界。大家好。"}, "en": {"text": "Hello world. Hi all."}}
        held = codec.read({"scenes": [{"id": "s", "blocks": [{"id": "b", "texts": texts}]}], "captions": style})
        timeline = resolve(held, link(held, "zh", "", {}))
        program = compile_program(timeline, size_px=SIZE_PX, sources=house.sources, avatars=house.avatars, label=None)
        assert program.frame(5).y.shape == (320, 180)
        return program.segments[0].key, timeline.scenes[0].digest

    plain, changed = key({}), key(captions)
    assert plain[0] != changed[0]
    assert plain[1] != changed[1]
