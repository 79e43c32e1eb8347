"""Phrases: where a text may be parted, and what ends there: a sentence, a clause, a word. Tables and ICU's dictionaries, no models.

A word stays whole, and so do a number with what it counts, a Latin name, and a sign with what it belongs to.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from icu4py.breakers import WordBreaker

from render.timeline import scripts
from render.timeline.breaks import ends
from render.timeline.thai import mended

Stretch = tuple[int, int]
"""Characters of a text, from and up to."""

Kind = Literal["sentence", "clause", "space", "group", "word", "leaning"]
"""What ends at a place. A space in writing that has none between words ends a phrase; a group ends before a word that joins. What
leans had better stay with its neighbour: small words, and single Chinese characters, of which the dictionary did not know the word.
"""

NAME_WORDS_MAX: Final = 4
"""A run of capitals that is longer is a headline, and may be parted after so many words."""

LATIN_RUN: Final = re.compile(r"[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+")
"""Letters and figures that are written without a space between them, but for writing that has no spaces."""
_SIGNS: Final = re.escape(scripts.CLOSERS)
_PHRASE_END: Final = re.compile(rf"(?:[。！？…；，、：—]+[{_SIGNS}]*|[.!?,;:]+[{_SIGNS}]*(?=\s|\Z|[^\x00-\x7f])|\n)\s*")
_OPENERS: Final = "“‘「『（【《〈([{"
_NEVER_FIRST: Final = "ๆฯ"

_CAPITALISED: Final = r"(?<![\w'’&-])[\w'’&-]*?[A-ZÀ-ÖØ-Þ][\w'’&-]*"
_LATIN: Final = r"[A-Za-zÀ-ɏ0-9][A-Za-zÀ-ɏ0-9'’&.+-]*"
_NAMES: Final = (
    re.compile(rf"{_CAPITALISED}(?: (?:{_CAPITALISED}|\d[\w.]*)){{1,{NAME_WORDS_MAX - 1}}}"),
    re.compile(r"\b(?:(?:Dr|Mr|Mrs|Ms|Prof|St|[A-Z])\. ?(?=[A-Z])|No\. ?(?=\d))\w+"),
)
_NAME_AMONG_OTHERS: Final = re.compile(rf"{_LATIN}(?: {_LATIN}){{1,{NAME_WORDS_MAX}}}")
"""Among Chinese or Thai words any Latin ones that follow each other are a name."""

_NUMERALS: Final = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|hundred|thousand|million"
_NUMBER: Final = re.compile(
    rf"(?:第?\d+(?:[.,:/]\d+)*[%％°]?|第?[一二两兩三四五六七八九十百千万萬亿億半几幾]+|\b(?:{_NUMERALS})\b) ?(?=\w)", re.IGNORECASE
)
"""A number, up to what it counts."""
_LEAN_ON: Final = (
    "a an the of to in into on at for with from by and or but my your our their his her its is are no not very as than that this who "
    "把 被 将 將 让 讓 给 給 在 从 從 对 對 向 和 与 與 或 很 最 更 太 不 没 沒 也 都 就 这 這 那 是 为 為 "
    "ที่ ของ และ หรือ ใน จาก กับ ให้ เพื่อ การ ความ ไม่"
)
_LEAN_BACK: Final = "的 地 得 了 着 著 过 過 吗 嗎 呢 吧 啊 们 們 上 下 里 裡 中 ครับ ค่ะ คะ นะ แล้ว เลย ด้วย"
_JOIN: Final = (
    "and or but so because that which who when while if with without for from to into in on at by than as until before after "
    "但 但是 而 而且 并且 並且 因为 因為 所以 如果 或者 和 与 與 以及 ที่ และ หรือ แต่ เพราะ ถ้า เพื่อ โดย ซึ่ง เมื่อ"
)
_AFTER: Final = frozenset(_LEAN_ON.split())
"""Words that go with the next one."""
_BEFORE: Final = frozenset(_LEAN_BACK.split())
"""Words that go with the one before."""
_FIRST: Final = frozenset(_JOIN.split())
"""Words with which something new begins."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two characters, `at` so many of them from the start, and what ends there."""

    at: int
    kind: Kind


def phrases(text: str) -> Iterator[Stretch]:
    """The text in clauses, each with the signs and white space at its end."""
    start = 0
    for match in _PHRASE_END.finditer(text):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def closed(phrase: str) -> bool:
    """Whether a sentence, or a line, ends with this phrase."""
    return "\n" in phrase[len(phrase.rstrip()) :] or phrase.rstrip(scripts.CLOSERS + " ").endswith(tuple(scripts.SENTENCE_ENDS + "."))


def clings(text: str, place: int) -> bool:
    """Whether the character at a place cannot begin a line: it belongs to what stands before it."""
    before, after = text[place - 1], text[place]
    if after.isspace():
        return True
    if before.isspace():
        return False
    opens = before in _OPENERS or before in "$¥￥€£#@"
    closes = not after.isalnum() and after not in _OPENERS
    ascii_pair = before.isascii() and after.isascii()
    return opens or closes or ascii_pair or not scripts.width(after) or before == "\u200d"


@lru_cache(maxsize=1_024)
def places(text: str) -> tuple[Place, ...]:
    """Where a text may be parted, in order; neither its start nor its end is one."""
    whole = {place for start, end in _kept_whole(text) for place in range(start + 1, end)}
    stops = {end: closed(text[start:end]) for start, end in phrases(text)}
    words = [word for word in pairwise(sorted(_word_ends(text))) if not text[slice(*word)].isspace()]
    return tuple(
        Place(after[0], _kind(text, before, after, stops))
        for before, after in pairwise(words)
        if after[0] not in whole and text[after[0]] not in _NEVER_FIRST and not clings(text, after[0])
    )


def _kind(text: str, before: Stretch, after: Stretch, stops: Mapping[int, bool]) -> Kind:
    """What ends between two words."""
    if after[0] in stops:
        return "sentence" if stops[after[0]] else "clause"
    one, other = text[slice(*before)], text[slice(*after)]
    if before[1] < after[0] and _has_no_spaces(one[-1]):
        return "space" if _has_no_spaces(other[0]) else "leaning"
    unknown = len(one) == len(other) == 1 and scripts.is_han(one) and scripts.is_han(other)
    if unknown or one.lower() in _AFTER or other in _BEFORE:
        return "leaning"
    return "group" if other.lower() in _FIRST else "word"


def _has_no_spaces(character: str) -> bool:
    """Whether it belongs to writing that has no spaces between words."""
    return scripts.is_han(character) or scripts.is_thai(character)


def _kept_whole(text: str) -> Iterator[Stretch]:
    """What is never parted: runs of letters, numbers with what they count, names."""
    names = (_NAME_AMONG_OTHERS,) if any(map(_has_no_spaces, text)) else _NAMES
    for pattern in (LATIN_RUN, *names):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _NUMBER.finditer(text):
        yield match.start(), match.end() + 1


def _word_ends(text: str) -> set[int]:
    """Where words start and end, by ICU's dictionaries of Chinese and Thai."""
    return mended(text, _broken(text), _broken)


def _broken(text: str) -> set[int]:
    return ends(WordBreaker(text, "und"), text)
