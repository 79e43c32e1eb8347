"""The engine: from a document to a marked film, piece by piece, each piece once."""

import json
from dataclasses import replace

import av
import numpy as np
import pytest
import torch

from render import engine
from render.audio.loudness import integrated_lufs
from render.avatar.engine import WarpEngine
from render.errors import Cancelled, DocumentRefused, MissingSource
from render.graph import rendering
from render.graph.compile import compile_program
from render.graph.store import SegmentStore
from render.graph.words import label_for
from render.graph.workshop import Workshop
from render.link import voice, voiced_so_far
from render.media.marks import Authority, inspect
from render.pixels.device import moved
from render.presets.exports import ExportPreset
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.resolve import resolve

TINY = ExportPreset("tiny", 180, "ultrafast", 30)


@pytest.fixture
def export(house):
    """Export a document into the test's folder."""
    authority = Authority(house.folder / "authority")

    def make(document, **changes):
        options = {
            "preset": TINY,
            "language": "zh",
            "sources": house.sources,
            "avatars": house.avatars,
            "store": SegmentStore(house.folder / "pieces"),
            "out_folder": house.folder / "out",
            "authority": authority,
            "producer": "Piying test",
            "produce_id": "42",
            "speech": house.speech,
            "speech_folder": house.speech_folder,
        }
        return engine.export(document, **options | changes)

    return make


def frames_of(path):
    """Luma planes of a film."""
    with av.open(str(path)) as container:
        return [np.array(frame.to_ndarray(format="yuv420p")[: frame.height]) for frame in container.decode(video=0)]


def test_an_export_has_every_frame_sound_captions_and_a_cover(export, two_scenes):
    result = export(two_scenes(title="试片"))
    with av.open(str(result.mp4)) as film:
        video, sound = film.streams.video[0], film.streams.audio[0]
        assert (video.width, video.height, video.frames) == (180, 320, result.frame_count)
        assert float(sound.duration * sound.time_base) == pytest.approx(result.duration / 240_000, abs=1 / 25)
    assert result.duration == result.frame_count * 9_600
    assert "你好大家好" in result.srt.read_text("utf-8")
    assert result.vtt.read_text("utf-8").startswith("WEBVTT")
    assert result.cover.read_bytes()[:2] == b"\xff\xd8"


def test_an_export_carries_both_marks(export, two_scenes):
    report = inspect(export(two_scenes(title="试片")).mp4)
    assert report.c2pa == "valid"
    assert report.aigc["ContentProducer"] == "Piying test"
    assert report.aigc["ProduceID"] == "42"
    assert report.title == "试片"


def test_a_second_export_renders_and_says_nothing_again(house, export, two_scenes):
    first, second = export(two_scenes()), export(two_scenes())
    assert (first.segments_rendered, first.segments_reused) == (3, 0)
    assert (second.segments_rendered, second.segments_reused) == (0, 3)
    assert len(house.speech.said) == 2


def test_one_more_word_in_the_first_scene_recomposes_nothing_of_the_later_ones(export, two_scenes):
    export(two_scenes())
    result = export(two_scenes("你好大家好呀"))
    assert (result.segments_rendered, result.segments_reused) == (2, 1)
    assert result.frame_count == len(frames_of(result.mp4))


def test_what_is_kept_is_all_of_it_kept_and_nothing_is_drawn_again(export, two_scenes):
    first = export(two_scenes())
    cover, workshop = first.cover.read_bytes(), Workshop()
    second = export(two_scenes(), workshop=workshop)
    assert workshop.frames_composed == 0
    assert second.cover.read_bytes() == cover
    assert cover.endswith(b"\xff\xd9"), "a picture and nothing after it"


def test_a_cover_shows_what_its_own_scene_shows_now(export, two_scenes):
    covers = {export(two_scenes(title), name=title).cover.read_bytes() for title in ("你好大家好", "你好大家好呀")}
    assert len(covers) == 2


def test_a_preview_of_the_same_size_shows_what_was_encoded(house, two_scenes, monkeypatch):
    document = two_scenes()
    timeline = resolve(document, voice(document, "zh", house.speech, house.speech_folder))
    programs = [compile_program(timeline, size_px=(180, 320), sources=house.sources, avatars=house.avatars, label="AI") for _ in range(2)]
    encoded = []
    monkeypatch.setattr(rendering, "encode_segment", lambda frames, path, **_: encoded.extend(frames) or path.touch())
    rendering.compose_segments(programs[0], SegmentStore(house.folder / "pieces"), TINY)
    for index in (len(encoded) - 1, 0, 27, 3, 26, 31):
        shown = programs[1].frame(index)
        pairs = ((shown.y, encoded[index].y), (shown.u, encoded[index].u), (shown.v, encoded[index].v))
        assert all(np.array_equal(one, two) for one, two in pairs)


def test_the_frame_at_a_time_is_the_exports_frame(house, two_scenes):
    document = two_scenes()
    manifest = voice(document, "zh", house.speech, house.speech_folder)
    options = {"size_px": (180, 320), "manifest": manifest, "sources": house.sources, "avatars": house.avatars}
    program = compile_program(
        resolve(document, manifest), size_px=(180, 320), sources=house.sources, avatars=house.avatars, label=label_for("zh")
    )
    assert np.array_equal(engine.frame(document, 0.44, **options).y, program.frame(11).y)
    assert np.array_equal(engine.frame(document, 900, **options).y, program.frame(program.frame_count - 1).y)


def test_an_interrupted_export_keeps_what_it_finished(export, two_scenes):
    done = []
    with pytest.raises(Cancelled):
        export(
            two_scenes(),
            progress=lambda stage, frames, _: done.append(frames) if stage == "composing" else None,
            cancelled=lambda: bool(done) and done[-1] >= 30,
        )
    result = export(two_scenes())
    assert result.segments_reused >= 1
    assert result.segments_rendered + result.segments_reused == 3
    assert len(frames_of(result.mp4)) == result.frame_count


@pytest.fixture
def silent():
    """Two short scenes with a layer each and nobody in them, to be drawn in other processes."""

    def make(content) -> Document:
        layers = [{"id": "l", "content": content, "transform": {"width": 4_000, "height": 2_000}}]
        fixed = {"kind": "fixed", "fixed": 240_000}
        scenes = [
            {"id": f"s{index}", "duration": fixed, "background": {"colour": colour}, "layers": [layers[0] | {"id": f"l{index}"}]}
            for index, colour in enumerate(("#204060", "#602040"))
        ]
        return codec.read({"canvas": {"width_px": 180, "height_px": 320, "frame_rate": 25}, "scenes": scenes})

    return make


def test_two_threads_make_the_same_film_as_one(house, export, silent, monkeypatch):
    monkeypatch.setattr(rendering, "WORKER_FRAMES_MIN", 10)
    told = []
    avatars = WarpEngine(house.folder)
    document = silent({"kind": "shape"})
    parallel = export(document, avatars=avatars, workers=2, progress=lambda *report: told.append(report))
    assert parallel.segments_rendered == 2
    assert ("composing", 50, 50) in told
    alone = export(document, avatars=avatars, store=SegmentStore(house.folder / "others"), out_folder=house.folder / "alone")
    pairs = zip(frames_of(parallel.mp4), frames_of(alone.mp4), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


@pytest.mark.soak
def test_a_thread_that_fails_names_its_problem_to_the_caller(house, export, silent, monkeypatch):
    monkeypatch.setattr(rendering, "WORKER_FRAMES_MIN", 10)
    with pytest.raises(MissingSource) as missing:
        export(silent({"kind": "image", "asset": "0" * 64}), avatars=WarpEngine(house.folder), workers=2)
    assert missing.value.facts == {"what": "asset", "name": "0" * 64}


def test_an_interrupted_export_leaves_no_broken_piece(house, export, two_scenes):
    with pytest.raises(Cancelled):
        export(two_scenes(), cancelled=lambda: any(house.speech.said) and len(house.speech.said) == 2)
    store = SegmentStore(house.folder / "pieces")
    pieces = [path for path in store.folder.rglob("*") if path.is_file()]
    assert [path for path in pieces if path.suffix != ".m4a"] == [], "the sound alone is made meanwhile"
    assert all(store.has(path.stem, path.suffix) for path in pieces)


def test_progress_names_every_stage_and_counts_every_frame(export, two_scenes):
    told = []
    result = export(two_scenes(), progress=lambda *report: told.append(report))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["voicing", "composing", "sound", "joining", "labelling"]
    composed = [done for stage, done, _ in told if stage == "composing"]
    assert composed == sorted(composed)
    assert composed[-1] == result.frame_count
    assert told[-1] == ("labelling", 1, 1)


def test_a_document_without_scenes_is_refused(export):
    with pytest.raises(DocumentRefused) as refused:
        export(codec.read({}))
    assert refused.value.reason == "empty"


def test_words_that_nobody_voiced_are_not_exported_as_silence(house, export, two_scenes):
    guessed = voiced_so_far(two_scenes(), "zh", "tone-1", house.speech_folder)
    with pytest.raises(DocumentRefused) as refused:
        export(two_scenes(), manifest=guessed)
    assert refused.value.reason == "unvoiced"


def test_a_missing_picture_is_named(export, two_scenes):
    document = two_scenes()
    background = document.scenes[0].background.model_copy(update={"image": "0" * 64})
    scene = document.scenes[0].model_copy(update={"background": background})
    with pytest.raises(MissingSource) as missing:
        export(document.model_copy(update={"scenes": (scene, document.scenes[1])}))
    assert missing.value.facts == {"what": "asset", "name": "0" * 64}


def test_voicing_is_done_once_per_passage_and_survives_damage(house, two_scenes):
    twice = two_scenes("同一句话", "同一句话")
    manifest = voice(twice, "zh", house.speech, house.speech_folder)
    assert house.speech.said == ["同一句话"]
    digest = manifest.blocks["b0"].speech_digest
    assert manifest.blocks["b1"].speech_digest == digest
    (house.speech_folder / f"{digest}.json").write_text(json.dumps({"duration": 1}))
    assert voice(twice, "zh", house.speech, house.speech_folder) == manifest
    assert len(house.speech.said) == 2


def test_sound_is_kept_by_what_is_heard_in_it(house, two_scenes):
    def name(document):
        return engine.sound_name(resolve(document, voice(document, "zh", house.speech, house.speech_folder)), TINY)

    assert name(two_scenes()) == name(two_scenes(captions={"visible": False}))
    assert name(two_scenes()) != name(two_scenes("别的话"))


def test_a_mix_is_as_loud_as_its_preset_asks_and_kept_apart_from_others(house, two_scenes):
    document = two_scenes()
    timeline = resolve(document, voice(document, "zh", house.speech, house.speech_folder))
    quiet = replace(TINY, loudness_lufs=-16)

    assert engine.sound_name(timeline, quiet) != engine.sound_name(timeline, TINY)
    loud, soft = (
        integrated_lufs(np.concatenate([*engine.mixed(timeline, house.sources, lufs)], axis=1)) for lufs in (-14, quiet.loudness_lufs)
    )
    assert loud - soft == pytest.approx(2, abs=0.2)


def test_a_picture_is_found_by_name_folder_or_content(house, picture):
    named = house.sources.asset(picture)
    assert named.name == "slope.png"
    (house.folder / "assets" / picture[:2]).mkdir()
    sharded = named.rename(house.folder / "assets" / picture[:2] / picture)
    assert house.sources.asset(picture) == sharded


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_film_drawn_on_a_graphics_card_is_the_same_to_the_eye(house, two_scenes):
    document = two_scenes()
    manifest = voice(document, "zh", house.speech, house.speech_folder, sources=house.sources)
    options = {"size_px": (180, 320), "manifest": manifest, "sources": house.sources, "avatars": house.avatars}
    for at in (0.0, 0.44, 1.0, 900):
        here, there = (engine.frame(document, at, device=device, **options) for device in ("cpu", "cuda"))
        assert there.y.is_cuda
        for plane in ("y", "u", "v"):
            apart = getattr(here, plane).astype(float) - getattr(moved(there, "cpu"), plane)
            assert 10 * np.log10(255**2 / max(np.square(apart).mean(), 1e-9)) >= 50


@pytest.mark.parametrize(
    ("ask", "facts"),
    [
        (lambda sources: sources.music("calm"), {"what": "music", "name": "calm"}),
        (lambda sources: sources.presenter("ghost", 1), {"what": "presenter", "name": "ghost"}),
        (lambda sources: sources.speech("a" * 64), {"what": "speech", "name": "a" * 64}),
    ],
)
def test_what_is_not_there_is_named(house, ask, facts):
    with pytest.raises(MissingSource) as missing:
        ask(house.sources)
    assert missing.value.facts == facts
