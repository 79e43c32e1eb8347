"""Captions in two languages: the words of the second, parted as often as those of the first, at phrases of their own.

Where a caption changes, the second language should have come as far as the first. Of all ways to part it the cheapest is taken: a place
may lie a little off for the end of a word group, of a clause or, best, of a sentence.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

from render.timeline import phrases, scripts
from render.timeline.phrases import Kind

WORTH: Final[Mapping[Kind, int]] = {"sentence": 24, "clause": 12, "space": 12, "group": 8, "word": 0, "leaning": -8}
"""How much farther off, in half squares, such a place may lie and still be the better one."""
EMPTY_COST: Final = 60
"""Of a caption that has nothing of the second language."""
ORPHAN_COST: Final = 240
"""Of one that has a letter or two of it which are no sentence."""
ORPHAN_LETTERS: Final = 2
NEAR: Final = 8
"""So many places on either side are looked at."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """A place in a text: `at` characters, `width` half squares and `letters` from its start."""

    at: int
    width: int
    letters: int
    worth: int
    closes: bool
    """Whether a sentence ends there."""


def parallel(text: str, shares: Sequence[float]) -> tuple[str, ...]:
    """A text in one piece more than there are `shares`: where its pieces end, from 0 for its start to 1 for its end.

    Pieces end with sentences, clauses or words, never inside a word, a name, or a number with its unit. Of a text that has too few of
    them some pieces are empty. Nothing but white space is left out.
    """
    stops = _stops(text)
    cuts = _cheapest(stops, [share * stops[-1].width for share in accumulate(shares, max)])
    edges = [0, *(stops[cut].at for cut in cuts), len(text)]
    return tuple(text[start:end].strip() for start, end in pairwise(edges))


@lru_cache(maxsize=1_024)
def _stops(text: str) -> tuple[_Stop, ...]:
    """The start of a text, the places where it may be parted, and its end."""
    places = [(place.at, WORTH[place.kind], place.kind == "sentence") for place in phrases.places(text)]
    ends = [0, *(at for at, _, _ in places), len(text)]
    pieces = [text[start:end] for start, end in pairwise(ends)]
    widths = accumulate(map(scripts.width, pieces), initial=0)
    letters = accumulate((sum(map(str.isalnum, piece)) for piece in pieces), initial=0)
    edged = [(0, 0, True), *places, (len(text), 0, True)]
    return tuple(_Stop(at, wide, many, worth, closes) for (at, worth, closes), wide, many in zip(edged, widths, letters, strict=True))


def _cheapest(stops: Sequence[_Stop], targets: Iterable[float]) -> list[int]:
    """Which of the stops the text is parted at, in order: one for each of `targets`, in half squares from its start."""
    costs: dict[int, float] = {0: 0.0}
    steps: list[dict[int, int]] = []
    for target in targets:
        ways = {end: _best(stops, costs, end) for end in _near(stops, target)}
        costs = {end: cost + abs(stops[end].width - target) - stops[end].worth for end, (cost, _) in ways.items()}
        steps.append({end: start for end, (_, start) in ways.items()})
    cut, cuts = _best(stops, costs, len(stops) - 1)[1], []
    for step in reversed(steps):
        cuts.append(cut)
        cut = step[cut]
    return cuts[::-1]


def _best(stops: Sequence[_Stop], costs: Mapping[int, float], end: int) -> tuple[float, int]:
    """The cheapest way to a piece that ends at a stop: what it costs, and where that piece starts."""
    return min((cost + _piece_cost(stops[start], stops[end]), start) for start, cost in costs.items() if start <= end)


def _near(stops: Sequence[_Stop], target: float) -> Iterable[int]:
    """The stops around a place, and both ends of the text: a piece may be empty."""
    middle = bisect_left(stops, target, key=lambda stop: stop.width)
    return sorted({0, *range(max(0, middle - NEAR), min(len(stops), middle + NEAR)), len(stops) - 1})


def _piece_cost(start: _Stop, end: _Stop) -> int:
    letters = end.letters - start.letters
    if start.at == end.at:
        return EMPTY_COST
    return 0 if letters > ORPHAN_LETTERS or (start.closes and end.closes) else ORPHAN_COST
