"""Video files: any frame of them, as planes."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import InputContainer
from av.video.reformatter import ColorRange, Colorspace

from render.errors import MediaRefused
from render.media.frames import rows
from render.media.layouts import LAYOUT, STACKED
from render.media.signatures import format_of
from render.pixels.planes import Array, Planes
from render.pixels.unstack import unstacked, unstacked_rows
from render.presets.formats import MATROSKA, MP4
from render.timeline.time import TICKS_PER_SECOND

PIXELS_MAX: Final = 40_000_000
DURATION_TICKS_MAX: Final = 2 * 3600 * TICKS_PER_SECOND
_SEEK_TICKS: Final = TICKS_PER_SECOND // 8
"""A key frame that lies so far ahead is worth a seek; to a nearer one, going on is quicker."""
_AHEAD_TICKS: Final = 2 * TICKS_PER_SECOND
"""Within so much, going on is quicker than seeking where the container does not tell of all its key frames."""


@dataclass(frozen=True, slots=True)
class Film:
    """What a video file is, as shown: see `VideoReader`."""

    width_px: int
    height_px: int
    duration_ticks: int
    has_alpha: bool


class VideoReader:
    """Frames of a video file by time: software decoding, one file, no other protocol and no playlist.

    `width_px` and `height_px` are as shown: upright (rotation applied), even (an odd last row or column is left out). A file of the
    stacked layout has `has_alpha`: its frames are half as high as its pictures, premultiplied, with an alpha plane.
    Raises MediaRefused: `empty`, `format`, `pixels`, `length`, `truncated`; MissingSource without a file.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        form = format_of(path, frozenset({MP4, MATROSKA}))
        self._name, self._is_mp4 = path.name, form is MP4
        self._rotation = 0
        self._shown_ticks: int | None = None
        self._shown_until_ticks = 0
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._next: av.VideoFrame | None = None
        self._planes: Planes | None = None
        self._container = _open(path, form.reader)
        self.has_alpha = self._container.metadata.get(LAYOUT) == STACKED
        try:
            self._prepare(threads)
        except BaseException:
            self.close()
            raise

    def frame_at(self, ticks: int) -> Planes:
        """The frame that shows at `ticks`: the first one before the start, the last one after the end."""
        wanted = max(0, ticks)
        if not self._is_ahead(wanted):
            self._seek(wanted)
        self._advance(wanted)
        if self._planes is None:
            self._planes = (_cut_out if self.has_alpha else _planes)(self._shown, self._rotation)
        return self._planes

    @property
    def film(self) -> Film:
        """What it is, to be known when it is closed."""
        return Film(self.width_px, self.height_px, self.duration_ticks, self.has_alpha)

    def close(self) -> None:
        """Let the file go, and the decoder: what still decodes holds its reader, so both would wait for the garbage collector."""
        self._frames = iter(())
        self._container.close()

    def _is_ahead(self, ticks: int) -> bool:
        """Whether going on from here is the way to `ticks`; at the end of the file it is for all that lies beyond."""
        if self._shown_ticks is None or ticks < self._shown_ticks:
            return False
        return self._at_end or not self._key_frame_between(self._shown_ticks + _SEEK_TICKS, ticks)

    def _key_frame_between(self, start_ticks: int, end_ticks: int) -> bool:
        """Whether decoding could begin somewhere from `start_ticks` to `end_ticks`, as the index of an MP4 has it."""
        if end_ticks < start_ticks or not self._is_mp4:
            return end_ticks >= start_ticks + _AHEAD_TICKS
        entries = self._stream.index_entries
        place = entries.search_timestamp(self._zero + int(end_ticks / self._tick))
        return place >= 0 and round((entries[place].timestamp - self._zero) * self._tick) >= start_ticks

    def _prepare(self, threads: int) -> None:
        if not self._container.streams.video:
            raise MediaRefused("format", name=self._name)
        self._stream = self._container.streams.video[0]
        codec = self._stream.codec_context
        if codec.width * codec.height > PIXELS_MAX:
            raise MediaRefused("pixels", name=self._name, pixels_max=PIXELS_MAX)
        codec.thread_count = threads
        if self._stream.time_base is None:
            raise MediaRefused("format", name=self._name)
        self._tick = self._stream.time_base * TICKS_PER_SECOND
        self._zero = self._stream.start_time or 0
        self.duration_ticks = self._duration_ticks()
        self._seek(0)
        self._advance(0)
        self._rotation = round(self._shown.rotation / 90) % 4
        width, height = self._shown.width & ~1, self._shown.height & ~1
        self.width_px, self.height_px = (height, width) if self._rotation % 2 else (width, height)
        if self.has_alpha:
            self.height_px //= 2

    def _duration_ticks(self) -> int:
        if self._stream.duration is not None:
            ticks = round(self._stream.duration * self._tick)
        else:
            ticks = round(Fraction(self._container.duration or 0, av.time_base) * TICKS_PER_SECOND)
        if not 0 < ticks <= DURATION_TICKS_MAX:
            raise MediaRefused("length", name=self._name, seconds_max=DURATION_TICKS_MAX // TICKS_PER_SECOND)
        return ticks

    def _seek(self, ticks: int) -> None:
        """Go to a key frame at or before `ticks`; the next `_advance` decodes from there.

        Containers seek by decoding time, so the first try may land on a key frame shown later: then from further back.
        """
        back = 0
        while True:
            start = max(0, ticks - back)
            self._restart(start)
            if start == 0 or ((first := self._following()) is not None and self._ticks(first) <= ticks):
                return
            back = max(TICKS_PER_SECOND, 2 * back)

    def _restart(self, ticks: int) -> None:
        try:
            self._container.seek(self._zero + int(ticks / self._tick), stream=self._stream)
        except av.error.FFmpegError as error:
            raise MediaRefused("truncated", name=self._name) from error
        self._frames, self._next, self._at_end = self._decoded(), None, False
        self._shown_ticks = None

    def _advance(self, ticks: int) -> None:
        """Decode until the frame that shows at `ticks` is the shown one."""
        while self._shown_ticks is None or ticks >= self._shown_until_ticks:
            following = self._following()
            if following is None or (self._shown_ticks is not None and self._ticks(following) > ticks):
                break
            self._shown, self._shown_ticks, self._planes, self._next = following, self._ticks(following), None, None
            self._shown_until_ticks = self._surely_until(following)
        if self._shown_ticks is None:
            raise MediaRefused("truncated", name=self._name)

    def _surely_until(self, frame: av.VideoFrame) -> int:
        """How long it shows at least: as long as the file says, where pictures are coded in the order in which they are shown.

        Then the picture after it need not be decoded to know. Matroska may tell a usual length instead of each picture's own.
        """
        tells = self._is_mp4 and not self._stream.codec_context.has_b_frames
        return self._ticks(frame) + (round(frame.duration * self._tick) if tells and frame.duration else 0)

    def _following(self) -> av.VideoFrame | None:
        """The frame after the shown one, or None at the end."""
        if self._next is None and not self._at_end:
            self._next = next(self._frames, None)
            self._at_end = self._next is None
        return self._next

    def _decoded(self) -> Iterator[av.VideoFrame]:
        try:
            for frame in self._container.decode(self._stream):
                if frame.pts is not None:
                    yield frame
        except av.error.FFmpegError as error:
            raise MediaRefused("truncated", name=self._name) from error

    def _ticks(self, frame: av.VideoFrame) -> int:
        return round(((frame.pts or 0) - self._zero) * self._tick)


def _open(path: Path, demuxer: str) -> InputContainer:
    """Open with the one demuxer that fits the first bytes, so that nothing in the file or its name leads elsewhere."""
    try:
        return av.open(
            str(path),
            format=demuxer,
            options={"protocol_whitelist": "file", "format_whitelist": _WHITELIST, "max_pixels": str(PIXELS_MAX)},
            metadata_errors="ignore",
        )
    except av.error.FFmpegError as error:
        raise MediaRefused("truncated", name=path.name) from error


_WHITELIST: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
_SMALL_LINES_MAX: Final = 576
"""Files that do not say their matrix: up to standard definition BT.601 is meant, above it BT.709."""


def _planes(frame: av.VideoFrame, rotation: int) -> Planes:
    """A frame as BT.709 limited planes in memory of their own, turned counter-clockwise by `rotation` quarters."""
    converted = frame if _is_ours(frame) else _converted(frame)
    y, u, v = (_turned(plane, height, width, rotation) for plane, height, width in _sized(converted))
    return Planes(y, u, v)


def _cut_out(frame: av.VideoFrame, rotation: int) -> Planes:
    """A frame of the stacked layout with its alpha."""
    if rotation or not _is_ours(frame):
        return unstacked(_planes(frame, rotation))
    y, u, v = (rows(plane) for plane in frame.planes)
    return unstacked_rows(y, u, v, frame.width & ~1, frame.height // 2 & ~1)


def _is_ours(frame: av.VideoFrame) -> bool:
    return frame.format.name == "yuv420p" and frame.colorspace == Colorspace.ITU709 and frame.color_range != ColorRange.JPEG


def _converted(frame: av.VideoFrame) -> av.VideoFrame:
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith(("yuvj", "rgb", "bgr", "gbr"))
    return frame.reformat(
        format="yuv420p",
        src_colorspace=_matrix(frame),
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
    )


def _matrix(frame: av.VideoFrame) -> Colorspace:
    named = {1: Colorspace.ITU709, 5: Colorspace.ITU601, 6: Colorspace.ITU601, 7: Colorspace.SMPTE240M}
    guess = Colorspace.ITU601 if frame.height <= _SMALL_LINES_MAX else Colorspace.ITU709
    return named.get(int(frame.colorspace), guess)


def _sized(frame: av.VideoFrame) -> Iterator[tuple[av.video.plane.VideoPlane, int, int]]:
    width, height = frame.width & ~1, frame.height & ~1
    for plane, part in zip(frame.planes, (1, 2, 2), strict=True):
        yield plane, height // part, width // part


def _turned(plane: av.video.plane.VideoPlane, height: int, width: int, rotation: int) -> Array:
    upright = np.rot90(rows(plane)[:height, :width], rotation)
    return np.array(upright, order="C")
