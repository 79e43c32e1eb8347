"""The device that pictures are drawn on. Torch is loaded where one is asked for, and only there: it takes a fifth of a gigabyte."""

import ctypes
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

from render.errors import SetupIncomplete
from render.pixels.planes import Array, Planes

HOST: Final = "cpu"
"""The machine's own memory."""

Given = ParamSpec("Given")
Made = TypeVar("Made")

_DRIVER: Final = "libcuda.so.1"
_OURS, _REFERENCE = "render.pixels.", "render.pixels.reference."


def chosen(wish: str) -> str:
    """The torch device for one of `DEVICES`. Raises SetupIncomplete(`device-missing`) for `cuda` where there is none to be had.

    Looking for a graphics card wakes CUDA, which does not survive a fork: ask in the process that draws.
    """
    if wish == HOST:
        return HOST
    if _driver_is_there() and import_module("torch").cuda.is_available():
        return "cuda"
    if wish == "cuda":
        raise SetupIncomplete("device-missing", device=wish)
    return HOST


def also_on_devices(drawn: Callable[Given, Made]) -> Callable[Given, Made]:
    """`drawn` for arrays, and for tensors the function of the same name in `render.pixels.reference`, told apart by the first argument."""

    @wraps(drawn)
    def wherever(*given: Given.args, **named: Given.kwargs) -> Made:
        return (drawn if on_host(given[0]) else _reference(drawn))(*given, **named)

    return wherever


def on_host(thing: Any) -> bool:
    """Whether planes or an array lie in the machine's memory."""
    return isinstance(thing.y if isinstance(thing, Planes) else thing, np.ndarray)


def moved(planes: Planes, device: str) -> Planes:
    """The same planes on `device`."""
    if device == HOST and on_host(planes):
        return planes
    move = _fetched if device == HOST else import_module("render.pixels.reference.sent").sent
    y, u, v = (move(plane, device) for plane in (planes.y, planes.u, planes.v))
    return Planes(y, u, v, None if planes.a is None else move(planes.a, device))


def filled_like(plane: Array, value: int) -> Array:
    """A plane of one value, as large as `plane` and where it lies."""
    return np.full_like(plane, value) if on_host(plane) else import_module("torch").full_like(plane, value)


def joined(planes: Sequence[Array]) -> Array:
    """Planes of one width and one place, one under the other."""
    return np.concatenate(planes) if on_host(planes[0]) else import_module("torch").cat(planes)


def _reference(drawn: Callable[Given, Made]) -> Callable[Given, Made]:
    found: Callable[Given, Made] = getattr(import_module(drawn.__module__.replace(_OURS, _REFERENCE)), drawn.__name__)
    return found


def _fetched(plane: Any, _device: str) -> Array:
    fetched: Array = plane.cpu().numpy()
    return fetched


def _driver_is_there() -> bool:
    """Whether there could be a graphics card, which torch alone can tell."""
    try:
        ctypes.CDLL(_DRIVER)
    except OSError:
        return False
    return True
