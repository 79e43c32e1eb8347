"""The ingest: of an original, everything that is worked with later. Runs in a sandboxed child; files appear whole in `folder`.

`look` is quick: what it is, a poster, and the small film of its first seconds. `make` does the rest in one pass over the file.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from PIL import Image

from render.errors import MediaRefused
from render.media import originals, stills
from render.media.films import SMALL, WHOLE, FilmWriter
from render.media.normal import Normaliser
from render.media.originals import Original
from render.media.signatures import format_of
from render.media.soundtrack import SAMPLE_RATE, SoundWriter
from render.media.strips import Strip
from render.media.written import written_whole
from render.timeline.time import TICKS_PER_SECOND

HEAD_TICKS: Final = 4 * TICKS_PER_SECOND
HEARD_SECONDS_MAX: Final = 60
PROXY_SHORT_SIDES_PX: Final = (360, 540)
"""The least and the most that a small film is made, unless its original is smaller."""
_CLOSEST_TICKS: Final = TICKS_PER_SECOND // 61
"""Frames nearer than this to the one before are left out: more than 60 a second are never shown."""

Tell = Callable[[int], None]
"""Hears how many ticks are done."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an original is, as it is kept. `kind` is image, video or audio; lengths are ticks, 0 for a still."""

    kind: str
    width_px: int = 0
    height_px: int = 0
    duration_ticks: int = 0
    has_sound: bool = False
    has_alpha: bool = False


def look(path: Path, folder: Path) -> Facts:
    """Say what the original is, and write what there is to see at once: of a still, all of it.

    Raises MediaRefused with the reason in the sense of `originals.opened` and `stills.read_original`; `silent` for sound without a sample.
    """
    if format_of(path, stills.TAKEN | originals.TAKEN).family == "image":
        return _still(path, folder)
    original = originals.opened(path)
    try:
        return _head(original, folder)
    finally:
        original.container.close()


def make(path: Path, folder: Path, tell: Tell) -> Facts:
    """Write the whole film, its proxy, its sound with the waveform and the thumbnails. Raises MediaRefused as `look`."""
    original = originals.opened(path)
    try:
        return _Making(original, folder, tell).all()
    finally:
        original.container.close()


def hear(path: Path, folder: Path, *, seconds_max: int = HEARD_SECONDS_MAX) -> Facts:
    """Write the first `seconds_max` of what is heard, of a film too. Raises MediaRefused as `look`, and `silent` where nothing is."""
    original = originals.opened(path)
    try:
        if original.sound is None:
            raise MediaRefused("silent", name=original.name)
        with written_whole(folder / "sound.wav") as out, SoundWriter(out, original.zero) as writer:
            for frame in original.frames():
                if isinstance(frame, av.AudioFrame):
                    writer.add(frame)
                if writer.samples > seconds_max * SAMPLE_RATE:
                    break
            writer.finish()
            if not writer.samples:
                raise MediaRefused("silent", name=original.name)
        return Facts("audio", duration_ticks=writer.samples * (TICKS_PER_SECOND // SAMPLE_RATE), has_sound=True)
    finally:
        original.container.close()


def _still(path: Path, folder: Path) -> Facts:
    picture = stills.read_original(path)
    with written_whole(folder / "poster.webp") as out:
        stills.write_poster(picture, out)
    with written_whole(folder / "picture.webp") as out:
        stills.write_still(picture, out, drawn=stills.is_drawn(path))
    return Facts("image", picture.width, picture.height, has_alpha=picture.mode == "RGBA")


def _head(original: Original, folder: Path) -> Facts:
    """The first seconds, small; and a picture of them that is not black, if there is one."""
    if original.picture is None:
        return Facts("audio", duration_ticks=original.duration_ticks, has_sound=True)
    alpha = originals.has_alpha(original.picture)
    normaliser = Normaliser(folder / "tones.cube", original.picture.sample_aspect_ratio, alpha=alpha)
    poster: av.VideoFrame | None = None
    with written_whole(folder / "head.mp4") as out, ExitStack() as stack:
        writer, end = None, 0
        for frame, ticks in _pictures(original, normaliser):
            if ticks >= HEAD_TICKS:
                break
            writer = writer or stack.enter_context(FilmWriter(out, SMALL, proxy_size(normaliser.size_px), alpha=alpha))
            writer.add(frame, ticks)
            end = ticks + TICKS_PER_SECOND // 25
            poster = frame if poster is None or (_is_dark(poster) and not _is_dark(frame)) else poster
        if writer is None or poster is None:
            raise MediaRefused("truncated", name=original.name)
        writer.finish(max(end, min(HEAD_TICKS, original.duration_ticks)))
    with written_whole(folder / "poster.webp") as out:
        stills.write_poster(picture_of(poster), out)
    width, height = normaliser.size_px or (0, 0)
    return Facts("video", width, height, original.duration_ticks or end, original.sound is not None, alpha)


class _Making:
    """One pass over an original that writes all that is made of it."""

    def __init__(self, original: Original, folder: Path, tell: Tell) -> None:
        self._original, self._folder, self._tell = original, folder, tell
        self._alpha = original.picture is not None and originals.has_alpha(original.picture)
        aspect = original.picture.sample_aspect_ratio if original.picture else None
        self._normaliser = Normaliser(folder / "tones.cube", aspect, alpha=self._alpha)
        self._writers: tuple[FilmWriter, ...] = ()
        self._strip: Strip | None = None
        self._sound: SoundWriter | None = None
        self._last_ticks = -TICKS_PER_SECOND

    def all(self) -> Facts:
        """Go through the file once."""
        with ExitStack() as stack:
            for frame in self._original.frames():
                if isinstance(frame, av.VideoFrame):
                    self._see(frame, stack)
                else:
                    self._hear(frame, stack)
            return self._finished()

    def _see(self, frame: av.VideoFrame, stack: ExitStack) -> None:
        ticks = _ticks(frame, self._original)
        if ticks is None or ticks < self._last_ticks + _CLOSEST_TICKS:
            return
        _refuse_endless(ticks, self._original)
        normal = self._normaliser.normal(frame)
        if not self._writers:
            ticks = 0
            self._open_films(stack)
        for writer in self._writers:
            writer.add(normal, ticks)
        if self._strip is not None:
            self._strip.see(normal, ticks)
        self._last_ticks = ticks
        self._tell(ticks)

    def _open_films(self, stack: ExitStack) -> None:
        size = self._normaliser.size_px or (2, 2)
        self._strip = Strip(max(1, self._original.duration_ticks), size)
        self._writers = tuple(
            stack.enter_context(FilmWriter(stack.enter_context(written_whole(self._folder / name)), recipe, small, alpha=self._alpha))
            for name, recipe, small in (("film.mp4", WHOLE, size), ("proxy.mp4", SMALL, proxy_size(size)))
        )

    def _hear(self, frame: av.AudioFrame, stack: ExitStack) -> None:
        if self._sound is None:
            path = stack.enter_context(written_whole(self._folder / "sound.wav"))
            self._sound = stack.enter_context(SoundWriter(path, self._original.zero))
        self._sound.add(frame)
        heard = self._sound.samples * (TICKS_PER_SECOND // SAMPLE_RATE)
        _refuse_endless(heard, self._original)
        if self._original.picture is None:
            self._tell(heard)

    def _finished(self) -> Facts:
        peaks = self._sound.finish() if self._sound else np.zeros((0, 2), np.int8)
        heard = (self._sound.samples if self._sound else 0) * (TICKS_PER_SECOND // SAMPLE_RATE)
        if self._sound and heard:
            with written_whole(self._folder / "peaks.i8") as out:
                out.write_bytes(peaks.tobytes())
        if self._original.picture is None:
            if not heard:
                raise MediaRefused("silent", name=self._original.name)
            return Facts("audio", duration_ticks=heard, has_sound=True)
        if not self._writers:
            raise MediaRefused("truncated", name=self._original.name)
        return self._film_finished(heard)

    def _film_finished(self, heard: int) -> Facts:
        end = self._last_ticks + self._last_shown_ticks()
        for writer in self._writers:
            writer.finish(end)
        if self._strip is not None:
            self._strip.write(self._folder / "strip.webp")
        width, height = self._normaliser.size_px or (0, 0)
        return Facts("video", width, height, end, heard > 0, self._alpha)

    def _last_shown_ticks(self) -> int:
        """How long the last frame shows: as long as the file says the film is, within reason, else a frame of the usual rate."""
        picture = self._original.picture
        rate = picture.average_rate if picture and picture.average_rate else None
        usual = round(TICKS_PER_SECOND / rate) if rate else TICKS_PER_SECOND // 25
        told = self._original.picture_ticks - self._last_ticks
        return told if 0 < told <= TICKS_PER_SECOND else min(max(usual, 1), TICKS_PER_SECOND)


def proxy_size(size_px: tuple[int, int] | None) -> tuple[int, int]:
    """The size of a small film: half as large, its short side 360 to 540 pixels (never more than the original's), both sides even."""
    width, height = size_px or (2, 2)
    least, most = PROXY_SHORT_SIDES_PX
    ratio = min(1.0, max(0.5, least / min(width, height)), most / min(width, height))
    return max(2, round(width * ratio / 2) * 2), max(2, round(height * ratio / 2) * 2)


def picture_of(frame: av.VideoFrame) -> Image.Image:
    """A normal frame as RGB or RGBA."""
    if frame.format.name == "yuva420p":
        return Image.fromarray(frame.reformat(format="rgba", src_colorspace="ITU709").to_ndarray())
    return Image.fromarray(frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray())


def _pictures(original: Original, normaliser: Normaliser) -> Iterator[tuple[av.VideoFrame, int]]:
    """Normal frames with their moments, the first one at 0, none too near to the one before."""
    last = -TICKS_PER_SECOND
    for frame in original.frames():
        ticks = _ticks(frame, original) if isinstance(frame, av.VideoFrame) else None
        if isinstance(frame, av.VideoFrame) and ticks is not None and ticks >= last + _CLOSEST_TICKS:
            last = 0 if last < 0 else ticks
            yield normaliser.normal(frame), last


def _ticks(frame: av.VideoFrame, original: Original) -> int | None:
    """When the frame shows, from the film's beginning on; None for what lies before it or has no moment."""
    base = original.picture.time_base if original.picture else None
    if frame.pts is None or base is None:
        return None
    ticks = round((frame.pts * base - original.zero) * TICKS_PER_SECOND)
    return ticks if ticks >= 0 else None


def _refuse_endless(ticks: int, original: Original) -> None:
    if ticks > originals.SECONDS_MAX * TICKS_PER_SECOND:
        raise MediaRefused("length", name=original.name, seconds_max=originals.SECONDS_MAX)


def _is_dark(frame: av.VideoFrame) -> bool:
    luma = np.frombuffer(frame.planes[0], np.uint8)  # type: ignore[call-overload]
    return bool(luma[::97].mean() < 30)  # noqa: PLR2004 - a little above black, which is 16
