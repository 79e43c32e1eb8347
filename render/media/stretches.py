"""Stretches of a segment: moving ones, encoded picture by picture, standing ones, encoded once and repeated, and copied ones.

Every stretch begins with a key frame. Of a standing one the first `HEAD_FRAMES` are encoded; they and the repeats after them fill a
group, and the whole group is copied, packet by packet, as often as the picture stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from render.media.parameters import SliceRules
from render.media.standing import frame_number, repeated

Shown = TypeVar("Shown")

HEAD_FRAMES: Final = 12
"""Encoded of a picture that stands: more than the encoder looks ahead, so that it knows how long its key frame will be seen."""
STANDING_FRAMES_MIN: Final = 24
"""What stands for less is encoded like what moves."""


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

    @property
    def moving(self) -> bool:
        """Whether it is encoded picture by picture."""
        return not self.standing and not self.copied


def runs(frames: Iterable[Shown]) -> Iterator[tuple[Shown, int]]:
    """Each picture with how many times in a row it comes. Equal pictures that are not one object count as two."""
    held: Shown | None = None
    count = 0
    for shown in frames:
        if held is not None and shown is not held:
            yield held, count
            count = 0
        held, count = shown, count + 1
    if held is not None:
        yield held, count


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
    last, longest = frame_number(head[-1].data, rules), min(group, stretch.shown_count)
    repeats = [Coded(repeated(rules, last + 1 + place, len(head) + place), 0, is_key=False) for place in range(longest - len(head))]
    whole = [*head, *repeats]
    for start in range(0, stretch.shown_count, group):
        for place, picture in enumerate(whole[: stretch.shown_count - start]):
            yield Coded(picture.data, stretch.first_shown + start + place, picture.is_key)
