"""Pictures and moving pictures inside their boxes: fit, crop, slow zoom, and what a short video does when it ends."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from render.graph.boxes import Framing, Window, cropped, even, framing, zoomed
from render.graph.crops import MovingCrop
from render.graph.painters import Gravity
from render.graph.stamp import Key, SourceFrame
from render.graph.workshop import Workshop
from render.media.images import read_colours
from render.media.video import Film, VideoReader
from render.pixels.convert import planes_from_rgb, planes_from_rgba
from render.pixels.planes import Planes
from render.pixels.scale import scale
from render.ports.sources import Sources
from render.timeline.document import Crop, SlowZoom, VideoContent
from render.timeline.time import TimeRange

OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Still:
    """A picture by the digest of its bytes, and how it fills its box."""

    asset: str
    fit: str
    crop: Crop
    zoom: SlowZoom | None
    moving_crop: MovingCrop | None = None

    @property
    def name(self) -> Key:
        """All that decides how it looks, moves aside."""
        return (self.asset, self.fit, self.crop, self.zoom, self.moving_crop.tightest if self.moving_crop else None)

    @property
    def closest(self) -> float:
        """How many times its fit the picture is shown at its largest."""
        return 1.0 if self.zoom is None else max(self.zoom.from_scale, self.zoom.to_scale) / 1_000


class PicturePainter:
    """A still picture in a box; with a slow zoom it moves over `zoom_range` (ticks from the layer's start)."""

    gravity: Gravity = "centre"

    def __init__(self, still: Still, *, size_px: tuple[int, int], zoom_range: TimeRange, sources: Sources, workshop: Workshop) -> None:
        self._still, self._size_px, self._zoom_range = still, size_px, zoom_range
        self._sources, self._workshop = sources, workshop
        self._zooms = still.zoom is not None and still.zoom.from_scale != still.zoom.to_scale
        self.moving = self._zooms or still.moving_crop is not None

    def key(self, at: int) -> Key:
        """The asset, how it fills its box, and how far the zoom is."""
        crop = self._still.moving_crop.at(at) if self._still.moving_crop else None
        return ("picture", self._still.name, self._size_px, self._progress(at), crop)

    def paint(self, at: int) -> Planes:
        """The picture at its size; fresh memory where it moves."""
        if self.moving:
            return self._framed(at)
        return self._workshop.pictures.get(self.key(at), partial(self._framed, at))

    def _progress(self, at: int) -> float:
        if not self._zooms:
            return 0.0
        return min(max((at - self._zoom_range.start) / max(self._zoom_range.duration, 1), 0.0), 1.0)

    def _framed(self, at: int) -> Planes:
        source, zoom, crop = self._prepared(), self._still.zoom, self._still.moving_crop
        part = cropped(crop.at(at), (source.width_px, source.height_px)) if crop else _whole(source)
        shown = framing(self._still.fit, part, self._size_px)
        window = shown.window if zoom is None else zoomed(shown.window, zoom, self._progress(at))
        return scale(source, shown.width_px, shown.height_px, window)

    def _prepared(self) -> Planes:
        """The cropped source as large as its closest framing needs it and no larger."""
        return self._workshop.pictures.get(("prepared", self._still.name, self._size_px), self._prepare)

    def _prepare(self) -> Planes:
        source = self._workshop.here(_opened(self._sources, self._still.asset))
        size_px, still = (source.width_px, source.height_px), self._still
        window = cropped(Crop() if still.moving_crop else still.crop, size_px)
        shown = framing(still.fit, cropped(still.moving_crop.tightest, size_px) if still.moving_crop else window, self._size_px)
        return scale(source, *_needed(window, shown, self._still.closest), window)


class VideoPainter:
    """A moving picture in a box. Files are opened when a frame is first asked for."""

    moving = True
    gravity: Gravity = "centre"

    def __init__(
        self,
        content: VideoContent,
        *,
        size_px: tuple[int, int],
        shown_ticks: int,
        sources: Sources,
        workshop: Workshop,
        crop: MovingCrop | None = None,
    ) -> None:
        self._content, self._size_px, self._shown_ticks, self._crop = content, size_px, shown_ticks, crop
        self._sources, self._workshop = sources, workshop
        self._path: Path | None = None

    def key(self, at: int) -> Key | None:
        """The asset, its framing and the place in it; None beyond its end where it hides."""
        place = self._source_ticks(at)
        content = self._content
        return None if place is None else ("video", content.asset, content.fit, self._cropped(at), self._size_px, place)

    def paint(self, at: int) -> Planes:
        """The frame shown at this time, scaled into its box."""
        frame = self._workshop.here(self._reader().frame_at(self._source_ticks(at) or 0))
        window = cropped(self._cropped(at), (frame.width_px, frame.height_px))
        shown = framing(self._content.fit, window, self._size_px)
        if frame.a is not None and shown == Framing(_whole(frame), frame.width_px, frame.height_px):
            return frame  # the reader's own: what is not opaque is never drawn on
        return scale(frame, shown.width_px, shown.height_px, shown.window)

    def untouched(self, at: int) -> SourceFrame | None:
        """The frame of the file that `paint` gives at this time, where nothing of it is cut, scaled or mixed."""
        place, film = self._source_ticks(at), self._film()
        whole = self._crop is None and self._content.crop == Crop() and not film.has_alpha
        if place is None or not whole or (film.width_px, film.height_px) != self._size_px:
            return None
        return SourceFrame(self._place(), place)

    def _cropped(self, at: int) -> Crop:
        return self._crop.at(at) if self._crop else self._content.crop

    def _reader(self) -> VideoReader:
        """One for each stretch of a file: where two fade into each other, one reader would go back and forth."""
        path = self._place()
        return self._workshop.videos.get((path, self._content.source_start), lambda: VideoReader(path))

    def _film(self) -> Film:
        """What is told of the film: known for longer than it is open."""
        return self._workshop.films.get(self._place(), lambda: self._reader().film)

    def _place(self) -> Path:
        """Where the film is: asked once, and again when it is there no more, as a film's first seconds once the whole of it is ready."""
        if self._path is None or not self._path.is_file():
            self._path = self._sources.asset(self._content.asset)
        return self._path

    def _source_ticks(self, at: int) -> int | None:
        content = self._content
        left = self._film().duration_ticks - content.source_start
        if left <= 0 and content.beyond == "hide":
            return None
        length = max(1, left)
        played = max(0, at) * content.speed // 1_000
        if content.beyond == "stretch":
            played = max(0, at) * length // max(1, self._shown_ticks)
        if played >= length:
            if content.beyond == "hide":
                return None
            played = played % length if content.beyond == "loop" else length - 1
        return content.source_start + played


def _opened(sources: Sources, asset: str) -> Planes:
    """The picture as planes of even size, without an alpha plane where nothing is transparent."""
    colours = read_colours(sources.asset(asset))
    height, width = (max(2, side - side % 2) for side in colours.shape[:2])
    colours = colours[:height, :width]
    if colours.shape[0] < height or colours.shape[1] < width:
        colours = np.broadcast_to(colours, (height, width, colours.shape[2]))
    if colours.shape[2] == len("RGB"):
        return planes_from_rgb(colours)
    return planes_from_rgb(colours[..., :3]) if bool((colours[..., 3] == OPAQUE).all()) else planes_from_rgba(colours)


def _needed(window: Window, shown: Framing, closest: float) -> tuple[int, int]:
    """The size at which `window` gives `shown` its full detail when framed `closest` times closer: never more than it has."""
    width, height = window[2] - window[0], window[3] - window[1]
    ratio_x = shown.width_px * closest / (shown.window[2] - shown.window[0])
    ratio_y = shown.height_px * closest / (shown.window[3] - shown.window[1])
    return even(width * min(1.0, ratio_x)), even(height * min(1.0, ratio_y))


def _whole(source: Planes) -> Window:
    return 0.0, 0.0, float(source.width_px), float(source.height_px)
