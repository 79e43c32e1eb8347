"""Writing as the timeline needs it: which characters are words, how wide they stand, where a text may break. Tables only, no models."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3005\u3007"
KANA_HANGUL: Final = "\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3"
THAI: Final = "\u0e01-\u0e3a\u0e40-\u0e4e"
SENTENCE_ENDS: Final = "。！？!?…．"
CLAUSE_ENDS: Final = "，、；：,;:—"
CLOSERS: Final = "”’」』）】》〉)]}\"'"

_WORD: Final = re.compile(
    rf"[{HAN}{KANA_HANGUL}]"
    r"|[เ-ไ]?[\u0e01-\u0e2e][\u0e30-\u0e3a\u0e45-\u0e4e]*|[\u0e2f-\u0e4e]+"
    rf"|\d+(?:[.,:/]\d+)*%?"
    rf"|(?:(?![{HAN}{KANA_HANGUL}{THAI}\d_])\w)+(?:['’-](?:(?![{HAN}{KANA_HANGUL}{THAI}\d_])\w)+)*",
)


def words(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand: a Chinese character, a Thai cluster, a number or a run of letters each counts as one."""
    return (match.span() for match in _WORD.finditer(text))


def pronounceable(text: str) -> bool:
    """Whether there is anything to say: at least one letter or digit, not just signs and pictures."""
    return any(character.isalnum() for character in text)


def is_han(character: str) -> bool:
    """Whether it is written in a full square: Chinese, kana or hangul."""
    return re.match(f"[{HAN}{KANA_HANGUL}]", character) is not None


def is_thai(character: str) -> bool:
    """Whether it is a Thai letter, vowel or tone sign."""
    return "\u0e01" <= character <= "\u0e4e"


def width(text: str) -> int:
    """How wide a text stands, in half squares: 2 for a full-width character, 0 for a combining sign, 1 for the rest."""
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
