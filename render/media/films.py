"""Films of our own writing: frames at moments of their own, as H.264 in MP4."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import numpy as np
from av.video.frame import PictureType

from render.media.frames import rows
from render.media.layouts import LAYOUT, STACKED
from render.timeline.time import TICKS_PER_SECOND

_CONTAINER: Final = {"movflags": "+faststart+use_metadata_tags", "video_track_timescale": str(TICKS_PER_SECOND)}
_NEUTRAL: Final = 128
_BT709: Final = 1
_LIMITED: Final = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a film is encoded. `group` frames lie from one key frame to the next; none refers to a later one, so seeking is cheap."""

    preset: str
    crf: int
    group: int
    parameters: str = ""


WHOLE: Final = Recipe("superfast", 15, 12, "vbv-maxrate=60000:vbv-bufsize=60000")
SMALL: Final = Recipe("ultrafast", 25, 2)
"""For pictures that move, or are sought; one that rests is drawn from the whole film. Every second frame is a key frame: a third less to
decode while playing than with key frames alone, and a seek decodes two at most."""


class FilmWriter:
    """Writes frames (yuv420p, or yuva420p as colour over alpha) with their moments. The file is whole when the block is left."""

    def __init__(self, path: Path, recipe: Recipe, size_px: tuple[int, int], *, alpha: bool) -> None:
        self._size_px, self._alpha = size_px, alpha
        self._waiting: av.VideoFrame | None = None
        self._waiting_ticks = 0
        self._lasts: dict[int, int] = {}
        self._container = av.open(str(path), "w", format="mp4", options=_CONTAINER)
        if alpha:
            self._container.metadata[LAYOUT] = STACKED
        self._stream = self._container.add_stream("libx264", rate=30, options=_options(recipe))
        self._stream.width, self._stream.height = size_px[0], size_px[1] * (2 if alpha else 1)
        self._stream.pix_fmt = "yuv420p"
        codec = self._stream.codec_context
        codec.time_base = Fraction(1, TICKS_PER_SECOND)
        codec.thread_count, codec.thread_type = 2, "FRAME"
        codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc = _LIMITED, _BT709, _BT709, _BT709

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._container.close()

    def add(self, frame: av.VideoFrame, ticks: int) -> None:
        """Show this frame from `ticks` on. Moments rise from call to call."""
        scaled = frame if (frame.width, frame.height) == self._size_px else frame.reformat(*self._size_px, interpolation="AREA")
        ours = _stacked(scaled) if self._alpha else scaled
        self._release(ticks)
        self._waiting = ours
        self._waiting_ticks = ticks

    def finish(self, end_ticks: int) -> None:
        """The last frame shows until `end_ticks`; nothing can be added any more."""
        self._release(end_ticks)
        self._mux(None)

    def _release(self, until_ticks: int) -> None:
        """Encode the frame that waited for its end."""
        frame, self._waiting = self._waiting, None
        if frame is not None:
            frame.pts, frame.time_base, frame.pict_type = self._waiting_ticks, Fraction(1, TICKS_PER_SECOND), PictureType.NONE
            self._lasts[self._waiting_ticks] = max(1, until_ticks - self._waiting_ticks)
            self._mux(frame)

    def _mux(self, frame: av.VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            packet.duration = self._lasts.pop(packet.pts or 0, 0)
            self._container.mux(packet)


def _options(recipe: Recipe) -> dict[str, str]:
    fixed = f"keyint={recipe.group}:min-keyint={recipe.group}:scenecut=0:bframes=0"
    return {"preset": recipe.preset, "crf": str(recipe.crf), "x264-params": ":".join(filter(None, (fixed, recipe.parameters)))}


def _stacked(frame: av.VideoFrame) -> av.VideoFrame:
    """A yuva420p frame as one of twice the height: the colour, and under it the alpha as luma."""
    width, height = frame.width, frame.height
    stacked = av.VideoFrame(width, height * 2, "yuv420p")
    for index, share in enumerate((1, 2, 2)):
        target, source = rows(stacked.planes[index]), rows(frame.planes[index])
        high, wide = height // share, width // share
        np.copyto(target[:high, :wide], source[:high, :wide])
        target[high : 2 * high, :wide] = rows(frame.planes[3])[:high, :wide] if index == 0 else _NEUTRAL
    return stacked
