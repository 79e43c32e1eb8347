"""The whole figure moved about its lower edge: leaning aside, bowing, coming nearer. An affine map, so nothing tears."""

from typing import Final

from render.avatar.carried import carried
from render.avatar.score import PLACE, Curve
from render.pixels.affine import Matrix
from render.pixels.planes import Planes

_LEAN: Final = 0.055
"""Sideways, in parts of the height above the lower edge."""
_BOW_HEIGHT: Final = 0.055
"""How much lower a bow makes the figure, of its height."""
_NEARER: Final = 0.045


def posed(planes: Planes, controls: Curve) -> Planes:
    """The drawn figure as `controls` move it; the same planes where they do not."""
    lean, bow, nearer = (float(controls[PLACE[name]]) for name in ("lean", "bow", "nearer"))
    if lean == bow == nearer == 0:
        return planes
    return carried(planes, planes.width_px, planes.height_px, _back(lean, bow, nearer, planes))


def _back(lean: float, bow: float, nearer: float, planes: Planes) -> Matrix:
    """From a pixel of the moved figure to the drawn one: x about the middle, y about the lower edge, which stays."""
    across = 1 + _NEARER * nearer + 0.4 * _BOW_HEIGHT * bow
    upwards = 1 + _NEARER * nearer - _BOW_HEIGHT * bow
    middle, bottom = planes.width_px / 2, float(planes.height_px)
    slope = _LEAN * lean
    return 1 / across, slope, middle - middle / across - slope * bottom, 0.0, 1 / upwards, bottom - bottom / upwards
