import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from render.errors import MediaRefused, MissingSource
from render.media.video import VideoReader
from render.pixels.convert import rgb_from_planes
from render.timeline.time import TICKS_PER_SECOND

FRAME_TICKS = 9_600
FRAMES = 50


def number_of(reader: VideoReader, ticks: int) -> int:
    luma = reader.frame_at(ticks).y
    middles = [(bar * 2 + 1) * luma.shape[1] // 16 for bar in range(8)]
    return sum(int(luma[luma.shape[0] // 2, middle] > 120) << bar for bar, middle in enumerate(middles))


@pytest.fixture
def reader(film: Path):
    opened = VideoReader(film)
    yield opened
    opened.close()


def test_a_film_says_its_size_and_length(reader: VideoReader) -> None:
    assert (reader.width_px, reader.height_px, reader.duration_ticks) == (160, 96, 2 * TICKS_PER_SECOND)


def test_frames_come_in_order_and_in_any_order(reader: VideoReader) -> None:
    assert [number_of(reader, index * FRAME_TICKS) for index in range(FRAMES)] == list(range(FRAMES))
    places = np.random.default_rng(3).integers(0, FRAMES, 60)
    assert [number_of(reader, int(place) * FRAME_TICKS) for place in places] == places.tolist()


def test_a_frame_shows_until_the_next_one_begins(reader: VideoReader) -> None:
    assert number_of(reader, 31 * FRAME_TICKS - 1) == 30
    assert number_of(reader, 31 * FRAME_TICKS) == 31


def test_before_the_start_and_after_the_end_stand_the_first_and_last_frame(reader: VideoReader) -> None:
    assert number_of(reader, -5) == 0
    assert number_of(reader, 99 * TICKS_PER_SECOND) == FRAMES - 1
    assert reader.frame_at(120 * TICKS_PER_SECOND) is reader.frame_at(2 * TICKS_PER_SECOND)
    assert number_of(reader, 0) == 0


def test_frames_are_memory_of_their_own(reader: VideoReader) -> None:
    first = reader.frame_at(0)
    copy = first.clone()
    reader.frame_at(40 * FRAME_TICKS)
    assert bool((first.y == copy.y).all())
    assert first.y.flags.c_contiguous


def test_key_frames_that_are_shown_before_their_neighbours_are_found(tmp_path: Path, film: Path, ffmpeg: Callable[..., str]) -> None:
    ffmpeg("-i", film, "-an", "-c:v", "libx264", "-g", "7", "-bf", "4", "-x264-params", "open-gop=1", tmp_path / "short.mkv")
    reader = VideoReader(tmp_path / "short.mkv")
    order = [int(place) for place in np.random.default_rng(4).permutation(FRAMES)]
    assert [number_of(reader, place * FRAME_TICKS) for place in order] == order
    reader.close()


@pytest.mark.parametrize("group", [1, 2, 12, 50])
@pytest.mark.parametrize("moments", ["N/25/TB", "(N+floor(N/3)*2)/75/TB"], ids=["constant", "variable"])
def test_any_order_shows_what_the_film_has_however_its_key_frames_lie(
    tmp_path: Path, film: Path, ffmpeg: Callable[..., str], group: int, moments: str
) -> None:
    path = tmp_path / "film.mp4"
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", str(group), "-sc_threshold", "0")
    ffmpeg("-i", film, "-an", "-vf", f"setpts={moments}", "-vsync", "passthrough", *coding, "-video_track_timescale", "90000", path)
    forwards, anywhere = VideoReader(path), VideoReader(path)
    places = range(0, forwards.duration_ticks, 1_600)
    shown = {place: number_of(forwards, place) for place in places}

    order = np.random.default_rng(group).permutation(len(places))[:150]
    assert [number_of(anywhere, places[at]) for at in order] == [shown[places[at]] for at in order]
    assert sorted(set(shown.values())) == list(range(FRAMES))
    forwards.close()
    anywhere.close()


@pytest.mark.parametrize(("rotation", "corner"), [(90, "bottom left"), (270, "top right"), (180, "bottom right")])
def test_a_turned_film_is_upright(tmp_path: Path, ffmpeg: Callable[..., str], rotation: int, corner: str) -> None:
    white_corner = "color=black:s=64x32:r=5:d=1,drawbox=x=0:y=0:w=16:h=8:color=white:t=fill"
    ffmpeg("-f", "lavfi", "-i", white_corner, "-pix_fmt", "yuv420p", tmp_path / "flat.mp4")
    ffmpeg("-display_rotation", str(rotation), "-i", tmp_path / "flat.mp4", "-c", "copy", tmp_path / "turned.mp4")
    ffmpeg("-i", tmp_path / "turned.mp4", "-frames:v", "1", tmp_path / "seen.png")
    reader = VideoReader(tmp_path / "turned.mp4")
    luma = reader.frame_at(0).y
    reader.close()
    assert (reader.width_px, reader.height_px) == ((64, 32) if rotation == 180 else (32, 64))
    row, column = (-3 if "bottom" in corner else 3), (-3 if "right" in corner else 3)
    assert luma[row, column] > 200
    assert int((luma > 200).sum()) < luma.size // 8


@pytest.mark.parametrize(
    "options",
    [
        ("-vf", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p", "-colorspace", "smpte170m", "-color_range", "tv"),
        ("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-colorspace", "bt709", "-color_range", "tv"),
        ("-vf", "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p", "-colorspace", "smpte170m", "-color_range", "pc"),
        ("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv444p10", "-colorspace", "bt709", "-color_range", "tv"),
    ],
)
def test_any_matrix_and_range_becomes_ours(tmp_path: Path, ffmpeg: Callable[..., str], options: tuple[str, ...]) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=0xd03818:s=64x48:r=5:d=1,format=rgb24", *options, "-c:v", "libx264", "-crf", "4", tmp_path / "a.mkv")
    reader = VideoReader(tmp_path / "a.mkv")
    colour = rgb_from_planes(reader.frame_at(0))[24, 32].tolist()
    reader.close()
    assert np.abs(np.array(colour) - (0xD0, 0x38, 0x18)).max() <= 5


def test_odd_sizes_lose_their_last_row_and_column(tmp_path: Path, ffmpeg: Callable[..., str]) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=65x49:r=5:d=1,format=yuv444p", tmp_path / "odd.mkv")
    reader = VideoReader(tmp_path / "odd.mkv")
    planes = reader.frame_at(0)
    reader.close()
    assert (planes.width_px, planes.height_px) == (reader.width_px, reader.height_px) == (64, 48)
    assert planes.u.shape == (24, 32)


@pytest.mark.parametrize("name", ["list.mp4", "list", "list.m3u8"])
def test_a_playlist_is_refused_whatever_its_name(tmp_path: Path, film: Path, name: str) -> None:
    (tmp_path / name).write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{film}\n#EXT-X-ENDLIST\n")
    with pytest.raises(MediaRefused) as refused:
        VideoReader(tmp_path / name)
    assert refused.value.reason == "format"


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0\x18ftypisom" + b"\0" * 400, b"\x1a\x45\xdf\xa3" + b"\xff" * 300, b"ffconcat version 1.0\nfile film.mp4\n"]
)
def test_what_is_no_film_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.mp4").write_bytes(content)
    with pytest.raises(MediaRefused) as refused:
        VideoReader(tmp_path / "bad.mp4")
    assert refused.value.reason in {"empty", "format", "truncated"}


def test_a_film_without_its_index_is_truncated(tmp_path: Path, film: Path, ffmpeg: Callable[..., str]) -> None:
    ffmpeg("-i", film, "-c", "copy", tmp_path / "late.mp4")
    (tmp_path / "cut.mp4").write_bytes((tmp_path / "late.mp4").read_bytes()[:3_000])
    with pytest.raises(MediaRefused) as refused:
        VideoReader(tmp_path / "cut.mp4")
    assert refused.value.reason == "truncated"


def test_too_many_pixels_are_refused(tmp_path: Path, ffmpeg: Callable[..., str]) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=black:s=8000x5200:r=1:d=1", "-c:v", "libx264", "-preset", "ultrafast", tmp_path / "vast.mp4")
    with pytest.raises(MediaRefused) as refused:
        VideoReader(tmp_path / "vast.mp4")
    assert refused.value.reason == "pixels"


def test_sound_alone_is_no_film(tmp_path: Path, film: Path, ffmpeg: Callable[..., str]) -> None:
    ffmpeg("-i", film, "-vn", "-c", "copy", tmp_path / "sound.mp4")
    with pytest.raises(MediaRefused) as refused:
        VideoReader(tmp_path / "sound.mp4")
    assert refused.value.reason == "format"


def test_ten_hours_are_too_long(tmp_path: Path, ffmpeg: Callable[..., str]) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=black:s=16x16:r=0.02:d=36000", "-c:v", "libx264", tmp_path / "long.mp4")
    with pytest.raises(MediaRefused) as refused:
        VideoReader(tmp_path / "long.mp4")
    assert refused.value.reason == "length"


def test_a_missing_film_is_a_missing_source(tmp_path: Path) -> None:
    with pytest.raises(MissingSource):
        VideoReader(tmp_path / "nothing.mp4")


def test_a_closed_reader_lets_its_decoder_go_without_the_garbage_collector(film: Path) -> None:
    gc.disable()
    try:
        opened = VideoReader(film)
        opened.frame_at(0)
        gone = weakref.ref(opened)
        opened.close()
        del opened
        assert gone() is None
    finally:
        gc.enable()
