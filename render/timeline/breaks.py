"""Breaks: what ICU's breakers say of a text, in characters of Python's."""

from itertools import accumulate
from typing import Final

from icu4py.breakers import CharacterBreaker, LineBreaker, WordBreaker

_UTF_16_PLANE: Final = 0xFFFF


def ends(breaker: CharacterBreaker | LineBreaker | WordBreaker, text: str) -> set[int]:
    """Where the breaker's segments start and end, in characters: ICU counts in UTF-16 units."""
    units = accumulate((2 if ord(character) > _UTF_16_PLANE else 1 for character in text), initial=0)
    places = {unit: place for place, unit in enumerate(units)}
    return {places[end] for _, end in breaker.segments() if end in places} | {0, len(text)}
