"""Pieces: the parts of a text that are said, each with its place in the text. Places are code points of the text as it was written."""

from dataclasses import dataclass
from typing import Literal

Tongue = Literal["zh", "en", "pause", "symbols"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Code points `start` up to `end` are said as `said`.

    `tongue` says how: `zh` is hanzi, `en` is English text, `symbols` are phonemes already, `pause` is one mark of `PAUSES`.
    """

    start: int
    end: int
    said: str
    tongue: Tongue


ENDS = frozenset(".!?…")
"""Pauses that end a sentence."""


def weight(piece: Piece) -> int:
    """About how many symbols a piece will become: a hanzi about five, an English letter about one."""
    return 5 * len(piece.said) if piece.tongue == "zh" else len(piece.said) + 1
