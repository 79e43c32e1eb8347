"""Finished films, laid out to be looked at: a sheet with a frame of every second, and what the file says of itself."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from PIL import Image, ImageDraw

COLUMNS: Final = 10
TILE_PX: Final = 240
"""The longer side of a frame on a sheet."""


def sheet(film: Path, out: Path) -> dict[str, Any]:
    """Write `out` (PNG): one frame a second, its second below; what the film is: size, seconds, frames a second, bytes."""
    tiles: list[Image.Image] = []
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        rate, size_px = Fraction(stream.average_rate or 1), (stream.width, stream.height)
        count = 0
        for count, frame in enumerate(container.decode(stream), start=1):
            if (count - 1) % round(rate) == 0:
                picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
                tiles.append(_tile(picture, len(tiles)))
    _laid_out(tiles).save(out)
    return {"size, px": list(size_px), "seconds": round(float(count / rate), 2), "frames": count, "bytes": film.stat().st_size}


def _tile(picture: Image.Image, second: int) -> Image.Image:
    picture.thumbnail((TILE_PX, TILE_PX))
    tile = Image.new("RGB", (picture.width, picture.height + 14), "#15110d")
    tile.paste(picture)
    ImageDraw.Draw(tile).text((4, picture.height + 1), f"{second} s", fill="#ffffff")
    return tile


def _laid_out(tiles: list[Image.Image]) -> Image.Image:
    width, height = tiles[0].size
    whole = Image.new("RGB", (COLUMNS * width, math.ceil(len(tiles) / COLUMNS) * height), "#15110d")
    for index, tile in enumerate(tiles):
        whole.paste(tile, (index % COLUMNS * width, index // COLUMNS * height))
    return whole
