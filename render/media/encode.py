"""Encoding: pictures to H.264 segments that can be joined without touching them, sound to AAC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream
from llvmlite.binding import get_host_cpu_features  # type: ignore[import-untyped]
from numpy.typing import NDArray

from render.errors import MediaRefused
from render.media.frames import rows
from render.media.parameters import ParameterSets, parameter_sets, slice_rules, together
from render.media.runs import Run, runs
from render.media.stretches import HEAD_FRAMES, Coded, Stretch, laid_out
from render.media.written import written_whole
from render.pixels.planes import Array, Planes
from render.presets.exports import ExportPreset
from render.timeline.time import TICKS_PER_SECOND

GROUP_SECONDS: Final = 2
"""A key frame every two seconds while something moves, and at the start of every segment and of every stretch of it."""
STANDING_GROUP_SECONDS: Final = 10
"""Of a picture that stands: its key frame is most of what it costs, and the repeats between two of them are decoded in no time."""
REORDER_FRAMES: Final = 2
"""How far decoding runs ahead of showing: x264's delay for pyramids of B-frames. `join` counts on it."""
TIMESCALES: Final = {"video_track_timescale": str(TICKS_PER_SECOND), "movie_timescale": str(TICKS_PER_SECOND)}
"""Of the picture and of the edit lists: with the muxer's own milliseconds, lengths would be rounded."""
SAMPLE_RATE: Final = 48_000
AAC_FRAME: Final = 1_024
BUFFER_SECONDS: Final = 2
"""Over so long a time a bit rate is kept below its bound."""
THREADS: Final = 2
"""Frames that x264 encodes at once, on every machine: with another number it searches elsewhere, and the file would be another.

Where the bit rate is bounded it is one: what is left of the bound depends on how far each thread has come.
"""
_AHEAD: Final = "sync-lookahead=4"
"""In a thread of its own, so that two cores have work."""
_LITTLE_AHEAD: Final = "sync-lookahead=0:rc-lookahead=4"
"""Where a few pictures are encoded between many that are copied. With one thread it takes 100 MB for 190 at 1080p."""
SETS_ID: Final = 3
"""Of our parameter sets. Films that are copied into ours mostly have 0."""
_BT709: Final = 1
_LIMITED: Final = 1


@dataclass(frozen=True, slots=True)
class Copied:
    """Pictures of a film that is coded already, in decoding order, with what decoders must know of it.

    `shown` counts from the first of them; they follow each other frame by frame and refer to nothing else.
    """

    pictures: tuple[Coded, ...]
    sets: ParameterSets


def encode_segment(
    frames: Iterable[Planes | Copied],
    out: Path,
    *,
    size_px: tuple[int, int],
    frame_rate: int,
    preset: ExportPreset,
    mostly_copied: bool = False,
) -> None:
    """Encode frames of `size_px` (width, height; even) to one MP4 of video alone, in ticks of 1/240,000 s.

    Equal frames give equal files, byte by byte, whatever else the process or the machine does. What is `mostly_copied` is encoded with
    half the memory, by an encoder that looks less far ahead. All segments of one preset, size and
    rate carry the same parameter sets, begin with a key frame and refer to no frame outside themselves. A picture that stands (one
    object that comes again and again) is encoded once, and so is one that fades in or out; what is `Copied` is put in as it is. Nothing is
    left behind when `frames` raises (such as Cancelled). Alpha is ignored.
    Raises MediaRefused(`empty`) without frames, `settings` where what is copied cannot stand beside ours.
    """
    with written_whole(out) as unfinished, av.open(str(unfinished), "w", format="mp4", options=TIMESCALES) as container:
        stream = _video_stream(container, size_px, frame_rate, preset, small=mostly_copied)
        encoder = _Encoder(stream, size_px, frame_rate)
        for run in runs(frames, encoder.longest_group, fades=encoder.weighs):
            encoder.add(run)
        if not encoder.stretches:
            raise MediaRefused("empty", name=out.name)
        for order, picture in enumerate(encoder.finished()):
            container.mux(_packet(picture, order, stream, frame_rate))


def encode_audio(stretches: Iterable[NDArray[np.float32]], out: Path, kbps: int) -> None:
    """Encode float samples at 48 kHz to AAC-LC in MP4: stretches (2, n), of whole AAC frames but for the last.

    An edit list takes the encoder's priming off: as many samples come back. Raises MediaRefused(`empty`) without samples.
    """
    with written_whole(out) as unfinished, av.open(str(unfinished), "w", format="mp4", options=TIMESCALES) as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        stream.bit_rate = kbps * 1_000
        sent = 0
        for stretch in stretches:
            for start in range(0, stretch.shape[1], AAC_FRAME):
                container.mux(stream.encode(_sound(stretch[:, start : start + AAC_FRAME], sent + start)))
            sent += stretch.shape[1]
        if not sent:
            raise MediaRefused("empty", name=out.name)
        container.mux(stream.encode(None))


def _video_stream(
    container: OutputContainer, size_px: tuple[int, int], frame_rate: int, preset: ExportPreset, *, small: bool
) -> VideoStream:
    group = GROUP_SECONDS * frame_rate
    x264 = f"keyint={group}:min-keyint={group}:scenecut=0:open-gop=0:bframes=3:b-pyramid=normal:force-cfr=1:chromaloc=1"
    x264 += f":annexb=0:sps-id={SETS_ID}:{_LITTLE_AHEAD if small else _AHEAD}"
    if preset.video_kbps_max:
        x264 += f":vbv-maxrate={preset.video_kbps_max}:vbv-bufsize={preset.video_kbps_max * BUFFER_SECONDS}"
    options = {"preset": preset.x264_preset, "crf": str(preset.crf), "x264-params": x264 + _instructions(), "forced-idr": "1"}
    stream = container.add_stream("libx264", rate=frame_rate, options=options)
    stream.width, stream.height, stream.pix_fmt = *size_px, "yuv420p"
    codec = stream.codec_context
    codec.thread_count, codec.thread_type = 1 if small or preset.video_kbps_max else THREADS, "FRAME"
    codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc = _LIMITED, _BT709, _BT709, _BT709
    return stream


def _instructions() -> str:
    """Keeps x264 off AVX-512, where its macroblock tree reads memory that nobody wrote, and so chooses other bits each time.

    A processor that has AVX-512 has all that x264 calls AVX2, which is as quick here.
    """
    return ":asm=AVX2" if get_host_cpu_features().get("avx512f") else ""


class _Encoder:
    """Takes pictures, keeps their packets, and says how they lie in stretches. The encoder copies what it is given."""

    def __init__(self, stream: VideoStream, size_px: tuple[int, int], frame_rate: int) -> None:
        self.stretches: list[Stretch] = []
        self.longest_group = STANDING_GROUP_SECONDS * frame_rate
        self._stream, self._frame_rate = stream, frame_rate
        self._frame = av.VideoFrame(*size_px, "yuv420p")
        self._coded = self._shown = 0
        self._pictures: list[Coded] = []
        stream.codec_context.open(strict=False)
        self._own = parameter_sets(bytes(stream.codec_context.extradata or b""))
        self._rules = slice_rules(self._own)
        self._sets: list[ParameterSets] = []

    @property
    def weighs(self) -> bool:
        """Whether its pictures can tell of fades."""
        return self._rules.weighted

    def add(self, run: Run | Copied) -> None:
        """A picture that is shown for some frames, or pictures to be copied."""
        if isinstance(run, Copied):
            self._copy(run)
        else:
            self._draw(run)

    def _copy(self, copied: Copied) -> None:
        count = len(copied.pictures)
        self.stretches.append(Stretch(self._coded, self._shown, count, copied=copied.pictures))
        self._sets.append(copied.sets)
        self._shown += count

    def _draw(self, run: Run) -> None:
        planes = run.planes
        for target, plane in zip(self._frame.planes, (planes.y, planes.u, planes.v), strict=True):
            _fill(target, plane)
        self._shown += len(run.rising)
        begins = run.standing or run.begins or not self.stretches or not self.stretches[-1].moving
        if begins:
            stretch = Stretch(self._coded, self._shown, run.count, run.standing, rising=run.rising, falling=run.falling)
            self.stretches.append(stretch)
        for place in range(HEAD_FRAMES if run.standing else run.count):
            self._encode(_kind(key=begins and not place and not run.rising, standing=run.standing))
        self._shown += run.count + len(run.falling)

    def finished(self) -> Iterator[Coded]:
        """All pictures in decoding order."""
        self._keep(self._stream.encode(None))
        if self._sets:
            self._stream.codec_context.extradata = together([self._own, *self._sets]).to_bytes()
        return laid_out(self._pictures, self.stretches, self._rules, self.longest_group)

    def _encode(self, kind: PictureType) -> None:
        self._frame.pts, self._frame.time_base = self._coded, Fraction(1, self._frame_rate)
        self._frame.pict_type = kind
        self._keep(self._stream.encode(self._frame))
        self._coded += 1

    def _keep(self, packets: Iterable["Packet[Any]"]) -> None:
        self._pictures += [Coded(bytes(packet), packet.pts or 0, packet.is_keyframe) for packet in packets]


def _kind(*, key: bool, standing: bool) -> PictureType:
    """What a picture is coded as: what stands refers to the picture before it alone, so that repeats can follow."""
    if key:
        return PictureType.I
    return PictureType.P if standing else PictureType.NONE


def _packet(picture: Coded, order: int, stream: VideoStream, frame_rate: int) -> "Packet[Any]":
    ticks = TICKS_PER_SECOND // frame_rate
    packet: Packet[Any] = Packet(picture.data)
    packet.stream, packet.time_base = stream, Fraction(1, TICKS_PER_SECOND)
    packet.pts, packet.dts, packet.duration = picture.shown * ticks, (order - REORDER_FRAMES) * ticks, ticks
    packet.is_keyframe = picture.is_key
    return packet


def _fill(target: av.video.plane.VideoPlane, plane: Array) -> None:
    height, width = plane.shape
    np.copyto(rows(target)[:height, :width], plane)


def _sound(samples: NDArray[np.float32], start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
    return frame
