"""What stood apart in one shape stands apart in another: words come under no picture, and nothing meets anything, that they did not before.

`layouts` places each thing of a scene by itself. Where two meet that stood apart, or one leaves the picture, they are drawn back, step by
step, towards the arrangement that all had, as a whole and so small that it fits: there nothing can meet that did not. So who has room keeps
its size. Words on a plate go along with it. Presenters count for nothing here, nor do their backdrops: their boxes are mostly air, and
`layouts` makes room for them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, cos, radians, sin
from typing import Final, NamedTuple

from render.timeline.document import AudioContent, Canvas, Layer, PresenterContent, TextContent, Transform
from render.timeline.layouts import OTHER_SIDE, PARTS, UPPER, Move, backdrops, fills, rearranged, refitted
from render.timeline.lettering import written_size

STEPS: Final = 8
"""From where a thing stands by itself to the arrangement that all had."""
THINGS_MAX: Final = 100
"""More things in a scene are drawn back all at once, without a look at each pair."""
CLEARANCE: Final = 0.02
"""Of the shorter side: so far from each other is enough, however far things stood before."""
BARELY: Final = 0.003
"""Of the shorter side: who meets by less does not."""
TOP: Final = 0.06
"""The share of the height that is left to the mark of machine-made pictures where things go up."""
EXTENT_MAX: Final = 100_000
MOVED: Final = frozenset({"x", "y", "scale", "rotation"})


class Box(NamedTuple):
    """A thing's edges in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def gap(self, other: "Box") -> float:
        """How far they stand from each other, across or down, in pixels; negative where they meet."""
        across = max(other.left - self.right, self.left - other.right)
        return max(across, other.top - self.bottom, self.top - other.bottom)

    def leaves(self, canvas: Canvas, by: float) -> bool:
        """Whether it reaches farther over an edge than `by` pixels."""
        return min(self.left, self.top, canvas.width_px - self.right, canvas.height_px - self.bottom) < -by

    def holds_middle_of(self, other: "Box") -> bool:
        """Whether the other's middle lies in it."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left < x < self.right and self.top < y < self.bottom


@dataclass(frozen=True, slots=True)
class _Thing:
    """A layer that takes room: its `box` as it was; where it stands by itself, and in the arrangement as a whole."""

    layer: Layer
    box: Box
    alone: Transform
    whole: Transform

    def at(self, step: int) -> Transform:
        if not step:
            return self.alone
        sides = {name: (getattr(self.alone, name), getattr(self.whole, name)) for name in ("x", "y", "width", "height", "scale")}
        return self.alone.model_copy(update={name: round(one + (other - one) * step / STEPS) for name, (one, other) in sides.items()})


def laid_out(layers: Sequence[Layer], old: Canvas, new: Canvas, language: str) -> Mapping[str, Transform]:
    """Where the layers of a scene stand on another canvas, by their ids; words are those of `language`."""
    move, behind = rearranged(layers, old, new), backdrops(layers)
    fitted = {layer.id: refitted(layer, old, new, move, with_presenter=layer.id in behind).transform for layer in layers}
    if old.width_px * new.height_px == new.width_px * old.height_px:
        return fitted
    things = [
        _Thing(layer, taken(layer, layer.transform, old, language), fitted[layer.id], _as_a_whole(layer, old, new, move))
        for layer in layers
        if layer.id not in behind and takes_room(layer, language)
    ]
    return fitted | _parted(things, old, new, move, language)


def takes_room(layer: Layer, language: str) -> bool:
    """Whether it stands somewhere, so that other things may meet it."""
    if layer.hidden or not MOVED.isdisjoint(keyframe.property for keyframe in layer.keyframes):
        return False
    if isinstance(layer.content, TextContent):
        return bool(layer.content.shown_in(language).strip())
    return not isinstance(layer.content, AudioContent | PresenterContent) and not fills(layer)


def taken(layer: Layer, place: Transform, canvas: Canvas, language: str) -> Box:
    """What a layer at `place` takes up of a canvas: words as far as their letters go."""
    width, height = float(place.width), float(place.height)
    if isinstance(layer.content, TextContent):
        width, height = written_size(layer.content.shown_in(language).strip(), layer.content.style, place.width, canvas)
    across, down = width * place.scale * canvas.width_px / 2e7, height * place.scale * canvas.height_px / 2e7
    turn = radians(place.rotation / 1_000)
    half_width, half_height = abs(across * cos(turn)) + abs(down * sin(turn)), abs(across * sin(turn)) + abs(down * cos(turn))
    x, y = place.x * canvas.width_px / PARTS, place.y * canvas.height_px / PARTS
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _parted(things: Sequence[_Thing], old: Canvas, new: Canvas, move: Move, language: str) -> dict[str, Transform]:
    """The places of things that had to be drawn back: step by step for a while, then those that still meet all at once, so that it ends."""
    if len(things) > THINGS_MAX:
        return {thing.layer.id: thing.whole for thing in things}
    short_px = min(new.width_px, new.height_px)
    pairs = _apart(things, _whole_scale(old, new, move), short_px)
    inside = [thing.layer.id for thing in things if not thing.box.leaves(old, 0)]
    along, steps, turns = _along(things), defaultdict[str, int](int), 0

    def met() -> set[str]:
        boxes = {thing.layer.id: taken(thing.layer, thing.at(steps[along[thing.layer.id]]), new, language) for thing in things}
        close = {name for one, other, least in pairs for name in (one, other) if boxes[one].gap(boxes[other]) < least}
        return {along[name] for name in close.union(name for name in inside if boxes[name].leaves(new, BARELY * short_px))}

    while (names := met()) and turns < STEPS + len(things):
        turns += 1
        steps.update({name: steps[name] + 1 if turns <= STEPS else STEPS for name in names})
    return {thing.layer.id: thing.at(step) for thing in things if (step := steps[along[thing.layer.id]])}


def _apart(things: Sequence[_Thing], scale: float, short_px: int) -> list[tuple[str, str, float]]:
    """Pairs that stood apart, by their ids, each with the least gap in pixels that it is to have."""
    barely, clear = BARELY * short_px, CLEARANCE * short_px
    gaps = ((one, other, one.box.gap(other.box)) for one, other in combinations(things, 2))
    return [(one.layer.id, other.layer.id, min(clear, gap * scale) - barely) for one, other, gap in gaps if gap >= 0]


def _along(things: Iterable[_Thing]) -> dict[str, str]:
    """With whom each goes: words with what they stand on, all else by itself."""
    held = list(things)
    plates = [thing for thing in held if not isinstance(thing.layer.content, TextContent)]
    return {thing.layer.id: next((plate.layer.id for plate in plates if _carries(plate, thing)), thing.layer.id) for thing in held}


def _carries(plate: _Thing, thing: _Thing) -> bool:
    below = plate.layer.lane <= thing.layer.lane and isinstance(thing.layer.content, TextContent)
    return below and plate.box.holds_middle_of(thing.box)


def _whole_scale(old: Canvas, new: Canvas, move: Move) -> float:
    """How large a pixel of the old arrangement is where all of it fits in what is left to it."""
    across, down = OTHER_SIDE if move == "apart" else 1.0, UPPER - TOP if move == "stacked" else 1.0
    return min(new.width_px * across / old.width_px, new.height_px * down / old.height_px)


def _as_a_whole(layer: Layer, old: Canvas, new: Canvas, move: Move) -> Transform:
    """Its place in the arrangement as it was: everything nearer together, and nothing larger than that allows."""
    held, scale = layer.transform, _whole_scale(old, new, move)
    ratio = min(new.width_px, new.height_px) / min(old.width_px, old.height_px)
    words = isinstance(layer.content, TextContent)
    sides = ratio if words else scale
    y = round(TOP * PARTS + held.y * (UPPER - TOP)) if move == "stacked" else held.y
    return held.model_copy(
        update={
            "x": round(held.x * OTHER_SIDE) if move == "apart" else held.x,
            "y": y,
            "width": min(ceil(held.width * old.width_px * sides / new.width_px), EXTENT_MAX),
            "height": min(ceil(held.height * old.height_px * sides / new.height_px), EXTENT_MAX),
            "scale": round(held.scale * scale / ratio) if words else held.scale,
        }
    )
