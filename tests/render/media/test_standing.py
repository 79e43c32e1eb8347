"""Pictures that stand are encoded once and repeated, and every decoder shows them."""

import subprocess
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from render.media.encode import encode_segment
from render.pixels.planes import Planes
from render.presets.exports import PRESETS, ExportPreset

SIZE = (192, 128)


def picture(seed: int) -> Planes:
    coarse = np.random.default_rng(seed).integers(30, 220, (SIZE[1] // 16, SIZE[0] // 16), np.uint8)
    luma = np.array(Image.fromarray(coarse).resize(SIZE, Image.Resampling.BILINEAR))
    return Planes(luma, luma[::2, ::2].copy(), 255 - luma[::2, ::2])


def encoded(tmp_path: Path, frames: list[Planes], preset: ExportPreset = PRESETS["720p"]) -> Path:
    out = tmp_path / "segment.mp4"
    encode_segment(iter(frames), out, size_px=SIZE, frame_rate=25, preset=preset)
    return out


def shown(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="yuv420p")[: SIZE[1]] for frame in container.decode(video=0)]


def packets(path: Path) -> list:
    with av.open(str(path)) as container:
        return [packet for packet in container.demux(video=0) if packet.size]


@pytest.mark.parametrize("preset", [PRESETS["720p"], ExportPreset("simple", 128, "ultrafast", 22)], ids=["arithmetic", "simple"])
@pytest.mark.parametrize("count", [24, 50, 51, 126, 263])
def test_a_standing_picture_is_shown_on_every_frame_and_costs_next_to_nothing(tmp_path, count, preset):
    still, before, after = picture(1), [picture(10 + i) for i in range(7)], [picture(30 + i) for i in range(9)]
    path = encoded(tmp_path, [*before, *[still] * count, *after], preset)
    frames = shown(path)
    assert len(frames) == 16 + count
    for index, wanted in enumerate([*before, *[still] * count, *after]):
        assert float(np.abs(frames[index].astype(int) - wanted.y).mean()) < 3
    standing = frames[7 + 12 : 7 + min(count, 250)]
    assert all(np.array_equal(frame, standing[0]) for frame in standing)
    small = [packet for packet in packets(path) if packet.size < 60 and not packet.is_keyframe]
    assert len(small) >= count - 12 * (1 + count // 250) - 4


def test_decoding_can_begin_at_every_key_frame_of_a_standing_picture(tmp_path):
    still = picture(1)
    path = encoded(tmp_path, [picture(5), *[still] * 300, picture(6)])
    keys = [packet.pts for packet in packets(path) if packet.is_keyframe]
    assert [pts // 9_600 for pts in keys] == [0, 1, 251, 301]
    for pts in keys:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            container.seek(pts, stream=stream, backward=True)
            frames = list(container.decode(stream))
        assert frames[0].pts == pts
        assert len(frames) == 302 - pts // 9_600


def test_times_go_up_one_frame_at_a_time(tmp_path):
    path = encoded(tmp_path, [*[picture(1)] * 70, picture(2), *[picture(3)] * 30])
    found = packets(path)
    assert [packet.dts // 9_600 for packet in found] == list(range(-2, len(found) - 2))
    assert sorted(packet.pts // 9_600 for packet in found) == list(range(len(found)))
    assert all(packet.pts >= packet.dts for packet in found)


def test_another_decoder_reads_it_without_a_word(tmp_path):
    path = encoded(tmp_path, [picture(5), *[picture(1)] * 130, picture(6)])
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-err_detect", "explode", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
