"""One scene giving way to the next: twelve ways, each a pure function of two pictures and how far it is."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from render.pixels.blur import blur
from render.pixels.crossfade import crossfade
from render.pixels.fill import solid_like
from render.pixels.over import over
from render.pixels.planes import Planes
from render.pixels.scale import Window, scale
from render.pixels.veil import veil
from render.timeline.document import Transition

FULL: Final = 256
CLOSER: Final = 1.6
"""How far `zoom` goes into the old picture; it comes out of the new one from half as far."""
BLUR_SHARE: Final = 0.03
"""The widest blur, as a share of the shorter side."""
FLAT: Final = 4
"""The narrowest that a turning picture gets, in pixels."""


def transition(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    """The picture when `share` (0..1) of the way from `first` to `second` is gone; both opaque, of one even size; fresh memory.

    Movements start and end gently; fades run evenly.
    """
    return WAYS[way.kind](first, second, way, share if way.kind in EVEN else share * share * (3 - 2 * share))


def _crossfaded(first: Planes, second: Planes, _way: Transition, share: float) -> Planes:
    return crossfade(first, second, FULL * share)


def _through_colour(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    ground = solid_like(first, way.colour)
    if share < 1 / 2:
        return crossfade(first, ground, FULL * 2 * share)
    return crossfade(ground, second, FULL * (2 * share - 1))


def _slid(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    """Pictures go `way.direction`: both, the new one over the old, or the old one off the new."""
    across = way.direction in {"left", "right"}
    length = first.width_px if across else first.height_px
    gone = round(length * share / 2) * 2
    sign = -1 if way.direction in {"left", "up"} else 1
    below, above, place = (second, first, sign * gone) if way.kind == "reveal" else (first, second, sign * (gone - length))
    out = below.clone()
    if way.kind == "push":
        _laid(out, first, sign * gone, across=across)
    _laid(out, above, place, across=across)
    return out


def _laid(out: Planes, picture: Planes, place: int, *, across: bool) -> None:
    over(out, picture, place if across else 0, 0 if across else place)


def _zoomed(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    into = _closer(first, way, CLOSER**share)
    out_of = _closer(second, way, CLOSER ** ((1 - share) / 2))
    return crossfade(into, out_of, FULL * share)


def _closer(picture: Planes, way: Transition, ratio: float) -> Planes:
    width, height = picture.width_px / ratio, picture.height_px / ratio
    left, top = (picture.width_px - width) * way.x / 10_000, (picture.height_px - height) * way.y / 10_000
    window: Window = (left, top, left + width, top + height)
    return scale(picture, picture.width_px, picture.height_px, window)


def _blurred(first: Planes, second: Planes, _way: Transition, share: float) -> Planes:
    widest = min(first.width_px, first.height_px) * BLUR_SHARE
    sigma = widest * math.sin(math.pi * share) ** 2
    seen = min(max((share - 0.25) * 2, 0.0), 1.0)
    if seen in {0.0, 1.0}:
        return blur(second if seen else first, sigma)
    return crossfade(blur(first, sigma), blur(second, sigma), FULL * seen)


def _flipped(first: Planes, second: Planes, way: Transition, share: float) -> Planes:
    """A card turned about its upright axis (left, right) or its level one: one side, edge on, the other."""
    out = solid_like(first, way.colour)
    face = first if share < 1 / 2 else second
    open_share = abs(math.cos(math.pi * share))
    width, height = first.width_px, first.height_px
    if way.direction in {"left", "right"}:
        width = max(FLAT, round(width * open_share / 2) * 2)
    else:
        height = max(FLAT, round(height * open_share / 2) * 2)
    card = scale(face, width, height)
    shade = crossfade(card, solid_like(card, "#000000"), FULL * 0.5 * (1 - open_share))
    over(out, shade, (first.width_px - width) // 4 * 2, (first.height_px - height) // 4 * 2)
    return out


WAYS: Final[Mapping[str, Callable[[Planes, Planes, Transition, float], Planes]]] = {
    "crossfade": _crossfaded,
    "fade": _through_colour,
    "wipe": veil,
    "push": _slid,
    "cover": _slid,
    "reveal": _slid,
    "zoom": _zoomed,
    "circle": veil,
    "blur": _blurred,
    "dissolve": veil,
    "clock": veil,
    "flip": _flipped,
}
EVEN: Final = frozenset({"crossfade", "fade", "blur", "dissolve"})
