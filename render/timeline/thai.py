"""Words of advertising Thai that ICU's dictionary lacks: it would break them, and lose its way in what follows."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

_WORDS: Final = (
    "โปรโมชั่น", "โปรโมชัน", "เซรั่ม", "คอลลาเจน", "ช้อปปิ้ง", "ช็อปปิ้ง", "ไลฟ์สด", "สมาร์ทโฟน", "สมาร์ตโฟน", "เทรนด์", "แพ็กเกจ",
    "แพ็คเกจ", "มาร์เก็ตติ้ง", "แอปพลิเคชัน", "แอปพลิเคชั่น", "อินฟลูเอนเซอร์", "มอยส์เจอไรเซอร์", "ไฮยาลูรอน", "ไนอาซินาไมด์",
)  # fmt: skip

_LOANWORDS: Final = re.compile("(" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")")
_RUN: Final = re.compile("[\u0e00-\u0e7f]+")
_NEVER_FIRST: Final = "ๆฯ"


def mended(text: str, ends: Iterable[int], breaks: Callable[[str], Iterable[int]]) -> set[int]:
    """`ends` (places where `text` may break) with each run of Thai that holds such a word broken anew around it by `breaks`."""
    mended_ends = set(ends)
    for run in _RUN.finditer(text):
        pieces = _LOANWORDS.split(run.group())
        if len(pieces) == 1:
            continue
        mended_ends -= set(range(run.start() + 1, run.end()))
        at = run.start()
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                mended_ends |= {at + end for end in breaks(piece) if 0 < end < len(piece)}
            at += len(piece)
            if run.start() < at < run.end() and _may_start(text[at]):
                mended_ends.add(at)
    return mended_ends


def _may_start(character: str) -> bool:
    return character not in _NEVER_FIRST and unicodedata.category(character) != "Mn"
