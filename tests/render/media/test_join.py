import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from render.errors import MediaRefused, MissingSource
from render.media.encode import encode_audio
from render.media.join import join
from render.media.marks import aigc_metadata

COUNTS = (1, 60, 2, 3, 1, 1, 75, 7)
FRAMES = sum(COUNTS)
FRAME_TICKS = 9_600


@pytest.fixture
def segments(segment: Callable[..., Path]) -> list[Path]:
    """Segments of one frame and of many, 150 frames in all."""
    return [segment(sum(COUNTS[:index]), count) for index, count in enumerate(COUNTS)]


@pytest.fixture
def joined(tmp_path: Path, segments: Sequence[Path]) -> Path:
    """The segments as one film, with a click of sound at frame 100."""
    sound = np.zeros((2, FRAMES * 1_920), np.float32)
    sound[:, 100 * 1_920] = 0.9
    encode_audio([sound], tmp_path / "sound.m4a", 160)
    join(segments, tmp_path / "sound.m4a", tmp_path / "joined.mp4", aigc_metadata("Piying", "试-1"))
    return tmp_path / "joined.mp4"


def decoded(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def test_the_film_is_the_segments_one_after_the_other(joined: Path, segments: Sequence[Path]) -> None:
    film = decoded(joined)
    assert len(film) == FRAMES
    assert film == [frame for path in segments for frame in decoded(path)]


def test_frames_follow_each_other_by_exactly_one_frame(joined: Path) -> None:
    with av.open(str(joined)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [packet.dts for packet in packets] == [(order - 2) * FRAME_TICKS for order in range(FRAMES)]
    assert sorted(packet.pts for packet in packets) == [order * FRAME_TICKS for order in range(FRAMES)]
    assert all(packet.pts >= packet.dts for packet in packets)


def test_both_tracks_last_exactly_as_long_as_the_frames(joined: Path) -> None:
    with av.open(str(joined)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.duration == FRAMES * FRAME_TICKS
        assert audio.duration == FRAMES * 1_920
        assert container.duration == FRAMES * 40_000
        assert (video.start_time, audio.start_time) == (0, 0)


def test_another_decoder_finds_nothing_to_complain_about(joined: Path, ffmpeg: Callable[..., str], tmp_path: Path) -> None:
    assert ffmpeg("-v", "warning", "-xerror", "-i", joined, "-f", "null", "-") == ""
    assert ffmpeg("-v", "warning", "-i", joined, "-c", "copy", tmp_path / "copy.mkv") == ""


def test_seeking_to_every_joint_lands_on_its_frame(joined: Path) -> None:
    with av.open(str(joined)) as container:
        stream = container.streams.video[0]
        for index in range(len(COUNTS)):
            wanted = sum(COUNTS[:index]) * FRAME_TICKS
            container.seek(wanted, stream=stream)
            shown = next(frame for frame in container.decode(stream) if frame.pts >= wanted)
            assert shown.pts == wanted
            width = shown.width
            bars = [int(shown.to_ndarray()[48, (bar * 2 + 1) * width // 16] > 120) << bar for bar in range(8)]
            assert sum(bars) == sum(COUNTS[:index])


def test_sound_and_picture_meet_within_a_millisecond(joined: Path) -> None:
    with av.open(str(joined)) as container:
        heard = [(frame.pts, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    loudest, values = max(heard, key=lambda part: float(np.abs(part[1]).max()))
    assert abs(loudest + int(np.abs(values).argmax()) - 100 * 1_920) <= 48


def test_the_film_starts_quickly_and_keeps_colours_and_fields(joined: Path) -> None:
    data, boxes, place = joined.read_bytes(), [], 0
    while place < len(data):
        size, name = struct.unpack(">I4s", data[place : place + 8])
        boxes.append(name.decode())
        place += size
    assert boxes.index("moov") < boxes.index("mdat")
    with av.open(str(joined)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range) == (1, 1, 1, 1)
        assert json.loads(container.metadata["AIGC"])["ProduceID"] == "试-1"


def test_a_film_may_be_silent(tmp_path: Path, segments: Sequence[Path]) -> None:
    join(segments[:2], None, tmp_path / "silent.mp4", {})
    with av.open(str(tmp_path / "silent.mp4")) as container:
        assert not container.streams.audio
        assert container.streams.video[0].frames == 61


def test_segments_of_other_settings_are_refused(tmp_path: Path, segment: Callable[..., Path]) -> None:
    with pytest.raises(MediaRefused) as refused:
        join([segment(0, 5), segment(5, 5, preset="1080p")], None, tmp_path / "no.mp4", {})
    assert refused.value.reason == "settings"
    assert not (tmp_path / "no.mp4").exists()


def test_missing_and_broken_pieces_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"not a film")
    with pytest.raises(MissingSource):
        join([tmp_path / "nothing.mp4"], None, tmp_path / "no.mp4", {})
    with pytest.raises(MediaRefused):
        join([tmp_path / "broken.mp4"], None, tmp_path / "no.mp4", {})
    with pytest.raises(MediaRefused):
        join([], None, tmp_path / "no.mp4", {})
