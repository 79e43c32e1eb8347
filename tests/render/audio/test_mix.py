from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from render.audio import mix as mixing
from render.audio.loudness import STRETCH_SAMPLES, integrated_lufs, true_peak_dbtp
from render.audio.recordings import Held
from render.timeline.document import AudioContent, Background, Canvas, Keyframe, Layer, Transition, VideoContent
from render.timeline.placed import PlacedBlock, PlacedLayer, PlacedScene, PlacedTimeline
from render.timeline.spoken import SpokenSound, SpokenTimes
from render.timeline.styles import CaptionStyle
from render.timeline.time import TimeRange

SECOND = 240_000
RATE = 48_000


def block(start_s: float, duration_s: float, digest: str = "voice", *, estimated: bool = False) -> PlacedBlock:
    duration = round(duration_s * SECOND)
    return PlacedBlock(
        f"b{start_s}", "你好", TimeRange(round(start_s * SECOND), duration), digest, SpokenTimes(duration, estimated=estimated)
    )


def sound(start_s: float, duration_s: float, *, keyframes: tuple[Keyframe, ...] = (), **content: object) -> PlacedLayer:
    layer = Layer(id="m", keyframes=keyframes, content=AudioContent(**({"asset": "music:calm"} | content)))
    return PlacedLayer(layer, TimeRange(round(start_s * SECOND), round(duration_s * SECOND)))


def scene(start_s: float, duration_s: float, blocks: tuple[PlacedBlock, ...] = (), layers: tuple[PlacedLayer, ...] = ()) -> PlacedScene:
    placed = TimeRange(round(start_s * SECOND), round(duration_s * SECOND))
    return PlacedScene(f"s{start_s}", placed, Background(), blocks, layers, Transition(), "")


def timeline(*scenes: PlacedScene, tracks: tuple[PlacedLayer, ...] = ()) -> PlacedTimeline:
    return PlacedTimeline(Canvas(), "zh", scenes[-1].range.end, scenes, tracks, CaptionStyle(), (), complete=True)


def hum(hertz: float, seconds: float, level: float = 0.1, channels: int = 1) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.repeat((level * np.sin(2 * np.pi * hertz * time))[None], channels, 0).astype(np.float32)


def voice(_digest: str) -> np.ndarray:
    return hum(300, 2)


def music(_asset: str) -> np.ndarray:
    return hum(100, 1, channels=2)


def level_at(samples: np.ndarray, hertz: float, second: float, width_s: float = 0.1) -> float:
    """The amplitude of one frequency around a moment."""
    part = samples[0, round((second - width_s / 2) * RATE) : round((second + width_s / 2) * RATE)]
    time = np.arange(part.size) / RATE
    return 2 * abs(np.mean(part * np.hanning(part.size) * 2 * np.exp(-2j * np.pi * hertz * time)))


def held(source: Callable[[str], np.ndarray]) -> mixing.Sound:
    return lambda name: Held(np.atleast_2d(source(name)))


def silent(_asset: str) -> np.ndarray:
    return np.zeros((2, 0), np.float32)


def mix(placed: PlacedTimeline, *sources: Callable[[str], np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros((2, 0), np.float32), *mixing.mix(placed, *map(held, sources))], axis=1)


def unmastered(placed: PlacedTimeline, *sources: Callable[[str], np.ndarray], cuts: tuple[int, ...] = ()) -> np.ndarray:
    """Before loudness is settled; heard at once, or in parts."""
    desk = mixing.Desk(placed, *map(held, sources))
    ends = [0, *cuts, desk.length]
    return np.concatenate([desk.heard(start, stop) for start, stop in pairwise(ends)], axis=1)


def refuse(name: str) -> np.ndarray:
    raise AssertionError(name)


def test_a_mix_lasts_exactly_as_long_as_its_timeline() -> None:
    odd = timeline(scene(0, 1.04, (block(0, 2),)), scene(1.04, 7 * 9_600 / SECOND), tracks=(sound(0, 99),))
    samples = mix(odd, voice, music)
    assert samples.shape == (2, odd.duration // 5)
    assert samples.dtype == np.float32


def test_every_passage_sounds_at_its_place_on_both_sides() -> None:
    placed = timeline(scene(0, 4, (block(1, 2),)), scene(4, 4, (block(0.5, 2),)))
    samples = unmastered(placed, voice, refuse)
    expected = np.zeros((2, 8 * RATE), np.float32)
    expected[:, RATE : 3 * RATE] += voice("")
    expected[:, round(4.5 * RATE) : round(6.5 * RATE)] += voice("")
    assert np.array_equal(samples, expected)


def test_sentences_sound_where_they_begin_also_while_others_are_still_to_be_voiced() -> None:
    sounds = (SpokenSound("one", 0, 2 * SECOND), SpokenSound("three", 5 * SECOND, 2 * SECOND))
    spoken = SpokenTimes(7 * SECOND, estimated=True, sounds=sounds)
    asked: list[str] = []
    placed = timeline(scene(0, 9, (PlacedBlock("b", "你好", TimeRange(SECOND, 7 * SECOND), "some", spoken),)))
    samples = unmastered(placed, lambda digest: asked.append(digest) or voice(digest), refuse)
    assert set(asked) == {"one", "three"}
    expected = np.zeros((2, 9 * RATE), np.float32)
    for start in (1, 6):
        expected[:, start * RATE : (start + 2) * RATE] += voice("")
    assert np.array_equal(samples, expected)


def test_passages_that_are_only_estimated_are_silent_and_not_asked_for() -> None:
    samples = mix(timeline(scene(0, 3, (block(0, 2, estimated=True), block(2, 1, digest="")))), refuse, refuse)
    assert samples.shape == (2, 3 * RATE)
    assert not samples.any()


def test_any_mix_is_at_broadcast_loudness() -> None:
    spoken = timeline(scene(0, 8, (block(1, 2), block(4, 2))), tracks=(sound(0, 8, duck=True, volume=300),))
    only_music = timeline(scene(0, 5), tracks=(sound(0, 5),))
    only_voice = timeline(scene(0, 3, (block(0.5, 2),)))
    for placed in (spoken, only_music, only_voice):
        samples = mix(placed, voice, music)
        assert integrated_lufs(samples) == pytest.approx(-14, abs=0.5)
        assert true_peak_dbtp(samples) <= -1


def test_music_goes_round_without_a_seam() -> None:
    samples = unmastered(timeline(scene(0, 5), tracks=(sound(0, 5, loop=True),)), refuse, music)
    expected = hum(100, 5)
    assert np.allclose(samples[:, 480:-480], expected[:, 480:-480], atol=1e-4)


def test_sound_that_does_not_loop_ends_softly_where_its_source_ends() -> None:
    samples = unmastered(timeline(scene(0, 5), tracks=(sound(1, 4, loop=False, source_start=SECOND // 2),)), refuse, music)
    assert not samples[:, : RATE + 1].any()
    assert samples[:, RATE : RATE + 24_000].any()
    assert not samples[:, RATE + 24_000 :].any()
    assert np.abs(np.diff(samples[0, RATE + 23_500 : RATE + 24_100])).max() < 0.002


def test_a_layer_in_a_scene_counts_from_its_scene() -> None:
    samples = unmastered(timeline(scene(0, 2), scene(2, 3, layers=(sound(0.5, 1),))), refuse, music)
    sounding = np.flatnonzero(np.abs(samples[0]) > 0)
    assert sounding[0] == pytest.approx(2.5 * RATE, abs=2)
    assert sounding[-1] == pytest.approx(3.5 * RATE, abs=2)


@pytest.mark.parametrize(("duck", "softer_db"), [(True, -12), (False, 0)])
def test_music_gives_way_under_speech_only_when_told(*, duck: bool, softer_db: float) -> None:
    placed = timeline(scene(0, 9, (block(4, 2),)), tracks=(sound(0, 9, duck=duck),))
    samples = unmastered(placed, voice, music)
    before, under, after = (level_at(samples, 100, second) for second in (2, 5, 8))
    assert 20 * np.log10(under / before) == pytest.approx(softer_db, abs=0.5)
    assert after == pytest.approx(before, rel=0.01)


def test_fades_and_volume_shape_the_music() -> None:
    placed = timeline(scene(0, 6), tracks=(sound(0, 6, volume=500, fade_in=2 * SECOND, fade_out=SECOND),))
    samples = unmastered(placed, refuse, music)
    levels = [level_at(samples, 100, second) for second in (0.1, 1, 3, 5.5, 5.94)]
    assert levels[2] == pytest.approx(0.05, rel=0.01)
    assert levels[1] == pytest.approx(0.025, rel=0.05)
    assert levels[3] == pytest.approx(0.025, rel=0.05)
    assert levels[0] < 0.002
    assert levels[4] < 0.003


def test_keyframes_move_the_volume() -> None:
    frames = (Keyframe(property="volume", at=SECOND, value=1_000, easing="linear"), Keyframe(property="volume", at=3 * SECOND, value=0))
    samples = unmastered(timeline(scene(0, 5), tracks=(sound(0, 5, keyframes=frames),)), refuse, music)
    levels = [level_at(samples, 100, second) for second in (0.5, 2, 4)]
    assert levels == pytest.approx([0.1, 0.05, 0], abs=0.003)


@pytest.mark.parametrize("shape", [lambda samples: samples, lambda samples: samples[0], lambda samples: samples[:1]])
def test_mono_and_flat_sources_fill_both_sides(shape: Callable[[np.ndarray], np.ndarray]) -> None:
    samples = unmastered(timeline(scene(0, 2), tracks=(sound(0, 2),)), refuse, lambda asset: shape(music(asset)))
    assert np.array_equal(samples[0], samples[1])
    assert samples.any()


def test_an_empty_source_and_an_empty_timeline_are_silence() -> None:
    assert not mix(timeline(scene(0, 2), tracks=(sound(0, 2),)), refuse, lambda _: np.zeros((2, 0), np.float32)).any()
    assert mix(PlacedTimeline(Canvas(), "zh", 0, (), (), CaptionStyle(), (), complete=True), refuse, refuse).shape == (2, 0)


def clip(start_s: float, duration_s: float, *, keyframes: tuple[Keyframe, ...] = (), **content: object) -> PlacedLayer:
    layer = Layer(id="c", keyframes=keyframes, content=VideoContent(**({"asset": "a" * 64} | content)))
    return PlacedLayer(layer, TimeRange(round(start_s * SECOND), round(duration_s * SECOND)))


def film(_asset: str) -> np.ndarray:
    """Two seconds: a low tone, then a high one."""
    return np.concatenate([hum(200, 1, channels=2), hum(900, 1, channels=2)], axis=1)


@pytest.mark.parametrize(
    ("content", "heard"),
    [
        ({}, {0.5: 200, 1.5: 900, 2.5: None}),
        ({"beyond": "loop"}, {0.5: 200, 1.5: 900, 2.5: 200, 3.5: 900}),
        ({"beyond": "loop", "source_start": SECOND}, {0.5: 900, 1.5: 900, 2.5: 900}),
        ({"beyond": "stretch"}, {0.5: 200, 1.5: 200, 2.5: 900, 3.5: 900}),
        ({"speed": 2_000}, {0.25: 200, 0.75: 900, 1.5: None}),
        ({"speed": 500}, {0.5: 200, 1.5: 200, 2.5: 900, 3.5: 900}),
        ({"volume": 0}, {0.5: None, 1.5: None}),
    ],
)
def test_a_clip_is_heard_as_it_is_seen(content: dict[str, object], heard: dict[float, int | None]) -> None:
    samples = unmastered(timeline(scene(0, 4, layers=(clip(0, 4, **content),))), refuse, refuse, film)
    for second, hertz in heard.items():
        assert level_at(samples, 200, second) == pytest.approx(0.1 if hertz == 200 else 0, abs=0.02)
        assert level_at(samples, 900, second) == pytest.approx(0.1 if hertz == 900 else 0, abs=0.02)


def test_a_silent_clip_is_silence() -> None:
    assert not unmastered(timeline(scene(0, 1, layers=(clip(0, 1),))), refuse, refuse).any()


def test_a_clip_ducks_under_speech_and_follows_its_envelope() -> None:
    frames = (Keyframe(property="volume", at=0, value=1_000, easing="linear"), Keyframe(property="volume", at=SECOND, value=0))
    layers = (clip(0, 2, keyframes=frames, volume=0),)
    samples = unmastered(timeline(scene(0, 2, layers=layers)), refuse, refuse, film)
    assert level_at(samples, 200, 0.5) == pytest.approx(0.05, abs=0.01)
    talking = unmastered(timeline(scene(0, 2, (block(0, 2),), (clip(0, 2, duck=True),))), voice, refuse, film)
    assert level_at(talking, 200, 0.7) < 0.05


def test_a_sound_keeps_its_pitch_at_another_pace() -> None:
    samples = unmastered(timeline(scene(0, 2, layers=(sound(0, 2, speed=1_500),))), refuse, music)
    assert level_at(samples, 100, 1.0, 0.4) == pytest.approx(0.1, abs=0.02)


def busy() -> PlacedTimeline:
    """Forty seconds of everything: talk, music that gives way, a clip round and round, a sound at another pace, volumes that move."""
    frames = (Keyframe(property="volume", at=SECOND, value=1_000, easing="linear"), Keyframe(property="volume", at=30 * SECOND, value=200))
    layers = (
        clip(2, 30, beyond="loop", source_start=SECOND // 2, duck=True, fade_in=SECOND),
        sound(1, 9.5, speed=1_300, loop=False),
        clip(12, 25, beyond="stretch"),
    )
    tracks = (sound(0, 40, duck=True, fade_in=SECOND, fade_out=2 * SECOND), sound(3, 33, keyframes=frames, source_start=SECOND // 3))
    return timeline(scene(0, 40, (block(1, 2), block(9.3, 2), block(20.1, 2), block(36, 2)), layers), tracks=tracks)


def test_a_mix_is_the_same_however_it_is_cut() -> None:
    whole = unmastered(busy(), voice, music, film)
    cut = unmastered(busy(), voice, music, film, cuts=(1, 47_999, 10 * RATE + 7, STRETCH_SAMPLES, 1_700_001))
    assert np.allclose(whole, cut, atol=1e-6)


def test_stretches_are_long_and_make_one_mix_at_broadcast_loudness() -> None:
    placed = busy()
    stretches = list(mixing.mix(placed, held(voice), held(music), held(film)))
    assert [stretch.shape[1] for stretch in stretches[:-1]] == [STRETCH_SAMPLES] * (len(stretches) - 1)
    whole = np.concatenate(stretches, axis=1)
    assert whole.shape == (2, 40 * RATE)
    assert integrated_lufs(whole) == pytest.approx(-14, abs=0.1)
    assert true_peak_dbtp(whole) <= -1


def test_no_more_of_a_recording_is_read_at_once_than_a_stretch_lasts() -> None:
    read: list[int] = []

    class Hour:
        length = 3_600 * RATE

        def part(self, _first: int, count: int) -> np.ndarray:
            read.append(count)
            return np.full((1, count), 0.1, np.float32)

    placed = timeline(scene(0, 60), tracks=(sound(0, 60, loop=False),))
    assert sum(stretch.shape[1] for stretch in mixing.mix(placed, held(refuse), lambda _: Hour())) == 60 * RATE
    assert max(read) <= STRETCH_SAMPLES + 64
