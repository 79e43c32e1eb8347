"""The workshop: everything prepared for drawing, kept from one compiled program to the next.

An edit compiles a new program; with the same workshop it finds its pictures, text rasters, presenters and performances ready.
Keys name content, never places in a document, so nothing here grows stale.
"""

from typing import Final

from render.graph.memory import give_back
from render.graph.shelf import Shelf
from render.media.video import Film, VideoReader
from render.pixels.device import HOST, moved
from render.pixels.planes import Planes
from render.ports.avatar import Performance, Presenter

PICTURE_BYTES_MAX: Final = 256 * 2**20
PRESENTERS_MAX: Final = 4
PERFORMANCES_MAX: Final = 64
FIGURES_MAX: Final = 4
PASSAGES_MAX: Final = 256
FILMS_MAX: Final = 256
VIDEOS_MAX: Final = 8


class Workshop:
    """Bounded shelves for one thread and one device."""

    def __init__(self, device: str = HOST) -> None:
        self.device = device
        self.pictures: Shelf[Planes] = Shelf(PICTURE_BYTES_MAX, planes_bytes)
        self.presenters: Shelf[Presenter] = Shelf(PRESENTERS_MAX)
        self.performances: Shelf[Performance] = Shelf(PERFORMANCES_MAX)
        self.figures: Shelf[Planes] = Shelf(FIGURES_MAX)
        """Presenters as they were drawn last: where something else of a frame is changed, they are not drawn again."""
        self.loudness: Shelf[tuple[float, ...]] = Shelf(PASSAGES_MAX)
        self.films: Shelf[Film] = Shelf(FILMS_MAX)
        self.videos: Shelf[VideoReader] = Shelf(VIDEOS_MAX, discard=VideoReader.close)
        self.frames_composed = 0
        """Pictures put together since the start; a frame shown again is not counted."""

    def here(self, planes: Planes) -> Planes:
        """The same planes on this workshop's device."""
        return moved(planes, self.device)

    def tidy(self) -> None:
        """Let go of the pictures and films that were not used since the last time, and give their memory back to the machine."""
        self.pictures.sweep()
        self.let_films_go()

    def let_films_go(self) -> None:
        """Let go of the films alone: each holds thirty megabytes at full HD, and is asked for in every frame that shows it."""
        self.videos.sweep()
        give_back()

    def close(self) -> None:
        """Close what is open and let go of the rest."""
        for shelf in (self.pictures, self.presenters, self.performances, self.figures, self.loudness, self.films, self.videos):
            shelf.clear()


def planes_bytes(planes: Planes) -> int:
    """Bytes of all planes: width x height x 1.5, or x 2.5 with alpha."""
    return planes.width_px * planes.height_px * (3 if planes.a is None else 5) // 2
