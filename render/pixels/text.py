"""Words as a picture with alpha. Text is data: nothing in it is markup."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from threading import RLock
from typing import Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from render.pixels import fonts
from render.pixels.blur import soft
from render.pixels.fill import painted, rounded
from render.pixels.gradients import Paint, paint
from render.pixels.lines import broken
from render.pixels.planes import Array, Planes
from render.pixels.runs import Typeface, direction, plain, runs
from render.timeline.styles import TextStyle

Thing = TypeVar("Thing")

CACHE_BYTES: Final = 64 * 2**20
HEIGHT_MAX: Final = 4
"""In shorter sides of the canvas: lines further down are left out."""

_GAP: Final = 0.06
"""Ems between lines."""
_SHADOW_REACH: Final = 2.5
"""Standard deviations that a shadow is given room for."""


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


@dataclass(frozen=True, slots=True, eq=False)
class _Inked:
    """A text's lines and how much of each pixel, uint8 (H, W), its letters cover, without and with their outline."""

    layout: TextLayout
    letters: Array
    outline: Array


_Shape = tuple[str, TextStyle, int, int, str]
"""All that decides where ink is: the text, its style without colours, the box's width, the canvas's shorter side, the language."""


@dataclass(frozen=True, slots=True)
class Lit:
    """Characters `start` up to `end` are shown in another colour."""

    start: int
    end: int
    colour: str


def text_raster(text: str, style: TextStyle, *, box_width_px: int, short_side_px: int, language: str, lit: Lit | None = None) -> Planes:
    """Draw `text` in a picture `box_width_px` wide (even) and as high as its lines need (even), with alpha, on the CPU.

    `style.size` counts in parts per 10,000 of `short_side_px`. The picture is kept and shared: do not draw on it.
    """
    shape = (text, _shape(style), box_width_px, short_side_px, language)
    key = (style, lit, *shape)
    with _lock:
        found = _pictures.get(key)
        if found is None:
            typeface = _typeface(style, short_side_px, language)
            found = _pictures.put(key, _raster(plain(text), style, _inked(shape, style, typeface), typeface, lit))
        return found


def _shape(style: TextStyle) -> TextStyle:
    """The style without what changes no letter's place or form. A box and a shadow count by the room they take."""
    there = {name: "#000000" for name in ("box", "shadow") if getattr(style, name)}
    colours = {"colour": "#000000", "stroke": "#000000", "gradient": None, "box_opacity": 0, "shadow_opacity": 0, "box_radius": 0}
    return style.model_copy(update=colours | there)


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
    pitch = (rise + drop + _GAP * typeface.size_px) * style.line_height / 1_000
    count = max(1, int((HEIGHT_MAX * short_side_px - 2 * above) / pitch))
    spans = broken(words, language, room, typeface.width_px)[:count] if words.strip() else []
    height = 2 * above + (len(spans) - 1) * pitch + rise + drop if spans else 0.0
    height_px = max(2, 2 * math.ceil(height / 2))
    first = (height_px - height) / 2 + above + rise
    lines = []
    for number, (start, end) in enumerate(spans):
        width = max(0.0, typeface.width_px(words[start:end].rstrip()) - typeface.spacing_px)
        left = side + _ALIGNED[style.align] * (room - width)
        lines.append(TextLine(start, end, left, first + number * pitch, width))
    return TextLayout(box_width_px, height_px, typeface.size_px, tuple(lines))


_ALIGNED: Final = {"left": 0.0, "centre": 0.5, "right": 1.0}


def _typeface(style: TextStyle, short_side_px: int, language: str) -> Typeface:
    size_px = max(1.0, style.size * short_side_px / 10_000)
    return Typeface(fonts.chain(language), size_px, style.weight, style.letter_spacing * size_px / 1_000)


def _margins(style: TextStyle, size_px: float) -> tuple[float, float]:
    """Pixels left free beside the lines and above them: for the outline, the shadow, and the box."""
    outline = math.ceil(style.stroke_width * size_px / 1000) + 1.0
    across: float = style.box_padding_x if style.box else 0
    down: float = style.box_padding_y if style.box else 0
    if style.shadow:
        reach = _SHADOW_REACH * style.shadow_blur
        across, down = max(across, reach + abs(style.shadow_x)), max(down, reach + abs(style.shadow_y))
    return outline + across * size_px / 1_000, outline + down * size_px / 1_000


def _reach(words: str, typeface: Typeface) -> tuple[float, float]:
    """Pixels above and below the baseline that the faces in use need."""
    used = {run.face for line in words.split("\n") for run in runs(line, typeface.chain)} or {typeface.chain[0]}
    return max(face.rise for face in used) * typeface.size_px, max(face.drop for face in used) * typeface.size_px


def _inked(shape: _Shape, style: TextStyle, typeface: Typeface) -> _Inked:
    """The letters of a text in their places. They are kept beside the pictures: another colour is another coat on the same letters."""
    found = _inks.get(shape)
    if found is None:
        text, _, box_width_px, short_side_px, language = shape
        words, layout = plain(text), _laid_out(text, style, box_width_px, short_side_px, language)
        outline_px = style.stroke_width * typeface.size_px / 1_000
        letters = _ink(words, layout, typeface, 0)
        found = _inks.put(shape, _Inked(layout, letters, _ink(words, layout, typeface, outline_px) if outline_px > 0 else letters))
    return found


def _raster(words: str, style: TextStyle, inked: _Inked, typeface: Typeface, lit: Lit | None) -> Planes:
    layout, letters, outline = inked.layout, inked.letters, inked.outline
    coats: list[tuple[Array, str | Paint]] = []
    if style.box and layout.lines:
        coats.append((_box(style, layout), style.box))
    if style.shadow:
        coats.append((_shadow(outline, style, layout.size_px), style.shadow))
    if style.stroke_width > 0:
        coats.append((outline, style.stroke))
    if lit is None:
        return painted([*coats, (letters, _fill(style, layout))])
    there = _lit(words, layout, typeface, lit)
    return painted([*coats, (np.where(there, 0, letters), _fill(style, layout)), (np.where(there, letters, 0), lit.colour)])


def _fill(style: TextStyle, layout: TextLayout) -> str | Paint:
    if not style.gradient or not layout.lines:
        return style.colour
    left, right = _sides(layout)
    top, bottom = layout.lines[0].baseline_px - layout.size_px, layout.lines[-1].baseline_px + _GAP * layout.size_px
    return paint(style.gradient, layout.width_px, layout.height_px, (left, top, right, bottom))


def _sides(layout: TextLayout) -> tuple[float, float]:
    """Where the widest reach of the lines begins and ends."""
    return min(line.left_px for line in layout.lines), max(line.left_px + line.width_px for line in layout.lines)


def _shadow(letters: Array, style: TextStyle, size_px: float) -> Array:
    """The letters moved, softened and made fainter."""
    x, y = (round(offset * size_px / 1_000) for offset in (style.shadow_x, style.shadow_y))
    height, width = letters.shape
    moved = np.zeros_like(letters)
    moved[max(0, y) : height + min(0, y), max(0, x) : width + min(0, x)] = letters[
        max(0, -y) : height - max(0, y), max(0, -x) : width - max(0, x)
    ]
    return _fainter(soft(moved, style.shadow_blur * size_px / 1_000), style.shadow_opacity)


def _fainter(cover: Array, opacity: int) -> Array:
    return (cover.astype(np.float32) * np.float32(opacity) / np.float32(1_000) + np.float32(0.5)).astype(np.uint8)


def _lit(words: str, layout: TextLayout, typeface: Typeface, lit: Lit) -> npt.NDArray[np.bool_]:
    """The pixels (H, W) of the characters that are shown in another colour: the stretches of their lines."""
    mask = np.zeros((layout.height_px, layout.width_px), np.bool_)
    tops = [0, *(round((one.baseline_px + two.baseline_px - typeface.size_px * 0.7) / 2) for one, two in pairwise(layout.lines))]
    for line, top, bottom in zip(layout.lines, tops, [*tops[1:], layout.height_px], strict=True):
        start, end = max(line.start, lit.start), min(line.end, lit.end)
        if start < end:
            left, right = (line.left_px + typeface.width_px(words[line.start : place]) for place in (start, end))
            mask[top:bottom, round(left) : round(right)] = True
    return mask


def _ink(words: str, layout: TextLayout, typeface: Typeface, outline_px: float) -> Array:
    """How much of each pixel the letters cover, grown by `outline_px`: uint8 (H, W)."""
    image = Image.new("L", (layout.width_px, layout.height_px))
    draw = ImageDraw.Draw(image)
    for line in layout.lines:
        x = line.left_px
        for run in runs(words[line.start : line.end].rstrip(), typeface.chain):
            font = typeface.font(run.face)
            for piece, width in typeface.strokes(run):
                draw.text((x, line.baseline_px), piece, 255, font, anchor="ls", stroke_width=outline_px, direction=direction(run))
                x += width
    return np.array(image)


def _box(style: TextStyle, layout: TextLayout) -> Array:
    """The rounded box behind the lines, as wide as the widest."""
    padding = style.box_padding_x * layout.size_px / 1_000
    left, right = (side + sign * padding for side, sign in zip(_sides(layout), (-1, 1), strict=True))
    first, last = max(0, math.floor(left / 2) * 2), min(layout.width_px, math.ceil(right / 2) * 2)
    spare = max(0, math.floor(_margins(style, layout.size_px)[1] - _margins(_shadowless(style), layout.size_px)[1]))
    shape = rounded(last - first, layout.height_px - 2 * spare, style.box_radius * layout.size_px / 1_000)
    cover = np.zeros((layout.height_px, layout.width_px), np.uint8)
    cover[spare : layout.height_px - spare, first:last] = _fainter(shape, style.box_opacity)
    return cover


def _shadowless(style: TextStyle) -> TextStyle:
    return style.model_copy(update={"shadow": ""})


class _Kept(Generic[Thing]):
    """The things used last, as many as `CACHE_BYTES` hold."""

    def __init__(self, weigh: Callable[[Thing], int]) -> None:
        self._things: OrderedDict[object, Thing] = OrderedDict()
        self._weigh, self._bytes = weigh, 0

    def get(self, key: object) -> Thing | None:
        thing = self._things.get(key)
        if thing is not None:
            self._things.move_to_end(key)
        return thing

    def put(self, key: object, thing: Thing) -> Thing:
        self._things[key] = thing
        self._bytes += self._weigh(thing)
        while self._bytes > CACHE_BYTES and len(self._things) > 1:
            self._bytes -= self._weigh(self._things.popitem(last=False)[1])
        return thing


def _bytes(picture: Planes) -> int:
    planes = (picture.y, picture.u, picture.v, picture.a)
    return sum(plane.size for plane in planes if plane is not None)


def _ink_bytes(inked: _Inked) -> int:
    return inked.letters.size * (1 if inked.outline is inked.letters else 2)


_pictures = _Kept(_bytes)
_inks = _Kept(_ink_bytes)
_lock = RLock()
"""A FreeType face serves one thread at a time."""
