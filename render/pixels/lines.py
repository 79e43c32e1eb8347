"""Where the lines of a text break: at the places Unicode allows, as few lines as fit, as even as can be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from icu4py.breakers import CharacterBreaker, LineBreaker

from render.timeline.breaks import ends
from render.timeline.thai import mended

_LINE_COST: Final = 1_000.0
_PAUSE_GAIN: Final = 0.12
_INSIDE_WORD_COST: Final = 0.4
_PAUSES: Final = "，。！？、；：）」』》】”’,.!?;:)…"
_INSIDE_WORD: Final = "-‐/_"


@dataclass(frozen=True, slots=True)
class Atom:
    """Characters `start` up to `end` that stay together.

    `ink_px` leaves out the spaces at its end; `break_cost` is what a line that ends with it pays.
    """

    start: int
    end: int
    width_px: float
    ink_px: float
    break_cost: float


def broken(text: str, language: str, limit_px: float, width_px: Callable[[str], float]) -> list[tuple[int, int]]:
    """The lines of plain `text` as half-open character spans, none wider than `limit_px` unless one cluster alone is.

    Breaks are those of UAX 14 with strict kinsoku, and of a dictionary in Thai (ICU). Of all ways with the fewest lines the one
    is taken whose lines leave the least sum of squared room, lines that end at a pause being a little favoured: this also
    spares a last line of one character.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        atoms = list(_atoms(paragraph, language, limit_px, width_px))
        spans.extend((start + first, start + end) for first, end in _evened(atoms, limit_px))
        start += len(paragraph) + 1
    return spans


def _atoms(text: str, language: str, limit_px: float, width_px: Callable[[str], float]) -> Iterator[Atom]:
    def line_ends(piece: str) -> set[int]:
        return ends(LineBreaker(piece, f"{language}-u-lb-strict"), piece)

    for start, end in pairwise(sorted(mended(text, line_ends(text), line_ends))):
        atom = _atom(text, start, end, width_px)
        if atom.ink_px <= limit_px:
            yield atom
            continue
        piece = text[start:end]
        for first, last in pairwise(sorted(ends(CharacterBreaker(piece, language), piece))):
            yield _atom(text, start + first, start + last, width_px)


def _atom(text: str, start: int, end: int, width_px: Callable[[str], float]) -> Atom:
    piece = text[start:end]
    ink = piece.rstrip()
    ink_px = width_px(ink)
    return Atom(start, end, ink_px if ink == piece else width_px(piece), ink_px, _break_cost(piece, ink))


def _break_cost(piece: str, ink: str) -> float:
    """A line had better end at a pause: a space (which parts phrases in Thai and Chinese) or punctuation."""
    if ink != piece or ink[-1:] in _PAUSES:
        return -_PAUSE_GAIN
    return _INSIDE_WORD_COST if ink[-1:] in _INSIDE_WORD else 0.0


def _evened(atoms: list[Atom], limit_px: float) -> list[tuple[int, int]]:
    """The cheapest way through the atoms (Knuth and Plass's idea, without hyphens)."""
    costs, origins = [0.0], [0]
    for end in range(1, len(atoms) + 1):
        best, origin = min((costs[start] + cost, start) for start, cost in _last_lines(atoms, end, limit_px))
        costs.append(best)
        origins.append(origin)
    lines: list[tuple[int, int]] = []
    end = len(atoms)
    while end > 0:
        start = origins[end]
        lines.append((atoms[start].start, atoms[end - 1].end))
        end = start
    return lines[::-1] or [(0, 0)]


def _last_lines(atoms: list[Atom], end: int, limit_px: float) -> Iterator[tuple[int, float]]:
    """The lines that end with atom `end` - 1 and fit: where each starts and what it costs."""
    last = atoms[end - 1]
    line_px = last.ink_px
    for start in range(end - 1, -1, -1):
        if start < end - 1:
            line_px += atoms[start].width_px
            if line_px > limit_px:
                return
        room = max(0.0, 1 - line_px / limit_px)
        yield start, _LINE_COST + room * room + (last.break_cost if end < len(atoms) else 0)
