import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from render.errors import Cancelled, MediaRefused
from render.media.encode import encode_audio, encode_segment
from render.pixels.planes import Planes
from render.presets.exports import PRESETS

ROOT = Path(__file__).parents[3]


def pictures(count: int, size_px: tuple[int, int] = (64, 48)) -> Iterator[Planes]:
    width, height = size_px
    for index in range(count):
        luma = (np.arange(width * height).reshape(height, width) * 3 + 11 * index) % 200 + 20
        chroma = np.full((height // 2, width // 2), 90 + index % 60, np.uint8)
        yield Planes(luma.astype(np.uint8), chroma, chroma[::-1].copy())


def parameters(path: Path) -> bytes:
    with av.open(str(path)) as container:
        return bytes(container.streams.video[0].codec_context.extradata)


def test_segments_of_any_length_share_their_parameter_sets(tmp_path: Path) -> None:
    for count in (1, 2, 70):
        out = tmp_path / f"{count}.mp4"
        encode_segment(pictures(count), out, size_px=(64, 48), frame_rate=30, preset=PRESETS["1080p"])
    encode_segment(pictures(70), tmp_path / "a.mp4", size_px=(64, 48), frame_rate=30, preset=PRESETS["1080p"], mostly_copied=True)
    assert len({parameters(path) for path in tmp_path.iterdir()}) == 1


def test_a_bound_on_the_bit_rate_is_kept_and_the_file_is_the_same_each_time(tmp_path: Path) -> None:
    def noise() -> Iterator[Planes]:
        dice = np.random.default_rng(7)
        for _ in range(100):
            yield Planes(*(dice.integers(16, 235, size, np.uint8) for size in ((240, 320), (120, 160), (120, 160))))

    bound = replace(PRESETS["480p"], video_kbps_max=1_000)
    for name, preset in (("free", PRESETS["480p"]), ("one", bound), ("two", bound)):
        encode_segment(noise(), tmp_path / name, size_px=(320, 240), frame_rate=25, preset=preset)
    sizes = {path.name: path.stat().st_size * 8 / 4 / 1_000 for path in tmp_path.iterdir()}
    assert sizes["one"] < 1_600 < sizes["free"]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_key_frames_stand_at_the_start_and_every_two_seconds_only(tmp_path: Path) -> None:
    encode_segment(pictures(130), tmp_path / "a.mp4", size_px=(64, 48), frame_rate=24, preset=PRESETS["720p"])
    with av.open(str(tmp_path / "a.mp4")) as container:
        keys = sorted(packet.pts // 10_000 for packet in container.demux(video=0) if packet.size and packet.is_keyframe)
    assert keys == [0, 48, 96]


def test_a_segment_says_its_colours(tmp_path: Path) -> None:
    encode_segment(pictures(3), tmp_path / "a.mp4", size_px=(64, 48), frame_rate=25, preset=PRESETS["720p"])
    with av.open(str(tmp_path / "a.mp4")) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range) == (1, 1, 1, 1)
        assert codec.pix_fmt == "yuv420p"


def test_code_values_pass_unchanged_but_for_the_codec(tmp_path: Path) -> None:
    flat = Planes(np.full((48, 64), 81, np.uint8), *(np.full((24, 32), value, np.uint8) for value in (90, 240)))
    encode_segment([flat] * 3, tmp_path / "a.mp4", size_px=(64, 48), frame_rate=25, preset=PRESETS["1080p"])
    with av.open(str(tmp_path / "a.mp4")) as container:
        decoded = next(container.decode(video=0)).to_ndarray()
    assert np.abs(decoded[:48].astype(int) - 81).max() <= 1
    assert np.abs(decoded[48:60].astype(int) - 90).max() <= 1
    assert np.abs(decoded[60:].astype(int) - 240).max() <= 1


ENCODE_TEXTURE = """
import sys
from pathlib import Path
import numpy as np
from render.media.encode import encode_segment
from render.pixels.planes import Planes
from render.presets.exports import PRESETS

noise = np.random.default_rng(1).normal(size=(420, 440)).cumsum(0).cumsum(1)
texture = ((noise - noise.min()) / (noise.max() - noise.min()) * 1760 % 220 + 16).astype(np.uint8)
def moved(index):
    y = texture[index * 2 : index * 2 + 320, index : index + 336].copy()
    return Planes(y, y[::2, ::2].copy(), y[1::2, ::2].copy())
encode_segment(map(moved, range(30)), Path(sys.argv[1]), size_px=(336, 320), frame_rate=30, preset=PRESETS["720p"])
"""


def test_equal_frames_give_equal_files_whatever_memory_held_before(tmp_path: Path) -> None:
    for filling in ("1", "200"):
        filled = os.environ | {"MALLOC_PERTURB_": filling}
        subprocess.run([sys.executable, "-c", ENCODE_TEXTURE, str(tmp_path / filling)], env=filled, cwd=ROOT, check=True)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "200").read_bytes()


def test_equal_frames_give_equal_files_on_one_core_and_on_many(tmp_path: Path) -> None:
    cores = os.sched_getaffinity(0)
    for name, allowed in (("one", {min(cores)}), ("many", cores)):
        os.sched_setaffinity(0, allowed)
        try:
            encode_segment(pictures(40, (96, 64)), tmp_path / name, size_px=(96, 64), frame_rate=30, preset=PRESETS["720p"])
        finally:
            os.sched_setaffinity(0, cores)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "many").read_bytes()


def test_pictures_are_whole_not_cut_into_slices(tmp_path: Path) -> None:
    encode_segment(pictures(4, (64, 256)), tmp_path / "a.mp4", size_px=(64, 256), frame_rate=25, preset=PRESETS["720p"])
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert [slices(bytes(packet)) for packet in container.demux(video=0) if packet.size] == [1] * 4


def slices(packet: bytes) -> int:
    """H.264 slices (NAL unit types 1 and 5) in a packet whose units follow their 32-bit lengths."""
    count, place = 0, 0
    while place < len(packet):
        count += packet[place + 4] & 31 in {1, 5}
        place += 4 + int.from_bytes(packet[place : place + 4])
    return count


def test_being_cancelled_leaves_nothing_behind(tmp_path: Path) -> None:
    def stopped() -> Iterator[Planes]:
        yield from pictures(5)
        raise Cancelled

    with pytest.raises(Cancelled):
        encode_segment(stopped(), tmp_path / "out" / "a.mp4", size_px=(64, 48), frame_rate=25, preset=PRESETS["720p"])
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_cannot_be_encoded(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="empty"):
        encode_segment([], tmp_path / "a.mp4", size_px=(64, 48), frame_rate=25, preset=PRESETS["720p"])
    with pytest.raises(MediaRefused, match="empty"):
        encode_audio([np.zeros((2, 0), np.float32)], tmp_path / "a.m4a", 160)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_pictures_on_another_device_give_the_same_file(tmp_path: Path) -> None:
    for device in ("cpu", "cuda"):
        moved = (Planes(*(plane.to(device) for plane in (picture.y, picture.u, picture.v))) for picture in pictures(10))
        encode_segment(moved, tmp_path / f"{device}.mp4", size_px=(64, 48), frame_rate=25, preset=PRESETS["720p"])
    assert (tmp_path / "cpu.mp4").read_bytes() == (tmp_path / "cuda.mp4").read_bytes()


def test_an_older_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "a.mp4"
    out.write_bytes(b"older")

    def watched() -> Iterator[Planes]:
        for picture in pictures(4):
            assert out.read_bytes() == b"older"
            yield picture

    encode_segment(watched(), out, size_px=(64, 48), frame_rate=25, preset=PRESETS["720p"])
    assert out.read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("length", [48_000, 100_000, 1_024, 1_000])
def test_sound_keeps_its_place_and_length(tmp_path: Path, length: int) -> None:
    samples = np.zeros((2, length), np.float32)
    samples[:, length // 2] = 0.9
    encode_audio([samples], tmp_path / "a.m4a", 160)
    with av.open(str(tmp_path / "a.m4a")) as container:
        assert container.streams.audio[0].duration == length
        decoded = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert abs(int(np.abs(decoded[0]).argmax()) - length // 2) <= 48


def test_another_decoder_hears_the_sound_where_it_was_put(tmp_path: Path, ffmpeg: Callable[..., str]) -> None:
    samples = np.zeros((2, 96_000), np.float32)
    samples[:, 30_000] = 0.9
    encode_audio([samples], tmp_path / "a.m4a", 160)
    ffmpeg("-i", tmp_path / "a.m4a", "-f", "f32le", "-ac", "1", tmp_path / "a.raw")
    heard = np.fromfile(tmp_path / "a.raw", np.float32)
    assert abs(heard.size - 96_000) <= 1_024
    assert abs(int(np.abs(heard).argmax()) - 30_000) <= 1
