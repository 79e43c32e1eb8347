"""Strips: thumbnails of a film side by side, evenly spaced in time."""

from pathlib import Path
from typing import Final

import av
from PIL import Image

from render.media.written import written_whole
from render.timeline.time import TICKS_PER_SECOND

HEIGHT_PX: Final = 96
WIDTH_PX_MAX: Final = 16_000
COUNT_MAX: Final = 120


class Strip:
    """Gathers thumbnails of a film of about `duration_ticks`: one a second, fewer of a long film."""

    def __init__(self, duration_ticks: int, size_px: tuple[int, int]) -> None:
        self._width_px = max(8, round(HEIGHT_PX * size_px[0] / size_px[1] / 2) * 2)
        most = max(1, min(COUNT_MAX, WIDTH_PX_MAX // self._width_px))
        self.count = min(most, max(1, -(-duration_ticks // TICKS_PER_SECOND)))
        self._step_ticks = max(1, duration_ticks // self.count)
        self._thumbnails: list[Image.Image] = []

    def see(self, frame: av.VideoFrame, ticks: int) -> None:
        """Take a thumbnail if one is due."""
        if len(self._thumbnails) < self.count and ticks >= len(self._thumbnails) * self._step_ticks:
            small = frame.reformat(self._width_px, HEIGHT_PX, "rgb24", interpolation="AREA")
            self._thumbnails.append(Image.fromarray(small.to_ndarray()))

    def write(self, out: Path) -> None:
        """Write them all; the last stands for those that were not seen."""
        strip = Image.new("RGB", (self._width_px * self.count, HEIGHT_PX))
        for index in range(self.count):
            strip.paste(self._thumbnails[min(index, len(self._thumbnails) - 1)], (index * self._width_px, 0))
        with written_whole(out) as unfinished:
            strip.save(unfinished, "WEBP", quality=70, method=2)
