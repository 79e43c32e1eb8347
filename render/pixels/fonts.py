"""The faces that text is drawn with, which characters each has, and which comes first in a language.

All are variable fonts under the SIL Open Font License, from pinned packages: no font of the machine is ever used.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import ImageFont

from render.errors import SetupIncomplete


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font in a package; `rise` and `drop` are how far its tallest stacks reach from the baseline, in ems.

    There is one of each, told apart by identity: a face is looked up for every letter.
    """

    package: str
    file: str
    index: int
    rise: float
    drop: float


def _cjk(index: int) -> Face:
    return Face("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", index, 1.04, 0.28)


SANS: Final = Face("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf", 0, 1.05, 0.26)
THAI: Final = Face("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf", 0, 1.15, 0.44)
ARABIC: Final = Face("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf", 0, 1.2, 0.55)
JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL, HONG_KONG = (_cjk(index) for index in range(5))

_IDEOGRAPHIC: Final = {"ja": JAPANESE, "ko": KOREAN, "zh": SIMPLIFIED}
_GROUPED, _SEGMENTED = 12, 4
"""Formats of a character map: 32-bit groups, 16-bit segments."""

DRAWN_MAX: Final = 64
"""Runs of letters that are kept as they were drawn, some tens of kilobytes each."""

_TRADITIONAL: Final = {"hant": TRADITIONAL, "tw": TRADITIONAL, "hk": HONG_KONG, "mo": HONG_KONG}


def chain(language: str) -> tuple[Face, ...]:
    """The faces to ask for a character, in order, for text in `language` (such as `zh-Hant`)."""
    main, _, rest = language.lower().partition("-")
    ideographs = _IDEOGRAPHIC.get(main, SIMPLIFIED)
    if main == "zh":
        ideographs = _TRADITIONAL.get(rest, SIMPLIFIED)
    return (ideographs, SANS, THAI, ARABIC) if main in _IDEOGRAPHIC else (SANS, THAI, ideographs, ARABIC)


@lru_cache(maxsize=65_536)
def covers(face: Face, character: str) -> bool:
    """Whether `face` has a glyph for `character`."""
    starts, ends = _ranges(face)
    place = int(np.searchsorted(starts, ord(character), side="right")) - 1
    return place >= 0 and ord(character) <= int(ends[place])


class Font(ImageFont.FreeTypeFont):
    """A font that keeps what was drawn with it last: while somebody types, every line but hers stays as it is, to the part of a pixel."""

    def getmask2(self, *given: Any, **named: Any) -> Any:
        """How much of each pixel some words cover, and where that begins, as Pillow has it; shared, never to be changed."""
        return drawn(self, *given, **named)


@lru_cache(maxsize=DRAWN_MAX)
def drawn(font: Font, *given: Any, **named: Any) -> Any:
    """What `Font.getmask2` gives."""
    return ImageFont.FreeTypeFont.getmask2(font, *given, **named)


@lru_cache(maxsize=48)
def font(face: Face, size_px: float, weight: int) -> Font:
    """`face` at `size_px` pixels an em and `weight` 100..900, shaped by Raqm."""
    opened = Font(str(path(face)), size_px, index=face.index, layout_engine=ImageFont.Layout.RAQM)
    axes = opened.get_variation_axes()
    opened.set_variation_by_axes([weight if b"eight" in (axis["name"] or b"") else axis["default"] or 0 for axis in axes])
    return opened


def path(face: Face) -> Path:
    """Where the font file lies; `SetupIncomplete` where its package is missing."""
    try:
        found = Path(str(files(face.package))) / face.file
    except ModuleNotFoundError as error:
        raise SetupIncomplete(what="font", name=face.package) from error
    if not found.is_file():
        raise SetupIncomplete(what="font", name=face.file)
    return found


@lru_cache(maxsize=16)
def _ranges(face: Face) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First and last code points of the runs that the font's character map holds, ascending (OpenType, `cmap`)."""
    with path(face).open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as data:
        start = _character_map(data, face.index)
        (count,) = struct.unpack_from(">H", data, start + 2)
        places = [start + struct.unpack_from(">I", data, start + 8 + 8 * i)[0] for i in range(count)]
        formats = {struct.unpack_from(">H", data, place)[0]: place for place in places}
        if _GROUPED in formats:
            return _groups(data, formats[_GROUPED])
        return _segments(data, formats[_SEGMENTED])


def _character_map(data: mmap, index: int) -> int:
    """Where the `cmap` table of the font starts; a collection lists its fonts first."""
    (font_start,) = struct.unpack_from(">I", data, 12 + 4 * index) if data[:4] == b"ttcf" else (0,)
    (count,) = struct.unpack_from(">H", data, font_start + 4)
    for record in range(count):
        tag, _, start, _ = struct.unpack_from(">4sIII", data, font_start + 12 + 16 * record)
        if tag == b"cmap":
            return int(start)
    raise SetupIncomplete(what="font", name="cmap")


def _groups(data: mmap, start: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    (count,) = struct.unpack_from(">I", data, start + 12)
    table = np.frombuffer(data[start + 16 : start + 16 + 12 * count], ">u4").reshape(-1, 3).astype(np.int64)
    return table[:, 0], table[:, 1]


def _segments(data: mmap, start: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    (double,) = struct.unpack_from(">H", data, start + 6)
    ends = np.frombuffer(data[start + 14 : start + 14 + double], ">u2").astype(np.int64)
    starts = np.frombuffer(data[start + 16 + double : start + 16 + 2 * double], ">u2").astype(np.int64)
    return starts, ends
