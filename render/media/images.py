"""Still pictures: reading what people bring, writing covers."""

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from render.errors import MediaRefused
from render.media.signatures import format_of
from render.media.written import written_whole
from render.pixels.convert import rgb_from_planes, rgba_from_planes
from render.pixels.jpeg import jpeg
from render.pixels.planes import Array, Planes
from render.presets.formats import JPEG, PNG, WEBP

PIXELS_MAX: Final = 40_000_000
_FORMATS: Final = frozenset({JPEG, PNG, WEBP})
_WIDE_GREYS: Final = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N", "F"})
_WITHOUT_ALPHA: Final = frozenset({"CMYK", "YCbCr", "LAB", "HSV"})


def read_image(path: Path) -> Array:
    """The picture as uint8 RGBA (H, W, 4), straight alpha, upright (EXIF orientation applied), metadata dropped, first frame only.

    Raises MediaRefused: `empty`, `format` (not JPEG, PNG or WebP by its first bytes, or damaged), `pixels` (more than 40 million, told
    from the header before anything is decoded), `truncated`; MissingSource without a file.
    """
    return _read(path, lambda upright: upright.convert("RGBA"))


def read_colours(path: Path) -> Array:
    """The same without alpha, (H, W, 3), where the file has none: a third of a large photograph's time is spared. Raises the same."""
    return _read(path, lambda upright: upright.convert("RGBA" if upright.has_transparency_data else "RGB"))


def write_image(path: Path, planes: Planes, quality: int = 88) -> None:
    """Write planes as JPEG (`.jpg`, `.jpeg`: alpha is ignored) or PNG (`.png`: with alpha where there is one). The file appears whole."""
    with written_whole(path) as unfinished:
        unfinished.write_bytes(_png(planes) if path.suffix.lower() == ".png" else jpeg(planes, quality))


def _read(path: Path, in_colours: Callable[[Image.Image], Image.Image]) -> Array:
    form = format_of(path, _FORMATS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd EXIF and large pictures: the caps here are our own
        try:
            with Image.open(path, formats=[form.reader]) as picture:
                return np.array(in_colours(_upright(picture, path)))
        except UnidentifiedImageError as error:
            raise MediaRefused("format", name=path.name) from error
        except Image.DecompressionBombError as error:
            raise MediaRefused("pixels", name=path.name, pixels_max=PIXELS_MAX) from error
        except (OSError, EOFError) as error:
            raise MediaRefused("truncated", name=path.name) from error
        except (SyntaxError, ValueError, OverflowError) as error:
            raise MediaRefused("format", name=path.name) from error


def _upright(picture: Image.Image, path: Path) -> Image.Image:
    width, height = picture.size
    if width * height > PIXELS_MAX:
        raise MediaRefused("pixels", name=path.name, pixels_max=PIXELS_MAX)
    ImageOps.exif_transpose(picture, in_place=True)
    return _eight_bit(picture)


def _eight_bit(picture: Image.Image) -> Image.Image:
    """16-bit greys scaled to 8 bits (Pillow's own conversion would clip them), print colours as RGB, anything else as it is."""
    if picture.mode in _WIDE_GREYS:
        return Image.fromarray(np.clip(np.rint(np.asarray(picture, np.float64) / 257), 0, 255).astype(np.uint8))
    return picture.convert("RGB") if picture.mode in _WITHOUT_ALPHA else picture


def _png(planes: Planes) -> bytes:
    pixels = rgb_from_planes(planes) if planes.a is None else rgba_from_planes(planes)
    encoded = BytesIO()
    Image.fromarray(pixels).save(encoded, "PNG")
    return encoded.getvalue()
