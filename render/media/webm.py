"""WebM with transparency: VP9 with an alpha plane, and Opus."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from render.errors import MediaRefused
from render.media.frames import rows
from render.media.written import written_whole
from render.pixels.device import HOST, moved
from render.pixels.planes import Planes
from render.pixels.straight import straight

SAMPLE_RATE: Final = 48_000
AUDIO_KBPS: Final = 128
CHUNK_SAMPLES: Final = 960
"""20 ms: a frame of Opus."""
GROUP_SECONDS: Final = 2
QUALITY: Final = {
    "crf": "28",
    "b": "0",
    "deadline": "good",
    "cpu-used": "5",
    "row-mt": "1",
    "auto-alt-ref": "0",
}
"""Constant quality. The encoder keeps alpha only without its hidden reference frames (`auto-alt-ref`)."""
_BT709: Final = 1
_LIMITED: Final = 1


def write_webm(
    path: Path,
    frames: Iterable[Planes],
    stretches: Iterable[NDArray[np.float32]],
    *,
    size_px: tuple[int, int],
    frame_rate: int,
    metadata: dict[str, str],
) -> None:
    """Encode premultiplied frames of `size_px` (even) with alpha, and float samples at 48 kHz. The file appears whole.

    The sound comes in stretches (2, n), of whole frames of 20 ms but for the last.
    Sound and picture are written side by side, as players read them. Raises MediaRefused(`empty`) without frames.
    """
    with written_whole(path) as unfinished, av.open(str(unfinished), "w", format="webm") as container:
        container.metadata.update(metadata)
        video, audio = _video(container, size_px, frame_rate), _audio(container)
        sound, sent = _chunks(stretches), 0
        count = 0
        for count, planes in enumerate(frames, 1):
            container.mux(video.encode(_picture(planes, count - 1, frame_rate)))
            while sent * frame_rate < count * SAMPLE_RATE and (chunk := next(sound, None)) is not None:
                container.mux(audio.encode(chunk))
                sent += CHUNK_SAMPLES
        if not count:
            raise MediaRefused("empty", name=path.name)
        for chunk in sound:
            container.mux(audio.encode(chunk))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _video(container: OutputContainer, size_px: tuple[int, int], frame_rate: int) -> VideoStream:
    stream = container.add_stream("libvpx-vp9", rate=frame_rate, options={**QUALITY, "g": str(GROUP_SECONDS * frame_rate)})
    stream.width, stream.height, stream.pix_fmt = *size_px, "yuva420p"
    codec = stream.codec_context
    codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc = _LIMITED, _BT709, _BT709, _BT709
    return stream


def _audio(container: OutputContainer) -> AudioStream:
    stream = container.add_stream("libopus", rate=SAMPLE_RATE, layout="stereo")
    stream.bit_rate = AUDIO_KBPS * 1_000
    return stream


def _picture(planes: Planes, index: int, frame_rate: int) -> av.VideoFrame:
    whole = straight(moved(planes, HOST))
    frame = av.VideoFrame(whole.width_px, whole.height_px, "yuva420p")
    for target, plane in zip(frame.planes, (whole.y, whole.u, whole.v, whole.a), strict=True):
        if plane is not None:
            height, width = plane.shape
            np.copyto(rows(target)[:height, :width], plane)
    frame.pts, frame.time_base = index, Fraction(1, frame_rate)
    return frame


def _chunks(stretches: Iterable[NDArray[np.float32]]) -> Iterator[av.AudioFrame]:
    sent = 0
    for stretch in stretches:
        for start in range(0, stretch.shape[1], CHUNK_SAMPLES):
            piece = np.ascontiguousarray(stretch[:, start : start + CHUNK_SAMPLES].T.reshape(1, -1), np.float32)
            frame = av.AudioFrame.from_ndarray(piece, format="flt", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, sent + start, Fraction(1, SAMPLE_RATE)
            yield frame
        sent += stretch.shape[1]
