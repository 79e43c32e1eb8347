"""Encoding: pictures to H.264 segments that can be joined without touching them, sound to AAC."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
import torch
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from render.errors import MediaRefused
from render.media.frames import rows
from render.media.written import written_whole
from render.pixels.planes import Planes
from render.presets.exports import ExportPreset
from render.timeline.time import TICKS_PER_SECOND

GROUP_SECONDS: Final = 2
"""A key frame every two seconds and at the start of every segment, and nowhere else."""
REORDER_FRAMES: Final = 2
"""How far decoding runs ahead of showing: x264's delay for pyramids of B-frames. `join` counts on it."""
TIMESCALES: Final = {"video_track_timescale": str(TICKS_PER_SECOND), "movie_timescale": str(TICKS_PER_SECOND)}
"""Of the picture and of the edit lists: with the muxer's own milliseconds, lengths would be rounded."""
SAMPLE_RATE: Final = 48_000
AAC_FRAME: Final = 1_024
THREADS: Final = 2
"""Frames that x264 encodes at once, on every machine: with another number it searches elsewhere, and the file would be another."""
_BT709: Final = 1
_LIMITED: Final = 1


def encode_segment(frames: Iterable[Planes], out: Path, *, size_px: tuple[int, int], frame_rate: int, preset: ExportPreset) -> None:
    """Encode frames of `size_px` (width, height; even) to one MP4 of video alone, in ticks of 1/240,000 s.

    Equal frames give equal files, byte by byte, whatever else the process or the machine does. All segments of one preset, size and
    rate carry the same parameter sets, begin with a key frame and refer to no frame outside themselves. Nothing is left behind when
    `frames` raises (such as Cancelled). Alpha is ignored.
    Raises MediaRefused(`empty`) without frames.
    """
    with written_whole(out) as unfinished, av.open(str(unfinished), "w", format="mp4", options=TIMESCALES) as container:
        stream = _video_stream(container, size_px, frame_rate, preset)
        index = -1
        for index, planes in enumerate(frames):
            container.mux(stream.encode(_frame(planes, index, frame_rate)))
        if index < 0:
            raise MediaRefused("empty", name=out.name)
        container.mux(stream.encode(None))


def encode_audio(samples: NDArray[np.float32], out: Path, kbps: int) -> None:
    """Encode (2, n) float samples at 48 kHz to AAC-LC in MP4. An edit list takes the encoder's priming off: n samples come back.

    Raises MediaRefused(`empty`) without samples.
    """
    if not samples.shape[1]:
        raise MediaRefused("empty", name=out.name)
    with written_whole(out) as unfinished, av.open(str(unfinished), "w", format="mp4", options=TIMESCALES) as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        stream.bit_rate = kbps * 1_000
        for start in range(0, samples.shape[1], AAC_FRAME):
            container.mux(stream.encode(_sound(samples[:, start : start + AAC_FRAME], start)))
        container.mux(stream.encode(None))


def _video_stream(container: OutputContainer, size_px: tuple[int, int], frame_rate: int, preset: ExportPreset) -> VideoStream:
    group = GROUP_SECONDS * frame_rate
    x264 = f"keyint={group}:min-keyint={group}:scenecut=0:open-gop=0:bframes=3:b-pyramid=normal:force-cfr=1:chromaloc=1"
    options = {"preset": preset.x264_preset, "crf": str(preset.crf), "x264-params": x264 + _instructions()}
    stream = container.add_stream("libx264", rate=frame_rate, options=options)
    stream.width, stream.height, stream.pix_fmt = *size_px, "yuv420p"
    codec = stream.codec_context
    codec.thread_count, codec.thread_type = THREADS, "FRAME"
    codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc = _LIMITED, _BT709, _BT709, _BT709
    return stream


def _instructions() -> str:
    """Keeps x264 off AVX-512, where its macroblock tree reads memory that nobody wrote, and so chooses other bits each time.

    A processor that has AVX-512 has all that x264 calls AVX2, which is as quick here.
    """
    return ":asm=AVX2" if torch.backends.cpu.get_cpu_capability() == "AVX512" else ""


def _frame(planes: Planes, index: int, frame_rate: int) -> av.VideoFrame:
    frame = av.VideoFrame(planes.width_px, planes.height_px, "yuv420p")
    for target, plane in zip(frame.planes, (planes.y, planes.u, planes.v), strict=True):
        _fill(target, plane)
    frame.pts, frame.time_base = index, Fraction(1, frame_rate)
    return frame


def _fill(target: av.video.plane.VideoPlane, plane: torch.Tensor) -> None:
    height, width = plane.shape
    np.copyto(rows(target)[:height, :width], plane.cpu().numpy())


def _sound(samples: NDArray[np.float32], start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
    return frame
