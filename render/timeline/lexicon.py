"""Lexicons: how certain words are always said. An entry becomes pronunciations of a passage wherever the passage has the word."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

Lexicon: TypeAlias = tuple[tuple[str, str], ...]
"""Words as they are written, with how each is said: as a pronunciation has it."""

Said: TypeAlias = tuple[int, int, str]
"""From code point, up to code point, said like this."""


def with_lexicon(text: str, said: Sequence[Said], lexicon: Lexicon) -> tuple[Said, ...]:
    """The pronunciations `said` of `text` and those of the lexicon, in order. What a person said of one place stands above the lexicon.

    Of words that begin at one place the longest is taken. Letters count without case, and never as parts of longer words.
    """
    if not lexicon:
        return tuple(said)
    found = (entry for entry in _found(text, lexicon) if not any(entry[0] < end and start < entry[1] for start, end, _ in said))
    return tuple(sorted([*said, *found]))


def _found(text: str, lexicon: Lexicon) -> Iterator[Said]:
    longest_first = _longest_first(lexicon)
    for match in _pattern(longest_first).finditer(text):
        yield match.start(), match.end(), longest_first[(match.lastindex or 1) - 1][1]


@lru_cache(maxsize=64)
def _longest_first(lexicon: Lexicon) -> Lexicon:
    return tuple(sorted(lexicon, key=lambda entry: len(entry[0]), reverse=True))


@lru_cache(maxsize=64)
def _pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """One group for each entry."""
    return re.compile("|".join(f"({_whole(written)})" for written, _ in lexicon), re.IGNORECASE)


def _whole(word: str) -> str:
    """The word with no letter or figure of the Latin script running on at either side where it has one itself."""
    before = "(?<![A-Za-z0-9À-ɏ])" if re.match("[A-Za-z0-9À-ɏ]", word) else ""
    after = "(?![A-Za-z0-9À-ɏ])" if re.search("[A-Za-z0-9À-ɏ]$", word) else ""
    return before + re.escape(word) + after
