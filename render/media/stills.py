"""Pictures of originals as we keep them: upright, sRGB, WebP, and nothing in them but pixels."""

import warnings
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from render.errors import MediaRefused
from render.media.signatures import format_of
from render.presets.formats import AVIF, HEIF, JPEG, PNG, WEBP, Format

PIXELS_MAX: Final = 40_000_000
LONG_SIDE_PX_MAX: Final = 6_144
"""A larger picture is kept at this size: more than a 4K canvas shows of it at its closest."""
TAKEN: Final = frozenset({JPEG, PNG, WEBP, AVIF, HEIF})
_DRAWN: Final = frozenset({PNG})
"""What is likely drawn, with flat colours and sharp edges: kept without loss."""
_WIDE_GREYS: Final = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N", "F"})
_QUALITY: Final = 95


def read_original(path: Path) -> Image.Image:
    """The picture as RGB or RGBA in sRGB, upright; the first one where there are several.

    Raises MediaRefused: `empty`, `format`, `pixels` (told from the header, before anything is decoded), `truncated`.
    """
    form = format_of(path, TAKEN)
    _prepare(form)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd EXIF and large pictures: the caps here are our own
        try:
            with Image.open(path, formats=[form.reader]) as picture:
                return _decoded(picture, path)
        except UnidentifiedImageError as error:
            raise MediaRefused("format", name=path.name) from error
        except (Image.DecompressionBombError, MemoryError) as error:
            raise MediaRefused("pixels", name=path.name, pixels_max=PIXELS_MAX) from error
        except (OSError, EOFError) as error:
            raise MediaRefused("truncated", name=path.name) from error
        except (SyntaxError, ValueError, OverflowError, RuntimeError) as error:
            raise MediaRefused("format", name=path.name) from error


def write_still(picture: Image.Image, out: Path, *, drawn: bool) -> None:
    """Write it as WebP: without loss if `drawn`, else so well that nobody sees it."""
    picture.save(out, "WEBP", lossless=drawn, quality=60 if drawn else _QUALITY, method=2, exact=False)


def is_drawn(path: Path) -> bool:
    """Whether the original is of a kind that is kept without loss."""
    return format_of(path, TAKEN) in _DRAWN


def write_poster(picture: Image.Image, out: Path, side_px: int = 480) -> None:
    """Write a small picture to choose by."""
    small = picture.copy()
    small.thumbnail((side_px, side_px), Image.Resampling.BICUBIC, reducing_gap=3.0)
    small.save(out, "WEBP", quality=80, method=2)


def _prepare(form: Format) -> None:
    if form is HEIF:
        from pi_heif import register_heif_opener  # noqa: PLC0415 - its library is loaded for such pictures only

        register_heif_opener(thumbnails=False)


def _decoded(picture: Image.Image, path: Path) -> Image.Image:
    if picture.width * picture.height > PIXELS_MAX:
        raise MediaRefused("pixels", name=path.name, pixels_max=PIXELS_MAX)
    if min(picture.size) == 0:
        raise MediaRefused("format", name=path.name)
    picture.draft("RGB", (LONG_SIDE_PX_MAX, LONG_SIDE_PX_MAX))
    upright = _coloured(_eight_bit(ImageOps.exif_transpose(picture)))
    if max(upright.size) > LONG_SIDE_PX_MAX:
        upright.thumbnail((LONG_SIDE_PX_MAX, LONG_SIDE_PX_MAX), Image.Resampling.LANCZOS)
    return upright


def _eight_bit(picture: Image.Image) -> Image.Image:
    """16-bit greys scaled to 8 bits: Pillow's own conversion would clip them."""
    if picture.mode in _WIDE_GREYS:
        return Image.fromarray(np.clip(np.rint(np.asarray(picture, np.float64) / 257), 0, 255).astype(np.uint8))
    return picture


def _coloured(picture: Image.Image) -> Image.Image:
    """In sRGB by the picture's own profile, where it has one that can be used."""
    seen = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            made = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode=seen if picture.mode == "RGBA" else "RGB"
            )
            return (made or picture).convert(seen)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert(seen)
