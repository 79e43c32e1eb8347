"""Smart cuts: whole groups of a film are copied, the rest is drawn, and every frame is the film's."""

import subprocess
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest

from render.media.encode import Copied, encode_segment
from render.media.groups import sets_of, whole_groups
from render.media.join import join
from render.media.video import VideoReader
from render.presets.exports import ExportPreset

SIZE = (192, 128)
FRAME = 9_600
PRESET = ExportPreset("test", 128, "veryfast", 20)
LOOK = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def film(path: Path, *coding: str, rate: int = 25, size: tuple[int, int] = SIZE) -> Path:
    """Eight seconds in which every frame is unlike every other."""
    source = ["-f", "lavfi", "-i", f"testsrc2=s={size[0]}x{size[1]}:r={rate}:d=8"]
    settings = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-g", "50", "-pix_fmt", "yuv420p", *LOOK]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", *source, *settings, *coding, str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "clip.mp4")


def cut(clip: Path, first: int, count: int, out: Path) -> int:
    """Frames `first` on, as a segment; how many of them were encoded."""
    groups = whole_groups(clip, first * FRAME, count, size_px=SIZE, frame_rate=25)
    reader = VideoReader(clip)

    def shown():
        place = 0
        while place < count:
            if groups and place == groups.start:
                yield groups.copied
                place += len(groups.copied.pictures)
            else:
                yield reader.frame_at((first + place) * FRAME)
                place += 1

    encode_segment(shown(), out, size_px=SIZE, frame_rate=25, preset=PRESET)
    return count - (len(groups.copied.pictures) if groups else 0)


def lumas(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="yuv420p")[: SIZE[1]].astype(int) for frame in container.decode(video=0)]


@pytest.mark.parametrize(("first", "count"), [(25, 150), (60, 120), (13, 100), (0, 200), (50, 51), (99, 100), (1, 199)])
def test_every_frame_of_a_cut_is_the_films(clip, tmp_path, first, count):
    encoded = cut(clip, first, count, tmp_path / "cut.mp4")
    wanted, found = lumas(clip)[first : first + count], lumas(tmp_path / "cut.mp4")
    assert len(found) == count
    assert encoded <= -first % 50 + 3
    for index, (one, two) in enumerate(zip(wanted, found, strict=True)):
        assert float(np.abs(one - two).mean()) < 4, index


def test_what_is_copied_is_the_same_to_the_last_bit(clip, tmp_path):
    cut(clip, 30, 100, tmp_path / "cut.mp4")
    wanted, found = lumas(clip)[30:130], lumas(tmp_path / "cut.mp4")
    assert all(np.array_equal(one, two) for one, two in zip(wanted[20:97], found[20:97], strict=True))


def test_three_cuts_join_without_a_seam_and_play_from_every_key_frame(clip, tmp_path):
    for number, (first, count) in enumerate(((25, 100), (60, 77), (13, 120))):
        cut(clip, first, count, tmp_path / f"{number}.mp4")
    joined = tmp_path / "joined.mp4"
    join([tmp_path / f"{number}.mp4" for number in range(3)], None, joined, {})
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-err_detect", "explode", "-i", str(joined), "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stderr == ""
    with av.open(str(joined)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [packet.dts // FRAME for packet in packets] == list(range(-2, 295))
    assert all(packet.pts >= packet.dts for packet in packets)
    whole = lumas(joined)
    for key in (packet.pts for packet in packets if packet.is_keyframe):
        with av.open(str(joined)) as container:
            container.seek(key, stream=container.streams.video[0])
            frame = next(container.decode(video=0))
        assert frame.pts == key
        assert np.array_equal(frame.to_ndarray(format="yuv420p")[: SIZE[1]], whole[key // FRAME])


@pytest.mark.parametrize(
    "coding",
    [
        ["-pix_fmt", "yuv420p10le"],
        ["-color_range", "pc"],
        ["-colorspace", "smpte170m"],
        ["-flags", "+ildct+ilme"],
        ["-x264-params", "open-gop=1:b-adapt=2:bframes=8:b-pyramid=strict"],
        ["-c:v", "libx265", "-x265-params", "log-level=none"],
    ],
    ids=["10 bit", "full range", "another matrix", "interlaced", "open groups", "another codec"],
)
def test_a_film_unlike_ours_is_never_copied_wrongly(tmp_path, coding):
    clip = film(tmp_path / "odd.mp4", *coding)
    groups = whole_groups(clip, 0, 150, size_px=SIZE, frame_rate=25)
    if groups is None:
        return
    assert coding[0] == "-x264-params"
    cut(clip, 30, 100, tmp_path / "cut.mp4")
    for one, two in zip(lumas(clip)[30:130], lumas(tmp_path / "cut.mp4"), strict=True):
        assert float(np.abs(one - two).mean()) < 4


def test_another_size_rate_or_no_film_at_all_is_not_copied(clip, tmp_path):
    (tmp_path / "words.mp4").write_text("words")
    assert whole_groups(clip, 0, 150, size_px=(128, 192), frame_rate=25) is None
    assert whole_groups(clip, 0, 150, size_px=SIZE, frame_rate=30) is None
    assert whole_groups(tmp_path / "words.mp4", 0, 150, size_px=SIZE, frame_rate=25) is None
    assert sets_of(tmp_path / "words.mp4") is None


def test_a_passage_that_lies_between_two_frames_is_drawn(clip):
    assert whole_groups(clip, FRAME // 2, 150, size_px=SIZE, frame_rate=25) is None


def test_a_film_cut_short_is_copied_as_far_as_it_goes(clip, tmp_path):
    groups = whole_groups(clip, 100 * FRAME, 400, size_px=SIZE, frame_rate=25)
    assert isinstance(groups.copied, Copied)
    assert len(groups.copied.pictures) == 100
    assert Fraction(groups.start) == 0
