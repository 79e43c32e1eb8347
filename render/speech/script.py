"""The script of a passage: its text as pieces, read from left to right."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from render.speech import figures_en, figures_zh
from render.speech.overrides import override
from render.speech.pieces import Piece
from render.speech.plain import is_hanzi, plain

PAUSES: Final = {
    "，": ",", "、": ",", ",": ",", "。": ".", ".": ".", "！": "!", "!": "!", "？": "?", "?": "?", "；": ";", ";": ";", "：": ":", ":": ":",
    "…": "…", "—": "—", "–": "—", "\n": ".", "(": "(", ")": ")", "“": "“", "”": "”", "《": "“", "》": "”", "「": "“", "」": "”",
    "『": "“", "』": "”", "【": "“", "】": "”", "«": "“", "»": "”", "|": ",",
}  # fmt: skip
_WORD: Final = re.compile(r"(?:[A-Za-zÀ-ɏ]\.){2,}|[A-Za-zÀ-ɏ]+(?:['&-][A-Za-zÀ-ɏ]+)*'?")
_SPELLED: Final = re.compile(r"[A-Z]{2,3}")
PRONOUNCED: Final = frozenset({"OK"})
"""Short words in capitals that a Chinese sentence does not spell out."""


def script(text: str, language: str, pronunciations: Sequence[tuple[int, int, str]] = ()) -> tuple[Piece, ...]:
    """The pieces of `text` in order; what cannot be said is left out. Overrides that overlap an earlier one are left out too."""
    known, at, pieces = plain(text), 0, list[Piece]()
    for start, end, say in sorted(pronunciations):
        if at <= start < end <= len(text) and say.strip():
            pieces += _read(known, at, start, language)
            pieces.append(override(known, start, end, say))
            at = end
    pieces += _read(known, at, len(known), language)
    return tuple(pieces)


def _read(text: str, at: int, end: int, language: str) -> Iterator[Piece]:
    """Pieces of `text[at:end]`; what stands after `end` is seen by no rule, what stands before `at` is."""
    text, chinese = text[:end], language.startswith("zh")
    while at < end:
        piece = _next(text, at, chinese=chinese)
        if piece:
            yield piece
        at = piece.end if piece else at + 1


def _next(text: str, at: int, *, chinese: bool) -> Piece | None:
    """The piece that begins at `at`, or None where nothing there is said."""
    character = text[at]
    if is_hanzi(character) or character == "〇":
        return Piece(at, at + 1, "零" if character == "〇" else character, "zh")
    figure = figures_zh.figure_at(text, at) if chinese else figures_en.figure_at(text, at)
    if figure:
        return Piece(at, figure[0], figure[1], "zh" if chinese else "en")
    word = _WORD.match(text, at)
    if word:
        return Piece(at, word.end(), _spelled(word[0]) if chinese else word[0], "en")
    return Piece(at, at + 1, PAUSES[character], "pause") if character in PAUSES else None


def _spelled(word: str) -> str:
    """A Latin word in a Chinese sentence: two or three capitals are said letter by letter."""
    return "".join(f"{letter}." for letter in word) if _SPELLED.fullmatch(word) and word not in PRONOUNCED else word
