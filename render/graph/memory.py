"""Memory that nobody holds any more, given back to the machine: the C library keeps it, in pieces, for later."""

import ctypes
from functools import cache
from typing import Final

LARGE_BYTES: Final = 4 * 2**20
"""A block from this size on lies by itself, and goes when it is let go of.

The planes of a full HD picture are smaller: they come and go with every frame, and would cost a page fault for every page each time. What
an encoder holds for a picture is larger, and so are photographs before they are made smaller.
"""
_MMAP_THRESHOLD: Final = -3


@cache
def lay_large_apart() -> None:
    """Have every large block lie by itself from now on, in this process. Does nothing where the C library is not GNU's.

    Without it the library takes what was let go of once for a sign that blocks of that size come and go, and keeps them all.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(_MMAP_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Give every page that nobody uses back to the machine (some milliseconds)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
