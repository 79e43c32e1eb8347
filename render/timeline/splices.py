"""Splices: how a replaced stretch of text moves what hangs on it, and how two of them made at once are put in an order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from render.timeline.document import BlockText, Mark, Pronunciation


@dataclass(frozen=True, slots=True)
class Splice:
    """At character `at`, `delete` characters give way to `insert`. Characters are code points."""

    at: int
    delete: int
    insert: str

    @property
    def end(self) -> int:
        """The first character after the deleted ones."""
        return self.at + self.delete

    @property
    def growth(self) -> int:
        """How many characters the text gains; negative where it loses some."""
        return len(self.insert) - self.delete

    def carried(self, place: int) -> int:
        """Where a place between two characters goes.

        A place inside the deleted stretch falls to its start. Otherwise a place stays with the character after it, so that what is
        typed at a mark stands before the mark.
        """
        if place < self.at or (self.delete and place < self.end):
            return min(place, self.at)
        return place + self.growth

    def touches(self, start: int, end: int) -> bool:
        """Whether it changes anything between `start` and `end`; typing at either edge does not."""
        return start < self.end and self.at < end if self.delete else start < self.at < end


def spliced(text: BlockText, splice: Splice, marks: Iterable[Mark] = (), pronunciations: Iterable[Pronunciation] = ()) -> BlockText:
    """The text after a splice.

    Marks are carried and never lost; a pronunciation whose characters changed is dropped. `marks` and `pronunciations` say, in places
    of the new text, what the splice puts back: marks that are there move, pronunciations return where the splice touches them and
    where none has taken their place.
    """
    new = text.text[: splice.at] + splice.insert + text.text[splice.end :]
    placed = {mark.id: min(mark.at, len(new)) for mark in marks}
    return BlockText(
        text=new,
        marks=tuple(Mark(id=mark.id, at=placed.get(mark.id, splice.carried(mark.at))) for mark in text.marks),
        pronunciations=tuple(_merged(carried_pronunciations(text.pronunciations, splice), _returning(pronunciations, splice, len(new)))),
        captions=text.captions,
    )


def carried_pronunciations(pronunciations: Iterable[Pronunciation], splice: Splice) -> Iterator[Pronunciation]:
    """Those that the splice leaves whole, at their new places."""
    for said in pronunciations:
        if not splice.touches(said.start, said.end):
            shift = splice.growth if said.start >= splice.end else 0
            yield Pronunciation(start=said.start + shift, end=said.end + shift, say=said.say)


def carried_marks(marks: Iterable[Mark], splice: Splice) -> Iterator[Mark]:
    """All of them, at their new places."""
    return (Mark(id=mark.id, at=splice.carried(mark.at)) for mark in marks)


def transformed(mine: Splice, theirs: Splice, *, mine_first: bool) -> tuple[Splice, ...]:
    """What `mine` becomes once `theirs`, made from the same text, has been applied: one splice, or two in the order to apply them.

    What either deletes is gone; what either inserts stays, also inside a stretch that the other deletes. Of two insertions at one
    place the first in order stands left. (The inclusion transformation of Ellis and Gibbs, 1989, on ranges.)
    """
    growth = theirs.growth
    left = max(0, min(mine.end, theirs.at) - mine.at)
    right = max(0, mine.end - max(mine.at, theirs.end))
    place = _insertion(mine, theirs, mine_first=mine_first)
    rest = max(mine.at, theirs.end) + growth
    if not right or rest == place + left:
        return (Splice(place, left + right, mine.insert),)
    if not left and not mine.insert:
        return (Splice(rest, right, ""),)
    return Splice(rest, right, ""), Splice(place, left, mine.insert)


def between(old: str, new: str) -> Splice | None:
    """The shortest single splice from one text to another, or None where they are equal."""
    if old == new:
        return None
    shorter = min(len(old), len(new))
    head = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    tail = next((index for index in range(shorter - head) if old[-1 - index] != new[-1 - index]), shorter - head)
    return Splice(head, len(old) - head - tail, new[head : len(new) - tail])


def _insertion(mine: Splice, theirs: Splice, *, mine_first: bool) -> int:
    if mine.at < theirs.at or (mine.at == theirs.at and mine_first):
        return mine.at
    return max(mine.at, theirs.end) + theirs.growth


def _returning(pronunciations: Iterable[Pronunciation], splice: Splice, length: int) -> Iterator[Pronunciation]:
    undone = Splice(splice.at, len(splice.insert), "")
    return (said for said in pronunciations if said.start < said.end <= length and undone.touches(said.start, said.end))


def _merged(kept: Iterable[Pronunciation], returning: Iterable[Pronunciation]) -> list[Pronunciation]:
    merged = list(kept)
    for said in returning:
        if all(said.end <= other.start or other.end <= said.start for other in merged):
            merged.append(said)
    return sorted(merged, key=lambda said: said.start)
