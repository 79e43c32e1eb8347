"""Moving covers: a few pictures that follow each other for ever, as GIF or as animated WebP."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from render.errors import MediaRefused
from render.media.written import written_whole
from render.pixels.convert import rgb_from_planes
from render.pixels.planes import Planes

COLOURS: Final = 255
"""Of a GIF: one palette for all its pictures, so that what stands still does not flicker. The 256th stands for what has not changed."""
_WEBP_QUALITY: Final = 78


def write_moving(path: Path, pictures: Sequence[Planes], milliseconds: int) -> None:
    """Write pictures of one size, each shown for `milliseconds`, as GIF (`.gif`) or WebP (`.webp`). The file appears whole.

    A GIF counts in hundredths of a second: `milliseconds` are best a multiple of ten. Raises MediaRefused(`empty`) without pictures.
    """
    if not pictures:
        raise MediaRefused("empty", name=path.name)
    shown = [Image.fromarray(rgb_from_planes(planes)) for planes in pictures]
    encoded = _gif(shown, milliseconds) if path.suffix == ".gif" else _webp(shown, milliseconds)
    with written_whole(path) as unfinished:
        unfinished.write_bytes(encoded)


def _gif(pictures: list[Image.Image], milliseconds: int) -> bytes:
    palette = _together(pictures).quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
    first, *rest = (picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures)
    encoded = BytesIO()
    first.save(encoded, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0, disposal=1)
    return encoded.getvalue()


def _webp(pictures: list[Image.Image], milliseconds: int) -> bytes:
    first, *rest = pictures
    encoded = BytesIO()
    first.save(encoded, "WEBP", save_all=True, append_images=rest, duration=milliseconds, loop=0, quality=_WEBP_QUALITY, method=4)
    return encoded.getvalue()


def _together(pictures: list[Image.Image]) -> Image.Image:
    """All of them, small, under one another: what the palette is chosen from."""
    small = [picture.resize((max(1, picture.width // 4), max(1, picture.height // 4))) for picture in pictures]
    column = Image.new("RGB", (small[0].width, small[0].height * len(small)))
    for number, picture in enumerate(small):
        column.paste(picture, (0, number * picture.height))
    return column
