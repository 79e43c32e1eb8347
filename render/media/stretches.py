"""Stretches of a segment: moving ones, encoded picture by picture, standing ones, encoded once and repeated, and copied ones.

Every stretch begins with a key frame, but for a standing one that a fade leads to: it goes on from the fade's first picture. Of a standing
one the first `HEAD_FRAMES` are encoded; they and the repeats after them fill a group, and the whole group is copied, packet by packet, as
often as the picture stands. Pictures of its fades are told by their weights: those before it lie behind it in decoding order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from render.media.fades import Faded
from render.media.parameters import SliceRules
from render.media.standing import Place, faded, place_of, repeated, shown_later

HEAD_FRAMES: Final = 12
"""Encoded of a picture that stands: more than the encoder looks ahead, so that it knows how long its key frame will be seen."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded picture, when it is shown (in frames from some start), and whether decoding can begin with it."""

    data: bytes
    shown: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pictures `first_coded` on, of those given to the encoder, are shown from `first_shown` on for `shown_count` frames."""

    first_coded: int
    first_shown: int
    shown_count: int
    standing: bool = False
    copied: tuple[Coded, ...] = ()
    """Pictures that were never given to the encoder, `shown` counted from the stretch's start."""
    rising: tuple[Faded, ...] = ()
    falling: tuple[Faded, ...] = ()
    """Of a standing picture, what is shown before the stretch's start and after its end, not given to the encoder either."""

    @property
    def moving(self) -> bool:
        """Whether it is encoded picture by picture."""
        return not self.standing and not self.copied


def laid_out(coded: Sequence[Coded], stretches: Sequence[Stretch], rules: SliceRules, group: int) -> Iterator[Coded]:
    """All pictures of a segment in decoding order; `coded` are the encoder's, `shown` counted as it was given them."""
    ends = [stretch.first_coded for stretch in stretches[1:]]
    place = 0
    for stretch, end in zip(stretches, [*ends, len(coded)], strict=True):
        own = coded[place:end]
        place = end
        if stretch.copied:
            yield from _copied(stretch)
        else:
            yield from _standing(stretch, own, rules, group) if stretch.standing else _moving(stretch, own)


def _copied(stretch: Stretch) -> Iterator[Coded]:
    for picture in stretch.copied:
        yield Coded(picture.data, picture.shown + stretch.first_shown, picture.is_key)


def _moving(stretch: Stretch, own: Sequence[Coded]) -> Iterator[Coded]:
    for picture in own:
        yield Coded(picture.data, picture.shown - stretch.first_coded + stretch.first_shown, picture.is_key)


def _standing(stretch: Stretch, head: Sequence[Coded], rules: SliceRules, group: int) -> Iterator[Coded]:
    """The picture and its repeats, group by group, and its fades; the one before it right after its first picture, which they refer to."""
    whole = _group(stretch, head, rules, min(group, stretch.shown_count))
    first = whole[0]
    yield Coded(first.data, stretch.first_shown, first.is_key)
    yield from _faded(stretch.rising, first.data, rules, stretch.first_shown - len(stretch.rising), -len(stretch.rising))
    for place in range(1, stretch.shown_count):
        picture = whole[place % group]
        yield Coded(picture.data, stretch.first_shown + place, picture.is_key)
    last = whole[(stretch.shown_count - 1) % group]
    yield from _faded(stretch.falling, last.data, rules, stretch.first_shown + stretch.shown_count, 1)


def _group(stretch: Stretch, head: Sequence[Coded], rules: SliceRules, longest: int) -> list[Coded]:
    """What is encoded, and repeats up to `longest` pictures."""
    if stretch.rising:
        head = [Coded(shown_later(picture.data, rules, len(stretch.rising)), picture.shown, picture.is_key) for picture in head]
    number, order = place_of(head[-1].data, rules)
    places = (Place(number + step, order + step) for step in range(1, longest - len(head) + 1))
    return [*head, *(Coded(repeated(rules, place), 0, is_key=False) for place in places)]


def _faded(fade: Sequence[Faded], reference: bytes, rules: SliceRules, first_shown: int, away: int) -> Iterator[Coded]:
    """Pictures of a fade, the first of them `away` pictures from the one that all refer to."""
    number, order = place_of(reference, rules)
    for place, weights in enumerate(fade):
        picture = faded(rules, Place(number + 1, order + away + place), weights)
        yield Coded(picture, first_shown + place, is_key=False)
