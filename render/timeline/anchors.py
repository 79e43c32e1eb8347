"""Anchors as ticks: where scenes, blocks and marks fall, and what is taken when a mark is missing in a language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from render.timeline.document import Anchor, Block, Scene, Span
from render.timeline.placed import PlacedAction, PlacedBlock
from render.timeline.time import TimeRange
from render.timeline.voicing import said_offset


@dataclass(frozen=True, slots=True)
class Spot:
    """A tick; `flagged` where it is not quite what the anchor asked for."""

    at: int
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything with a name falls; ticks count from the project's start."""

    duration: int
    scenes: Mapping[str, TimeRange]
    blocks: Mapping[str, TimeRange]
    marks: Mapping[str, Spot]


def mark_spots(block: Block, placed: PlacedBlock, language: str, start: int) -> Iterator[tuple[str, Spot]]:
    """Every mark of a block whose sound starts at `start`; one that only other languages have takes its proportional place, flagged."""
    for other, text in block.texts.items():
        for mark in text.marks:
            if other != language:
                yield mark.id, Spot(start + placed.range.duration * mark.at // max(1, len(text.text)), flagged=True)
    if language in block.texts and block.texts[language].marks:
        offset = said_offset(block, language)
        for mark in block.texts[language].marks:
            yield mark.id, Spot(start + character_ticks(placed, mark.at - offset))


def placed_actions(block: Block, placed: PlacedBlock, language: str) -> tuple[PlacedAction, ...]:
    """What is done in a passage, the first first; an action whose mark is gone starts with the passage."""
    if not block.actions:
        return ()
    spots = dict(mark_spots(block, placed, language, 0))
    placed_ones = (PlacedAction(action.name, spots.get(action.mark, Spot(0)).at) for action in block.actions)
    return tuple(sorted(placed_ones, key=lambda action: (action.at, action.name)))


def character_ticks(placed: PlacedBlock, character: int) -> int:
    """When the place before `character` of what is said comes: by its word's time, or in proportion where there are no words."""
    if character <= 0:
        return 0
    duration = placed.range.duration
    if not placed.times.words:
        return duration * min(character, len(placed.text)) // max(1, len(placed.text))
    word = next((word for word in placed.times.words if word.end > character), None)
    if word is None:
        return duration
    inside = max(0, character - word.start)
    return word.at + word.duration * inside // (word.end - word.start)


def span_range(span: Span, home: Scene | None, places: Places) -> tuple[TimeRange | None, bool]:
    """A span in project ticks, clipped to its scene (or, without one, to the project), and whether one of its ends is flagged.

    None where nothing of it is left.
    """
    bounds = places.scenes[home.id] if home else TimeRange(0, places.duration)
    start = _spot(span.start, bounds, places) or Spot(bounds.start, flagged=True)
    end = _spot(span.end, bounds, places) or Spot(bounds.end, flagged=True)
    wanted = TimeRange(start.at, max(0, end.at - start.at))
    return wanted.intersection(bounds), start.flagged or end.flagged


def exact_span(span: Span, within: TimeRange, home: Scene | None, places: Places) -> Span:
    """A span that is `within` to the tick and hangs on what `span` does, or on its home's edges where that is gone."""
    bounds = places.scenes[home.id] if home else TimeRange(0, places.duration)
    start, end = _spot(span.start, bounds, places), _spot(span.end, bounds, places)
    return Span(
        start=moved(span.start, within.start - start.at) if start else Anchor(offset=within.start - bounds.start),
        end=moved(span.end, within.end - end.at) if end else Anchor(kind="scene-end", offset=within.end - bounds.end),
    )


def moved(anchor: Anchor, by_ticks: int) -> Anchor:
    """The same anchor, so much later."""
    return anchor.model_copy(update={"offset": anchor.offset + by_ticks}) if by_ticks else anchor


def _spot(anchor: Anchor, bounds: TimeRange, places: Places) -> Spot | None:
    if anchor.kind == "project":
        return Spot(anchor.offset)
    if anchor.kind == "mark":
        mark = places.marks.get(anchor.of)
        return Spot(mark.at + anchor.offset, mark.flagged) if mark else None
    if anchor.kind in {"block-start", "block-end"}:
        held = places.blocks.get(anchor.of)
    else:
        held = places.scenes.get(anchor.of) if anchor.of else bounds
    if held is None:
        return None
    return Spot((held.start if anchor.kind.endswith("start") else held.end) + anchor.offset)
