"""Presenters alone: laid over the film's own background they are the film, and around them there is nothing."""

import av
import numpy as np
import pytest

from render import engine
from render.errors import DocumentRefused
from render.graph.alone import alone, cut_out
from render.graph.compile import compile_program
from render.graph.store import SegmentStore
from render.link import voice
from render.media.marks import Authority
from render.pixels.fill import solid
from render.pixels.over import over
from render.presets.exports import ExportPreset
from render.timeline.resolve import resolve

SIZE_PX = (180, 320)
SMALL = ExportPreset("small", 90, "ultrafast", 30)


@pytest.fixture
def placed(house):
    """A document in time, voiced."""

    def make(document):
        return resolve(document, voice(document, "zh", house.speech, house.speech_folder, sources=house.sources))

    return make


def program(house, timeline, label=None):
    return compile_program(timeline, size_px=SIZE_PX, sources=house.sources, avatars=house.avatars, label=label)


def plain(two_scenes, **changes):
    """Presenters before one colour, a cut between the scenes and nothing else to see."""
    document = two_scenes(**changes)
    scenes = tuple(
        scene.model_copy(update={"layers": scene.layers[:1], "transition": scene.transition.model_copy(update={"kind": "cut"})})
        for scene in document.scenes
    )
    captions = document.captions.model_copy(update={"visible": False})
    return document.model_copy(update={"scenes": scenes, "captions": captions})


def test_over_the_scene_s_colour_they_are_the_film(house, placed, two_scenes):
    timeline = placed(plain(two_scenes))
    film, frames = program(house, timeline), list(cut_out(program(house, alone(timeline))))
    ground = solid(*SIZE_PX, "#1b2333")
    over(ground, frames[3], 0, 0)

    assert len(frames) == film.frame_count
    shown = film.frame(3)
    for one, two in ((ground.y, shown.y), (ground.u, shown.u), (ground.v, shown.v)):
        assert np.abs(one.astype(int) - two).max() <= 1


def test_around_them_there_is_nothing(house, placed, two_scenes):
    frame = next(cut_out(program(house, alone(placed(two_scenes())))))

    assert (frame.a[0, 0], frame.y[0, 0], frame.a[200, 90]) == (0, 0, 255)
    assert (frame.y <= frame.a.astype(int) + 1).all()


def test_they_bear_the_mark(house, placed, two_scenes):
    timeline = alone(placed(two_scenes()))
    bare, marked = (next(cut_out(program(house, timeline, label))) for label in (None, "AI"))

    assert marked.a.sum() > bare.a.sum()


def test_where_nobody_is_shown_nobody_is_alone(placed, two_scenes):
    document = two_scenes()
    scenes = tuple(scene.model_copy(update={"layers": scene.layers[1:]}) for scene in document.scenes)

    with pytest.raises(DocumentRefused, match="presenter-none"):
        alone(placed(document.model_copy(update={"scenes": scenes})))


def test_an_export_makes_a_transparent_film_beside_its_own(house, two_scenes, tmp_path):
    made = engine.export(
        two_scenes("你好", "再见"),
        preset=SMALL,
        language="zh",
        sources=house.sources,
        avatars=house.avatars,
        store=SegmentStore(tmp_path / "pieces"),
        speech=house.speech,
        speech_folder=house.speech_folder,
        out_folder=tmp_path / "out",
        authority=Authority(tmp_path / "authority"),
        producer="Piying",
        produce_id="1",
        extras=["alone"],
    )

    with av.open(str(made.extras["alone"])) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height, audio.codec_context.name) == ("vp9", 90, 160, "opus")
        assert video.metadata["alpha_mode"] == "1"
        assert "AIGC" in film.metadata
        assert sum(packet.size > 0 for packet in film.demux(video)) == made.frame_count
