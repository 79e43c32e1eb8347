"""Fades: pictures of a standing one that comes out of a colour or goes into it, told by a few numbers instead of being encoded.

Under an even veil of one colour every sample is w * sample + o with the same w and o: what H.264 calls explicit weights (ITU-T H.264,
8.4.2.3.2). A decoder that has the standing picture so has all of its fade.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from render.pixels.planes import Array, Planes

WEIGHT_BITS: Final = 7
"""Weights count to 1/128, as finely as there are."""
FADE_FRAMES_MAX: Final = 14
"""A decoder counts pictures with six bits, in halves, and must know which way: so far from a standing picture it does."""
_OFF_MAX: Final = 2
"""Code values by which a sample may be off: what rounding weights takes. What is encoded is further off."""
_HINT_OFF_MAX: Final = 4
"""The same between two pictures of one fade, of which both are rounded."""
_FACTOR_MAX: Final = 127
_PALER_FACTOR_MAX: Final = 125
"""What moves slowly is like the picture before it too, but no paler."""
_OFFSETS: Final = (-128, 127)
_COARSE: Final = 16
_BAND_ROWS: Final = 64

_Words = npt.NDArray[np.int16]


class Weight(NamedTuple):
    """A sample of the standing picture becomes (sample * factor + 64) / 128 + offset."""

    factor: int
    offset: int


class Faded(NamedTuple):
    """A picture that is a standing one faded: a weight for each plane."""

    y: Weight
    u: Weight
    v: Weight


def faded(whole: Planes, shown: Planes) -> Faded | None:
    """How `shown` comes of `whole`, both opaque and of one size; None where it does not, to two code values in every sample."""
    weights = []
    for one, other in ((whole.y, shown.y), (whole.u, shown.u), (whole.v, shown.v)):
        weight = _weight(one, other)
        if weight is None:
            return None
        weights.append(weight)
    return Faded(*weights)


def may_be_faded(whole: Planes, shown: Planes) -> bool:
    """Whether `shown` is paler than `whole` and few samples do not speak against a fade: soon told, also of two pictures of one fade."""
    few, few_shown = (plane[::_COARSE, ::_COARSE] for plane in (whole.y, shown.y))
    weight = _fitted(few, few_shown)
    return weight.factor <= _PALER_FACTOR_MAX and _is(weight, few, few_shown, _HINT_OFF_MAX)


def _weight(whole: Array, shown: Array) -> Weight | None:
    """Found from few samples, and held to all of them."""
    few, few_shown = (plane[::_COARSE, ::_COARSE] for plane in (whole, shown))
    weight = _fitted(few, few_shown)
    bands = ((whole[row : row + _BAND_ROWS], shown[row : row + _BAND_ROWS]) for row in range(0, whole.shape[0], _BAND_ROWS))
    return weight if _is(weight, few, few_shown) and all(_is(weight, *band) for band in bands) else None


def _fitted(whole: Array, shown: Array) -> Weight:
    """The straight line with the least squares."""
    spread = float(whole.var())
    slope = float(np.mean((whole - whole.mean()) * (shown - shown.mean()))) / spread if spread else 1.0
    factor = min(max(round(slope * (1 << WEIGHT_BITS)), 0), _FACTOR_MAX)
    offset = round(float(shown.mean() - whole.mean() * factor / (1 << WEIGHT_BITS)))
    return Weight(factor, min(max(offset, _OFFSETS[0]), _OFFSETS[1]))


def _is(weight: Weight, whole: Array, shown: Array, off_max: int = _OFF_MAX) -> bool:
    """Whether weighing `whole` gives `shown`."""
    off: _Words = whole.astype(np.int16)
    off *= weight.factor
    off += 1 << (WEIGHT_BITS - 1)
    off >>= WEIGHT_BITS
    off += weight.offset
    off.clip(0, 255, out=off)
    off -= shown
    return bool(off.max() <= off_max and off.min() >= -off_max)
