"""What was heard, held against what was to be read aloud: a sentence with somebody's name in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from render.ports.speech import Transcript

DIFFERING_MAX: Final = 150
"""Per mille of the sentence's words (in Chinese: syllables without tones) that may be heard otherwise in one that was read."""
OTHER_LEAST: Final = 450
"""From here on something else was said. Measured: docs/decisions/0033-engines.md. Between the two somebody has to hear it."""
NAME_DIFFERING_MAX: Final = 250
"""Per mille of a name's syllables or letters that may be heard otherwise."""
CERTAINTY_LEAST: Final = -0.6
SILENCE_MAX: Final = 0.6
CHECKED: Final = frozenset({"zh", "en"})
"""Languages in which the machine may say that a sentence was read. In Thai it mishears too much: somebody has to hear it."""

_DENIALS: Final = frozenset({"不", "没", "沒", "别", "別", "勿", "not", "no", "never", "don't", "dont", "cannot", "refuse"})
_WORD: Final = re.compile(r"[㐀-䶿一-鿿]|[\w']+")
_HAN: Final = re.compile(r"[㐀-䶿一-鿿]")


class Outcome(StrEnum):
    """Whether the sentence was read: yes, perhaps (somebody has to hear it), or something else was said."""

    SAID = "said"
    UNSURE = "unsure"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of it, and the numbers behind it (per mille)."""

    outcome: Outcome
    differing: int
    name_differing: int
    reasons: tuple[str, ...] = ()
    """Of `text`, `name`, `denial`, `unclear`, `language`: what keeps it from being plainly said."""


def compare(sentence: str, name: str, language: str, heard: Transcript) -> Comparison:
    """Hold a transcript against the sentence and the name in it, in `zh`, `en` or `th`."""
    wanted, got = _units(sentence), _units(heard.text)
    differing = _permille(distance(wanted, got), len(wanted))
    named, letters = (_named(text) for text in (name, heard.text))
    name_differing = _permille(distance(named, letters, anywhere=True), len(named))
    denied = bool(_words(heard.text) & _DENIALS - _words(sentence))
    reasons = _reasons(differing, name_differing, heard, language, denied=denied)
    if differing >= OTHER_LEAST and language in CHECKED:
        return Comparison(Outcome.OTHER, differing, name_differing, reasons)
    return Comparison(Outcome.UNSURE if reasons else Outcome.SAID, differing, name_differing, reasons)


def _reasons(differing: int, name_differing: int, heard: Transcript, language: str, *, denied: bool) -> tuple[str, ...]:
    unclear = heard.certainty < CERTAINTY_LEAST or heard.silence > SILENCE_MAX
    found = {
        "language": language not in CHECKED,
        "denial": denied,
        "text": differing > DIFFERING_MAX,
        "name": name_differing > NAME_DIFFERING_MAX,
        "unclear": unclear,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_plain(text)))


def _units(text: str) -> list[str]:
    """Words as they sound: a hanzi is its syllable without its tone, anything else is itself."""
    return [_syllable(word) if _HAN.match(word) else word for word in _WORD.findall(_plain(text))]


def _named(text: str) -> list[str]:
    """A name is compared by syllables where it is written in hanzi, and by letters elsewhere: spaces in names are heard anyhow."""
    return [unit for word in _WORD.findall(_plain(text)) for unit in ([_syllable(word)] if _HAN.match(word) else word)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


@cache
def _syllable(hanzi: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionaries take long to load

    return str(lazy_pinyin(hanzi)[0])


def distance(wanted: Sequence[str], got: Sequence[str], *, anywhere: bool = False) -> int:
    """Edits between two sequences (V. Levenshtein, 1965); `anywhere` looks for the best place of the one in the other."""
    row = [0] * (len(got) + 1) if anywhere else list(range(len(got) + 1))
    for count, unit in enumerate(wanted, 1):
        before, row = row, [count]
        for place, other in enumerate(got):
            row.append(min(before[place] + (unit != other), before[place + 1] + 1, row[-1] + 1))
    return min(row) if anywhere else row[-1]


def _permille(edits: int, length: int) -> int:
    return 1_000 * edits // max(1, length)
