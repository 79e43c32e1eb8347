"""Loops of `render.pixels.over`: boxes of whole planes, premultiplied *over* in place."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]


@numba.njit(cache=True, nogil=True)
def over_luma(below: Bytes, above: Bytes, alpha: Bytes, x: int, y: int, box: tuple[int, int, int, int], opacity: int) -> None:
    """Blend `above` (its top left at x, y of `below`) inside `box` = left, top, right, bottom of `below`."""
    left, top, right, bottom = box
    for row in range(top, bottom):
        target = below[row, left:right]
        source, cover = above[row - y, left - x : right - x], alpha[row - y, left - x : right - x]
        if opacity == 255:
            for i in range(right - left):
                kept = np.uint32(target[i]) * np.uint32(255 - cover[i]) + np.uint32(128)
                target[i] = min(np.uint32(source[i]) + ((kept + (kept >> 8)) >> 8), np.uint32(255))
        else:
            for i in range(right - left):
                kept = np.uint32(target[i]) * np.uint32(65025 - np.uint32(cover[i]) * np.uint32(opacity))
                total = kept + np.uint32(source[i]) * np.uint32(255 * opacity) + np.uint32(32512)
                target[i] = min(np.uint32(total) // np.uint32(65025), np.uint32(255))


@numba.njit(cache=True, nogil=True)
def over_chroma(below: Bytes, above: Bytes, sums: Words, x: int, y: int, box: tuple[int, int, int, int], opacity: int) -> None:
    """The same for a chroma plane, in chroma samples; `sums` holds each sample's four alphas added up."""
    left, top, right, bottom = box
    for row in range(top, bottom):
        target = below[row, left:right]
        source, cover = above[row - y, left - x : right - x], sums[row - y, left - x : right - x]
        if opacity == 255:
            for i in range(right - left):
                kept = np.uint32(target[i]) * np.uint32(1020 - cover[i]) + np.uint32(510)
                target[i] = min(np.uint32(source[i]) + np.uint32(kept) // np.uint32(1020), np.uint32(255))
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
def alpha_sums_moved(alpha: Bytes, move_x: int, move_y: int, sums: Words) -> None:
    """The same after a move right and down by 0 or 1 pixels, nothing but transparency around."""
    sums[:] = 0
    height, width = alpha.shape
    for row in range(height):
        target = sums[(row + move_y) // 2]
        for i in range(width):
            target[(i + move_x) // 2] += np.uint16(alpha[row, i])


@numba.njit(cache=True, nogil=True)
def chroma_moved(plane: Bytes, alpha: Bytes, sums: Words, move_x: int, move_y: int, out: Bytes) -> None:
    """A premultiplied chroma plane on the grid of a picture moved by 0 or 1 pixels: each pixel takes its share of its block by its alpha."""
    total = np.zeros(out.shape, np.float32)
    height, width = plane.shape
    for row in range(height):
        for i in range(width):
            if sums[row, i] == 0:
                continue
            share = np.float32(plane[row, i]) / np.float32(sums[row, i])
            for down in range(2):
                target = total[(2 * row + down + move_y) // 2]
                for right in range(2):
                    target[(2 * i + right + move_x) // 2] += share * np.float32(alpha[2 * row + down, 2 * i + right])
    for row in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[row, i] = np.uint8(min(total[row, i] + np.float32(0.5), np.float32(255)))
