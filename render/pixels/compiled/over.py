"""Loops of `render.pixels.over`: boxes of whole planes, premultiplied *over* in place."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Shares = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]

_OPAQUE = 255


@numba.njit(cache=True, nogil=True)
def over_luma(  # noqa: PLR0917 - numba calls by position
    below: Bytes, above: Bytes, alpha: Bytes, x: int, y: int, box: Box, opacity: int
) -> None:
    """Blend `above` (its top left at x, y of `below`) inside `box` = left, top, right, bottom of `below`."""
    left, top, right, bottom = box
    for row in range(top, bottom):
        target = below[row, left:right]
        source, cover = above[row - y, left - x : right - x], alpha[row - y, left - x : right - x]
        if opacity == _OPAQUE:
            for i in range(right - left):
                through = np.uint16(np.uint16(target[i]) * np.uint16(255 - cover[i]) + np.uint16(128))
                under = np.uint8(np.uint16(through + (through >> np.uint16(8))) >> np.uint16(8))
                target[i] = min(source[i], np.uint8(255 - under)) + under
        else:
            for i in range(right - left):
                kept = np.uint32(target[i]) * np.uint32(65025 - np.uint32(cover[i]) * np.uint32(opacity))
                total = kept + np.uint32(source[i]) * np.uint32(255 * opacity) + np.uint32(32512)
                target[i] = min(np.uint32(total) // np.uint32(65025), np.uint32(255))


@numba.njit(cache=True, nogil=True)
def over_chroma(  # noqa: PLR0917 - numba calls by position
    below: Bytes, above: Bytes, sums: Words, x: int, y: int, box: Box, opacity: int
) -> None:
    """The same for a chroma plane, in chroma samples; `sums` holds each sample's four alphas added up."""
    left, top, right, bottom = box
    for row in range(top, bottom):
        target = below[row, left:right]
        source, cover = above[row - y, left - x : right - x], sums[row - y, left - x : right - x]
        if opacity == _OPAQUE:
            for i in range(right - left):
                quarter = np.uint32(np.uint32(target[i]) * np.uint32(1020 - cover[i]) + np.uint32(510)) >> np.uint32(2)
                under = np.uint8(np.uint32(quarter + np.uint32(1) + (quarter >> np.uint32(8))) >> np.uint32(8))
                target[i] = min(source[i], np.uint8(255 - under)) + under
        else:
            for i in range(right - left):
                kept = np.uint32(target[i]) * np.uint32(260100 - np.uint32(cover[i]) * np.uint32(opacity))
                total = kept + np.uint32(source[i]) * np.uint32(1020 * opacity) + np.uint32(130050)
                target[i] = min(np.uint32(total) // np.uint32(260100), np.uint32(255))


@numba.njit(cache=True, nogil=True)
def alpha_sums(alpha: Bytes, sums: Words) -> None:
    """Add up the alpha of each 2x2 pixels."""
    height, width = sums.shape
    for row in range(height):
        upper, lower = alpha[2 * row], alpha[2 * row + 1]
        for i in range(width):
            sums[row, i] = np.uint16(upper[2 * i]) + np.uint16(upper[2 * i + 1]) + np.uint16(lower[2 * i]) + np.uint16(lower[2 * i + 1])


@numba.njit(cache=True, nogil=True)
def chroma_shares(plane: Bytes, sums: Words, move_x: int, move_y: int, shares: Shares) -> None:
    """What one step of alpha carries of each chroma sample's premultiplied value; written moved by (move_x, move_y)."""
    height, width = plane.shape
    for row in range(height):
        for i in range(width):
            total = np.float32(sums[row, i])
            shares[row + move_y, i + move_x] = np.float32(plane[row, i]) / total if total > 0 else np.float32(0)


@numba.njit(cache=True, nogil=True)
def chroma_moved(shares: Shares, alpha: Bytes, move_x: int, move_y: int, out: Bytes) -> None:
    """Premultiplied chroma on another grid: each sample adds up what its four pixels of moved `alpha` carry."""
    height, width = out.shape
    for row in range(height):
        upper, lower = alpha[2 * row], alpha[2 * row + 1]
        high, low = shares[row], shares[row + move_y]
        for i in range(width):
            total = high[i] * np.float32(upper[2 * i]) + high[i + move_x] * np.float32(upper[2 * i + 1])
            total += low[i] * np.float32(lower[2 * i]) + low[i + move_x] * np.float32(lower[2 * i + 1])
            out[row, i] = np.uint8(min(total + np.float32(0.5), np.float32(255)))
