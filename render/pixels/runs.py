"""A line of text as runs: one face and one direction each, in the order they are drawn from left to right."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import ImageFont

from render.pixels import fonts
from render.pixels.fonts import Face

JOINER: Final = "\u2060"
"""Stands for a character that shows nothing and allows no break."""

BREAKS: Final = "\n\v\f\x85\u2028\u2029"
_BOX: Final = "□"
_SARA_AM: Final = "\u0e33"
"""Thai: a vowel whose ring stands over the letter before."""
_RIGHT_TO_LEFT: Final = ("R", "AL")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters drawn at once."""

    text: str
    face: Face
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class Typeface:
    """Everything but the words: the faces of a language at a size and weight, and how far the letters stand apart."""

    chain: tuple[Face, ...]
    size_px: float
    weight: int
    spacing_px: float = 0.0

    def font(self, face: Face) -> ImageFont.FreeTypeFont:
        """`face` opened at this size and weight."""
        return fonts.font(face, self.size_px, self.weight)

    def width_px(self, text: str) -> float:
        """How far the pen moves over `text`."""
        return sum(self.run_width_px(run) for run in runs(text, self.chain))

    def run_width_px(self, run: Run) -> float:
        """How far the pen moves over `run`."""
        return sum(width for _, width in self.strokes(run))

    def strokes(self, run: Run) -> list[tuple[str, float]]:
        """What is drawn at once, and how far the pen moves over it: letters that stand apart are drawn one by one.

        Letters that join, as Arabic ones do, are never set apart.
        """
        apart = self.spacing_px and not run.right_to_left
        pieces = clusters(run.text) if apart else [run.text]
        extra = self.spacing_px if apart else 0.0
        return [(piece, _advance_px(run.face, self.size_px, self.weight, piece, direction(run)) + extra) for piece in pieces]


@lru_cache(maxsize=8_192)
def _advance_px(face: Face, size_px: float, weight: int, piece: str, way: str) -> float:
    """How far the pen moves over `piece`: kept, since after an edit most words are those of before, and shaping one takes a millisecond."""
    return fonts.font(face, size_px, weight).getlength(piece, direction=way)


def clusters(text: str) -> list[str]:
    """What a reader takes for letters: each with its marks."""
    found: list[str] = []
    for character in text:
        joins = unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"} or character == _SARA_AM
        if found and joins:
            found[-1] += character
        else:
            found.append(character)
    return found


def direction(run: Run) -> str:
    """As Raqm names it."""
    return "rtl" if run.right_to_left else "ltr"


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """`text` with as many characters, each a line break, a space or something that can be drawn or joined in silence.

    Control characters, lone surrogates and marks of direction become joiners: nothing in a text is an instruction.
    """
    return "".join(_plain(character) for character in text.replace("\r\n", JOINER + "\n").replace("\r", "\n"))


@lru_cache(maxsize=4_096)
def runs(text: str, chain: tuple[Face, ...]) -> tuple[Run, ...]:
    """The runs of one line of plain text, from left to right. Kept: while a text is laid out they are asked for half a dozen times."""
    segments = _directed(text)
    if _base_is_right_to_left(text):
        segments.reverse()
    drawn: list[Run] = []
    for segment, right_to_left in segments:
        parts = [Run(words, face, right_to_left) for words, face in _faced(segment, chain)]
        drawn.extend(reversed(parts) if right_to_left else parts)
    return tuple(drawn)


def _plain(character: str) -> str:
    if character in BREAKS:
        return "\n"
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return "\u00a0" if character in "\u00a0\u202f" else "\u3000" if character == "\u3000" else " "
    if category in {"Cc", "Cs", "Co", "Cn"} or (category == "Cf" and character not in "\u200b\u200c\u200d"):
        return JOINER
    return character


def _faced(text: str, chain: tuple[Face, ...]) -> list[tuple[str, Face]]:
    """`text` in pieces of one face; a mark or common sign stays with what it follows, an unknown letter becomes a box."""
    pieces: list[tuple[str, Face]] = []
    for character in text:
        face = _face(character, pieces[-1][1] if pieces else None, chain)
        shown = character
        if face is None:
            if unicodedata.category(character)[0] not in "LNP":
                continue
            shown, face = _BOX, next(each for each in chain if fonts.covers(each, _BOX))
        if pieces and pieces[-1][1] == face:
            pieces[-1] = (pieces[-1][0] + shown, face)
        else:
            pieces.append((shown, face))
    return pieces


def _face(character: str, current: Face | None, chain: tuple[Face, ...]) -> Face | None:
    follows = unicodedata.category(character)[0] in "MPZC"
    if follows and current is not None and fonts.covers(current, character):
        return current
    return next((face for face in chain if fonts.covers(face, character)), None)


def _base_is_right_to_left(text: str) -> bool:
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in strong if kind in ("L", *_RIGHT_TO_LEFT)), "L") in _RIGHT_TO_LEFT


def _directed(text: str) -> list[tuple[str, bool]]:
    """Pieces of one direction in reading order: what is neutral goes with its neighbours where they agree, else with the line.

    A number goes with the letters before it; Raqm keeps its digits in order inside a piece from right to left.
    """
    base = _base_is_right_to_left(text)
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return [(text, False)] if text else []
    pieces: list[tuple[str, bool]] = []
    neutral, before = "", base
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind not in ("L", "EN", "AN", *_RIGHT_TO_LEFT):
            neutral += character
            continue
        now = before if kind in ("EN", "AN") else kind in _RIGHT_TO_LEFT
        _add(pieces, neutral, right_to_left=now if now == before else base)
        _add(pieces, character, right_to_left=now)
        neutral, before = "", now
    _add(pieces, neutral, right_to_left=base)
    return pieces


def _add(pieces: list[tuple[str, bool]], text: str, *, right_to_left: bool) -> None:
    if pieces and pieces[-1][1] == right_to_left:
        pieces[-1] = (pieces[-1][0] + text, right_to_left)
    elif text:
        pieces.append((text, right_to_left))
