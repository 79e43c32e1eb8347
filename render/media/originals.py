"""Originals: files as strangers brought them, opened in a sandboxed child only, each by the one reader that fits its first bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from render.errors import MediaRefused
from render.media.signatures import format_of
from render.presets.formats import ADTS, FLAC, MATROSKA, MP3, MP4, OGG, WAV
from render.timeline.time import TICKS_PER_SECOND

PIXELS_MAX: Final = 4_096 * 2_304
SIDE_PX_MIN: Final = 16
SECONDS_MAX: Final = 3_600
TAKEN: Final = frozenset({MP4, MATROSKA, WAV, MP3, OGG, FLAC, ADTS})
_WHITELIST: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,mp3,ogg,flac,aac"
_OPTIONS: Final = {
    "protocol_whitelist": "file",
    "format_whitelist": _WHITELIST,
    "enable_drefs": "0",
    "use_absolute_path": "0",
    "max_pixels": str(PIXELS_MAX),
    "probesize": str(8 * 2**20),
}
"""Nothing in the file or its name leads to another file."""
_ALPHA_DECODERS: Final = {"vp9": "libvpx-vp9", "vp8": "libvpx"}
"""The decoders that know the second, hidden picture of a WebM with transparency; the usual ones do not."""


@dataclass(frozen=True, slots=True)
class Original:
    """An opened file: at most one picture and one sound stream, and the moment (in seconds) that counts as its beginning."""

    container: InputContainer
    picture: VideoStream | None
    sound: AudioStream | None
    zero: Fraction
    name: str

    @property
    def duration_ticks(self) -> int:
        """How long it says it is; 0 where it does not say."""
        streams = [stream for stream in (self.picture, self.sound) if stream is not None]
        told = (stream.duration * stream.time_base for stream in streams if stream.duration and stream.time_base)
        seconds = max(told, default=None) or Fraction(self._told_by_container, av.time_base)
        return round(seconds * TICKS_PER_SECOND)

    @property
    def _told_by_container(self) -> int:
        """Microseconds; Matroska counts them from zero on, also where the first frame comes later."""
        whole, start = self.container.duration or 0, max(0, self.container.start_time or 0)
        return whole - start if whole > start else whole

    @property
    def picture_ticks(self) -> int:
        """How long its picture says it is; 0 where it does not say."""
        if self.picture is None or not self.picture.duration or not self.picture.time_base:
            return 0
        return round(self.picture.duration * self.picture.time_base * TICKS_PER_SECOND)

    def frames(self) -> Iterator["av.VideoFrame | av.AudioFrame"]:
        """Every picture and sound frame as they come; damaged packets are left out, as players do."""
        decoders = {stream.index: _decoder(stream) for stream in (self.picture, self.sound) if stream is not None}
        for packet in self._packets(list(decoders)):
            decoder = decoders[packet.stream.index]
            try:
                yield from decoder.decode(packet if packet.size else None)
            except av.error.EOFError:
                continue
            except (av.error.InvalidDataError, av.error.ArgumentError):
                continue

    def _packets(self, streams: list[int]) -> Iterator["av.Packet[Any]"]:
        try:
            yield from self.container.demux(streams)
        except av.error.FFmpegError:
            return  # a file that breaks off is as long as what came before


def opened(path: Path) -> Original:
    """Open an original film or sound.

    Raises MediaRefused: `empty`, `format` (by its first bytes, or nothing in it that is seen or heard), `truncated`, `pixels`, `small`,
    `length`.
    """
    form = format_of(path, TAKEN)
    try:
        container = av.open(str(path), format=form.reader, options=_OPTIONS, metadata_errors="ignore")
    except (av.error.FFmpegError, OSError) as error:
        raise MediaRefused("truncated", name=path.name) from error
    try:
        return _chosen(container, path.name)
    except BaseException:
        container.close()
        raise


def _chosen(container: InputContainer, name: str) -> Original:
    pictures = [stream for stream in container.streams.video if _is_moving(stream)]
    picture = next(iter(pictures), None)
    sound = next((stream for stream in container.streams.audio if stream.codec_context is not None), None)
    if picture is None and sound is None:
        raise MediaRefused("format", name=name)
    original = Original(container, picture, sound, _zero(picture or sound), name)
    _check(original)
    return original


def _is_moving(stream: VideoStream) -> bool:
    """Whether the stream is a film: the cover of a song is a picture stream as well."""
    return stream.codec_context is not None and not stream.disposition & av.stream.Disposition.attached_pic


def _zero(stream: VideoStream | AudioStream | None) -> Fraction:
    if stream is None or stream.time_base is None:
        return Fraction(0)
    return (stream.start_time or 0) * stream.time_base


def _check(original: Original) -> None:
    if original.picture is not None:
        width, height = original.picture.codec_context.width, original.picture.codec_context.height
        if width * height > PIXELS_MAX:
            raise MediaRefused("pixels", name=original.name, pixels_max=PIXELS_MAX)
        if min(width, height) < SIDE_PX_MIN:
            raise MediaRefused("small", name=original.name, side_px_min=SIDE_PX_MIN)
    if original.duration_ticks > SECONDS_MAX * TICKS_PER_SECOND:
        raise MediaRefused("length", name=original.name, seconds_max=SECONDS_MAX)


def has_alpha(picture: VideoStream) -> bool:
    """Whether the film is transparent in places: said by its pixel format, or by WebM's own field."""
    if picture.metadata.get("alpha_mode") == "1":
        return True
    form = picture.codec_context.format
    return form is not None and any(part.is_alpha for part in form.components)


def _decoder(stream: VideoStream | AudioStream) -> Any:
    """What decodes the stream's packets."""
    context = stream.codec_context
    context.thread_type, context.thread_count = "AUTO", 2
    better = _ALPHA_DECODERS.get(context.name) if stream.metadata.get("alpha_mode") == "1" else None
    return av.CodecContext.create(better, "r") if better else context
