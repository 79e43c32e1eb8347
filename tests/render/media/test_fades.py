"""A standing picture that comes out of a colour or goes into it is encoded once, and every frame of its fade is shown as it was drawn."""

import subprocess
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from render.media.encode import encode_segment
from render.media.fades import FADE_FRAMES_MAX, faded
from render.media.runs import Run, runs
from render.pixels.crossfade import crossfade
from render.pixels.fill import solid_like
from render.pixels.planes import Planes
from render.presets.exports import PRESETS, ExportPreset

SIZE = (192, 128)
SIMPLE = ExportPreset("simple", 128, "ultrafast", 22)


def picture(seed: int) -> Planes:
    coarse = np.random.default_rng(seed).integers(30, 220, (3, SIZE[1] // 16, SIZE[0] // 16), np.uint8)
    y, u, v = (np.array(Image.fromarray(plane).resize(SIZE, Image.Resampling.BILINEAR)) for plane in coarse)
    return Planes(y, *(64 + plane[::2, ::2] // 2 for plane in (u, v)))


def rise(whole: Planes, frames: int, colour: str = "#000000") -> list[Planes]:
    """From the colour alone to nearly the picture."""
    ground = solid_like(whole, colour)
    return [crossfade(ground, whole, 256 * frame / frames) for frame in range(frames)]


def fall(whole: Planes, frames: int, colour: str = "#000000") -> list[Planes]:
    return rise(whole, frames, colour)[:0:-1]


def encoded(tmp_path: Path, frames: list[Planes], preset: ExportPreset = PRESETS["720p"]) -> Path:
    out = tmp_path / "segment.mp4"
    encode_segment(iter(frames), out, size_px=SIZE, frame_rate=25, preset=preset)
    return out


def shown(path: Path, start: int = 0) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        container.seek(start, stream=container.streams.video[0])
        return [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]


def packets(path: Path) -> list:
    with av.open(str(path)) as container:
        return [packet for packet in container.demux(video=0) if packet.size]


def off(decoded: np.ndarray, drawn: Planes) -> float:
    """The mean error, in code values, of the plane that is worst."""
    parts = np.split(decoded.reshape(-1), np.cumsum([drawn.y.size, drawn.u.size]))
    planes = zip(parts, (drawn.y, drawn.u, drawn.v), strict=True)
    return max(float(np.abs(part.astype(int) - plane.reshape(-1)).mean()) for part, plane in planes)


@pytest.mark.parametrize(
    ("fade", "colour"),
    [(1, "#000000"), (2, "#000000"), (12, "#ffffff"), (12, "#2040a0"), (FADE_FRAMES_MAX + 1, "#000000"), (30, "#000000")],
)
def test_every_frame_of_a_fade_is_shown_as_it_was_drawn(tmp_path, fade, colour):
    still = picture(1)
    drawn = [*rise(still, fade, colour), *[still] * 50, *fall(still, fade, colour)]
    decoded = shown(encoded(tmp_path, drawn))
    assert len(decoded) == len(drawn)
    assert max(map(off, decoded, drawn)) < 3


def test_a_fade_costs_next_to_nothing(tmp_path):
    still = picture(1)
    found = packets(encoded(tmp_path, [*rise(still, 12), *[still] * 60, *fall(still, 12)]))
    by_time = sorted(found, key=lambda packet: packet.pts)
    assert [packet.pts // 9_600 for packet in found if packet.is_keyframe] == [0]
    assert all(packet.size < 60 for packet in [*by_time[1:12], *by_time[72:]])


def test_each_frame_of_a_fade_is_as_near_as_the_picture_that_stands(tmp_path):
    still = picture(1)
    drawn = [*rise(still, 12), *[still] * 60, *fall(still, 12)]
    errors = list(map(off, shown(encoded(tmp_path, drawn)), drawn))
    assert max(errors) <= errors[40] + 1


@pytest.mark.parametrize("preset", [PRESETS["720p"], SIMPLE], ids=["weighted", "simple"])
def test_fades_follow_each_other_and_what_moves(tmp_path, preset):
    first, second = picture(1), picture(2)
    drawn = [*(picture(10 + place) for place in range(55)), *rise(first, 12), *[first] * 30, *fall(first, 12)]
    drawn += [*rise(second, 9), *[second] * 24, *fall(second, 4), *(picture(80 + place) for place in range(7)), *[first] * 40]
    decoded = shown(encoded(tmp_path, drawn, preset))
    assert len(decoded) == len(drawn)
    assert max(map(off, decoded, drawn)) < 4


def test_what_stands_for_long_has_key_frames_and_its_fades(tmp_path):
    still = picture(1)
    drawn = [*rise(still, 12), *[still] * 520, *fall(still, 12)]
    path = encoded(tmp_path, drawn)
    assert [packet.pts // 9_600 for packet in packets(path) if packet.is_keyframe] == [0, 12, 262, 512]
    assert max(map(off, shown(path), drawn)) < 3


def test_decoding_can_begin_at_every_key_frame(tmp_path):
    still, other = picture(1), picture(2)
    drawn = [*rise(still, 12), *[still] * 40, *fall(still, 12), *rise(other, 12), *[other] * 40]
    path = encoded(tmp_path, drawn)
    starts = [packet.pts // 9_600 for packet in packets(path) if packet.is_keyframe]
    assert starts == [0, 64]
    assert len(shown(path, start=64 * 9_600)) == len(drawn) - 64
    assert max(map(off, shown(path, start=64 * 9_600), drawn[64:])) < 3


def test_times_go_up_one_frame_at_a_time(tmp_path):
    still = picture(1)
    found = packets(encoded(tmp_path, [*rise(still, 20), *[still] * 30, *fall(still, 20)]))
    assert [packet.dts // 9_600 for packet in found] == list(range(-2, len(found) - 2))
    assert sorted(packet.pts // 9_600 for packet in found) == list(range(len(found)))
    assert all(packet.pts >= packet.dts for packet in found)


def test_another_decoder_reads_it_without_a_word(tmp_path):
    still = picture(1)
    path = encoded(tmp_path, [*rise(still, 14), *[still] * 130, *fall(still, 14), picture(6)])
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-err_detect", "explode", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_what_does_not_fade_evenly_is_encoded(tmp_path):
    still = picture(1)
    drawn = [*rise(still, 12), *[still] * 40]
    for planes in drawn[:12]:
        planes.y[:8, :40] = 200
    decoded = shown(encoded(tmp_path, drawn))
    assert max(float(np.abs(frame[:8, :40].astype(int) - 200).mean()) for frame in decoded[:12]) < 3


@pytest.mark.parametrize(("row", "column"), [(0, 0), (17, 33), (127, 191)])
def test_one_sample_that_is_off_is_seen(row, column):
    whole = picture(1)
    paler = crossfade(solid_like(whole, "#000000"), whole, 128)
    assert faded(whole, paler)
    paler.y[row, column] += 9
    assert faded(whole, paler) is None


def test_one_colour_fades_into_another():
    grey, black = (solid_like(picture(1), colour) for colour in ("#808080", "#000000"))
    assert faded(grey, crossfade(black, grey, 100))


def test_what_hardly_changes_is_not_held_back():
    still, given = picture(1), 0

    def counted():
        nonlocal given
        for _ in range(30):
            given += 1
            yield still.clone()

    for told, _ in enumerate(runs(counted(), 250, fades=True), 1):
        assert given - told <= 2


def test_no_more_pictures_are_held_back_than_a_fade_has():
    still, given = picture(1), 0

    def counted():
        nonlocal given
        for planes in rise(still, 60):
            given += 1
            yield planes

    for told, run in enumerate(runs(counted(), 250, fades=True), 1):
        assert isinstance(run, Run)
        assert given - told <= FADE_FRAMES_MAX + 2
    assert told == 60


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_in_whatever_order_is_shown_in_that_order(tmp_path, seed):
    dice, drawn = np.random.default_rng(seed), []
    for part in range(5):
        still = picture(100 * seed + part)
        rising, standing, falling, moving = (int(dice.integers(*bounds)) for bounds in ((1, 20), (1, 60), (1, 20), (0, 8)))
        drawn += [*rise(still, rising), *[still] * standing, *fall(still, falling)]
        drawn += [picture(1_000 + 10 * part + place) for place in range(moving)]
    decoded = shown(encoded(tmp_path, drawn))
    assert len(decoded) == len(drawn)
    assert max(map(off, decoded, drawn)) < 4
