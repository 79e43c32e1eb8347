"""The whole way with the embedded engines: words in, a marked film with a talking presenter out."""

import os
from pathlib import Path

import av
import numpy as np
import pytest

from render import engine
from render.avatar.engine import WarpEngine
from render.graph.compile import compile_program
from render.graph.store import SegmentStore
from render.graph.words import label_for
from render.link import FolderSources, voice
from render.media.marks import Authority, inspect
from render.presets.exports import ExportPreset
from render.speech.engine import KokoroEngine
from render.timeline import codec
from render.timeline.resolve import resolve

MODELS = Path(os.environ.get("PIYING_MODELS") or Path(__file__).parents[2] / ".models")
SMALL = ExportPreset("small", 216, "veryfast", 18)


@pytest.fixture(scope="module")
def document():
    presenter = {"kind": "presenter", "presenter": "mei"}
    music = {"kind": "audio", "asset": "music:bright-morning", "duck": True, "volume": 500}
    whole = {"start": {"kind": "project"}, "end": {"kind": "scene-end", "of": "s1"}}
    scenes = [
        {
            "id": f"s{index}",
            "background": {"colour": colour},
            "blocks": [{"id": f"b{index}", "texts": {"zh": {"text": text}}}],
            "layers": [{"id": f"p{index}", "content": presenter, "transform": {"y": 6_000, "height": 8_000}}],
            "transition": {"kind": "crossfade"},
        }
        for index, (text, colour) in enumerate((("你好！", "#1f3a34"), ("再见。", "#4a2a20")))
    ]
    tracks = [{"id": "t", "kind": "audio", "layers": [{"id": "m", "span": whole, "content": music}]}]
    canvas = {"width_px": 1080, "height_px": 1920, "frame_rate": 25}
    return codec.read({"title": "你好", "canvas": canvas, "scenes": scenes, "tracks": tracks})


def test_words_become_a_marked_film_that_shows_what_the_preview_shows(document, tmp_path):
    sources = FolderSources(None, MODELS / "music", None, tmp_path / "speech")
    manifest = voice(document, "zh", KokoroEngine(MODELS), tmp_path / "speech")
    avatars = WarpEngine(MODELS, tmp_path / "rigs")
    result = engine.export(
        document,
        preset=SMALL,
        language="zh",
        sources=sources,
        avatars=avatars,
        store=SegmentStore(tmp_path / "pieces"),
        out_folder=tmp_path,
        authority=Authority(tmp_path / "authority"),
        producer="Piying",
        produce_id="1",
        manifest=manifest,
    )
    report = inspect(result.mp4)
    assert (report.c2pa, report.aigc["Label"]) == ("valid", "1")
    timeline = resolve(document, manifest)
    program = compile_program(timeline, size_px=(216, 384), sources=sources, avatars=avatars, label=label_for("zh"))
    decoded = luma_of(result.mp4)
    assert len(decoded) == program.frame_count == result.frame_count
    cut = next(segment for segment in program.segments if segment.kind == "transition")
    for index in (2, 20, cut.first_frame + cut.frame_count // 2, program.frame_count - 3):
        assert np.abs(decoded[index] - program.frame(index).y.astype(float)).mean() < 2


def luma_of(path):
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="yuv420p")[: frame.height].astype(float) for frame in film.decode(video=0)]
