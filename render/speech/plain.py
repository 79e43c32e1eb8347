"""Plain text: every code point becomes one that the rules know, or a space, so that places stay what they are."""

import unicodedata
from functools import cache
from typing import Final

import opencc

_HAN: Final = ("㐀", "䶿", "一", "鿿", "豈", "﫿", "\U00020000", "\U0003fffd")
_KEPT: Final = frozenset("℃℉²³㎡㎥°¥£€₹₩…—–〇•·×÷±≈≤≥")
_SAME: Final = str.maketrans("￥’‘～〜−‐‑\t\r", "¥''~~--- \n")


def is_hanzi(character: str) -> bool:
    """Whether this is a Chinese character."""
    return any(first <= character <= last for first, last in zip(_HAN[::2], _HAN[1::2], strict=True))


def plain(text: str) -> str:
    """The text as the rules read it: same length, Simplified characters, half-width letters and digits.

    Emoji, control and direction characters, and scripts that no voice here can say, become spaces.
    """
    return _simplified("".join(_plain(character) for character in text))


def _plain(character: str) -> str:
    same = character.translate(_SAME)
    if same in _KEPT or same == "\n" or is_hanzi(same):
        return same
    folded = unicodedata.normalize("NFKC", same)
    if len(folded) != 1:
        return " "
    return folded if _sayable(folded) else " "


def _sayable(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    if unicodedata.category(character).startswith("L"):
        return character <= "ɏ"
    return unicodedata.category(character) in {"Po", "Ps", "Pe", "Pi", "Pf", "Pd"}


def _simplified(text: str) -> str:
    """Traditional characters as Simplified ones, phrase by phrase where that keeps the length, else one by one."""
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(one if len(one) == 1 else character for character in text for one in (_converter().convert(character),))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
