"""Words as a picture with alpha. Text is data: nothing in it is markup."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import RLock
from typing import Final

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from render.pixels import fonts
from render.pixels.fill import painted, rounded
from render.pixels.lines import broken
from render.pixels.planes import Planes
from render.pixels.runs import Typeface, direction, plain, runs
from render.timeline.styles import TextStyle

CACHE_BYTES: Final = 64 * 2**20
HEIGHT_MAX: Final = 4
"""In shorter sides of the canvas: lines further down are left out."""

_GAP: Final = 0.06
_PADDING_X, _PADDING_Y, _CORNER = 0.45, 0.16, 0.3
"""Ems between lines; ems of a box around its lines, and its corners' radius."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """Characters `start` up to `end` of the text, from `left_px` on, `width_px` wide, standing on `baseline_px`."""

    start: int
    end: int
    left_px: float
    baseline_px: float
    width_px: float


@dataclass(frozen=True, slots=True)
class TextLayout:
    """Where the lines of a text stand in its picture."""

    width_px: int
    height_px: int
    size_px: float
    lines: tuple[TextLine, ...]


def text_raster(text: str, style: TextStyle, *, box_width_px: int, short_side_px: int, language: str) -> Planes:
    """Draw `text` in a picture `box_width_px` wide (even) and as high as its lines need (even), with alpha, on the CPU.

    `style.size` counts in parts per 10,000 of `short_side_px`. The picture is kept and shared: do not draw on it.
    """
    key = (text, style.model_dump_json(), box_width_px, short_side_px, language)
    with _lock:
        found = _kept.get(key)
        if found is None:
            layout = text_layout(text, style, box_width_px=box_width_px, short_side_px=short_side_px, language=language)
            found = _kept.put(key, _raster(plain(text), style, layout, _typeface(style, short_side_px, language)))
        return found


def text_layout(text: str, style: TextStyle, *, box_width_px: int, short_side_px: int, language: str) -> TextLayout:
    """Break `text` into lines and place them as `text_raster` draws them."""
    with _lock:
        return _laid_out(text, style, box_width_px, short_side_px, language)


def _laid_out(text: str, style: TextStyle, box_width_px: int, short_side_px: int, language: str) -> TextLayout:
    typeface = _typeface(style, short_side_px, language)
    words = plain(text)
    side, above = _margins(style, typeface.size_px)
    room = max(1.0, box_width_px - 2 * side)
    rise, drop = _reach(words, typeface)
    pitch = rise + drop + _GAP * typeface.size_px
    count = max(1, int((HEIGHT_MAX * short_side_px - 2 * above) / pitch))
    spans = broken(words, language, room, typeface.width_px)[:count] if words.strip() else []
    height = 2 * above + len(spans) * pitch - _GAP * typeface.size_px if spans else 0
    height_px = max(2, 2 * math.ceil(height / 2))
    first = (height_px - height) / 2 + above + rise
    lines = []
    for number, (start, end) in enumerate(spans):
        width = typeface.width_px(words[start:end].rstrip())
        left = side + _ALIGNED[style.align] * (room - width)
        lines.append(TextLine(start, end, left, first + number * pitch, width))
    return TextLayout(box_width_px, height_px, typeface.size_px, tuple(lines))


_ALIGNED: Final = {"left": 0.0, "centre": 0.5, "right": 1.0}


def _typeface(style: TextStyle, short_side_px: int, language: str) -> Typeface:
    return Typeface(fonts.chain(language), max(1.0, style.size * short_side_px / 10_000), style.weight)


def _margins(style: TextStyle, size_px: float) -> tuple[float, float]:
    """Pixels left free beside the lines and above them: for the outline, and for the box."""
    outline = math.ceil(style.stroke_width * size_px / 1000) + 1.0
    if not style.box:
        return outline, outline
    return outline + _PADDING_X * size_px, outline + _PADDING_Y * size_px


def _reach(words: str, typeface: Typeface) -> tuple[float, float]:
    """Pixels above and below the baseline that the faces in use need."""
    used = {run.face for line in words.split("\n") for run in runs(line, typeface.chain)} or {typeface.chain[0]}
    return max(face.rise for face in used) * typeface.size_px, max(face.drop for face in used) * typeface.size_px


def _raster(words: str, style: TextStyle, layout: TextLayout, typeface: Typeface) -> Planes:
    outline_px = style.stroke_width * typeface.size_px / 1000
    coats = []
    if style.box and layout.lines:
        coats.append((_box(style, layout), style.box))
    if outline_px > 0:
        coats.append((_ink(words, layout, typeface, outline_px), style.stroke))
    coats.append((_ink(words, layout, typeface, 0), style.colour))
    return painted(coats)


def _ink(words: str, layout: TextLayout, typeface: Typeface, outline_px: float) -> Tensor:
    """How much of each pixel the letters cover, grown by `outline_px`: uint8 (H, W)."""
    image = Image.new("L", (layout.width_px, layout.height_px))
    draw = ImageDraw.Draw(image)
    for line in layout.lines:
        x = line.left_px
        for run in runs(words[line.start : line.end].rstrip(), typeface.chain):
            font = typeface.font(run.face)
            draw.text((x, line.baseline_px), run.text, 255, font, anchor="ls", stroke_width=outline_px, direction=direction(run))
            x += typeface.run_width_px(run)
    return torch.from_numpy(np.array(image))


def _box(style: TextStyle, layout: TextLayout) -> Tensor:
    """The rounded box behind the lines, as wide as the widest."""
    size = layout.size_px
    left = min(line.left_px for line in layout.lines) - _PADDING_X * size
    right = max(line.left_px + line.width_px for line in layout.lines) + _PADDING_X * size
    first, last = max(0, math.floor(left / 2) * 2), min(layout.width_px, math.ceil(right / 2) * 2)
    shape = rounded(last - first, layout.height_px, _CORNER * size)
    cover = torch.zeros((layout.height_px, layout.width_px), dtype=torch.uint8)
    cover[:, first:last] = (shape.float() * style.box_opacity / 1000 + 0.5).to(torch.uint8)
    return cover


class _Kept:
    """The pictures used last, as many as `CACHE_BYTES` hold."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[object, Planes] = OrderedDict()
        self._bytes = 0

    def get(self, key: object) -> Planes | None:
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        return picture

    def put(self, key: object, picture: Planes) -> Planes:
        self._pictures[key] = picture
        self._bytes += _bytes(picture)
        while self._bytes > CACHE_BYTES and len(self._pictures) > 1:
            self._bytes -= _bytes(self._pictures.popitem(last=False)[1])
        return picture


def _bytes(picture: Planes) -> int:
    planes = (picture.y, picture.u, picture.v, picture.a)
    return sum(plane.numel() for plane in planes if plane is not None)


_kept = _Kept()
_lock = RLock()
"""A FreeType face serves one thread at a time."""
