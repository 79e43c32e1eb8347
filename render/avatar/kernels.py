"""The compiled inner loop of a frame: pixels fetched through pose and face field in one pass (`drawing.base_reference` in torch)."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Words = NDArray[np.uint32]

_LANES, _BYTE = np.uint64(0x00FF00FF), np.uint64(8)
_FINE, _HALF = np.float32(256.0), np.float32(0.5)


def warm() -> None:
    """Compile the loop, or load it from the cache (in `NUMBA_CACHE_DIR` where it is set), so that no frame waits for it."""
    plane, half = np.zeros((4, 4), np.uint8), np.zeros((2, 2), np.uint8)
    place = np.array([0, 0, 0.75, 0.125], np.float32)
    pose, face = np.zeros((2, 2, 2), np.float32), np.zeros((3, 3, 2), np.float32)
    warp(np.zeros((4, 4), np.uint32), pose, face, place, np.array([[0, 4], [0, 4]], np.int32), plane, half, half.copy(), plane.copy())


@njit(cache=True, nogil=True, fastmath=True)
def warp(  # noqa: PLR0917 - compiled code takes its arrays in order
    picture: Words,
    pose: Floats,
    face: Floats,
    place: Floats,
    spans: NDArray[np.int32],
    y: Bytes,
    u: Bytes,
    v: Bytes,
    a: Bytes,
) -> None:
    """Write planes from `picture` (H, W), Y, U, V and alpha in one little-endian word, in pairs of rows, within `spans` (H / 2, 2).

    `pose` (rows, columns, 2) and `face` (n, n, 2) are displacements in pixels; `place` is left and top of the face's square,
    its samples per pixel and the pose grid's steps per pixel.
    """
    half, per_step = np.float32(0.5), place[3]
    lines = np.empty((2, pose.shape[1], 2), np.float32)
    for pair in range(spans.shape[0]):
        if spans[pair, 1] > spans[pair, 0]:
            for line in range(2):
                _pose_line(pose, (np.float32(2 * pair + line) + half) * per_step - half, lines[line])
        for left in range(spans[pair, 0], spans[pair, 1], 2):
            chroma = np.uint64(0)
            for line in range(2):
                for column in range(left, left + 2):
                    row = 2 * pair + line
                    sx, sy = np.float32(column) + half, np.float32(row) + half
                    dx, dy = _on_line(lines, line, sx * per_step - half)
                    sx, sy = _faced(face, place, sx + dx, sy + dy)
                    yv, ua = _fetched(picture, sx - half, sy - half)
                    y[row, column] = (yv + np.uint64(128) >> np.uint64(8)) & np.uint64(255)
                    a[row, column] = (ua + np.uint64(0x800000) >> np.uint64(24)) & np.uint64(255)
                    chroma += (yv >> np.uint64(16) << np.uint64(32)) + (ua & np.uint64(0xFFFF))
            u[pair, left // 2] = ((chroma & np.uint64(0xFFFFFFFF)) + np.uint64(512)) >> np.uint64(10)
            v[pair, left // 2] = ((chroma >> np.uint64(32)) + np.uint64(512)) >> np.uint64(10)


@njit(nogil=True, fastmath=True)
def _pose_line(pose: Floats, row: np.float32, line: Floats) -> None:
    """One output row's displacements at the grid's columns; the border rows hold."""
    row = min(max(row, np.float32(0.0)), np.float32(pose.shape[0] - 1))
    above = min(int(row), max(0, pose.shape[0] - 2))
    below = min(above + 1, pose.shape[0] - 1)
    part = row - np.float32(above)
    for column in range(pose.shape[1]):
        for axis in range(2):
            line[column, axis] = pose[above, column, axis] + (pose[below, column, axis] - pose[above, column, axis]) * part


@njit(nogil=True, fastmath=True, inline="always")
def _on_line(lines: Floats, line: int, column: np.float32) -> tuple[np.float32, np.float32]:
    """A row's displacement between two of the grid's columns; the border columns hold."""
    last = lines.shape[1] - 1
    column = min(max(column, np.float32(0.0)), np.float32(last))
    before = min(int(column), max(0, last - 1))
    after = min(before + 1, last)
    part = column - np.float32(before)
    x, y = lines[line, before, 0], lines[line, before, 1]
    return x + (lines[line, after, 0] - x) * part, y + (lines[line, after, 1] - y) * part


@njit(nogil=True, fastmath=True, inline="always")
def _faced(face: Floats, place: Floats, x: np.float32, y: np.float32) -> tuple[np.float32, np.float32]:
    """(x, y) plus the face field's displacement there; nothing outside its square, where it has faded to zero."""
    column = (x - place[0]) * place[2] - _HALF
    row = (y - place[1]) * place[2] - _HALF
    last = np.float32(face.shape[0] - 1)
    if column < 0 or row < 0 or column >= last or row >= last:
        return x, y
    i, j = int(row), int(column)
    down, right = row - np.float32(i), column - np.float32(j)
    top_x = face[i, j, 0] + (face[i, j + 1, 0] - face[i, j, 0]) * right
    top_y = face[i, j, 1] + (face[i, j + 1, 1] - face[i, j, 1]) * right
    low_x = face[i + 1, j, 0] + (face[i + 1, j + 1, 0] - face[i + 1, j, 0]) * right
    low_y = face[i + 1, j, 1] + (face[i + 1, j + 1, 1] - face[i + 1, j, 1]) * right
    return x + top_x + (low_x - top_x) * down, y + top_y + (low_y - top_y) * down


@njit(nogil=True, fastmath=True, inline="always")
def _fetched(picture: Words, x: np.float32, y: np.float32) -> tuple[np.uint64, np.uint64]:
    """Y and V, then U and alpha, at (x, y), bilinear in steps of 1/256, the border held: two 16-bit lanes each, values times 256."""
    x = min(max(x, np.float32(0.0)), np.float32(picture.shape[1] - 1))
    y = min(max(y, np.float32(0.0)), np.float32(picture.shape[0] - 1))
    i, j = min(int(y), picture.shape[0] - 2), min(int(x), picture.shape[1] - 2)
    down, right = int((y - np.float32(i)) * _FINE + _HALF), int((x - np.float32(j)) * _FINE + _HALF)
    both = right * down >> 8
    shares = (np.uint64(256 - right - down + both), np.uint64(right - both), np.uint64(down - both), np.uint64(both))
    first, second = np.uint64(picture[i, j]), np.uint64(picture[i, j + 1])
    third, fourth = np.uint64(picture[i + 1, j]), np.uint64(picture[i + 1, j + 1])
    even = (first & _LANES) * shares[0] + (second & _LANES) * shares[1] + (third & _LANES) * shares[2] + (fourth & _LANES) * shares[3]
    first, second, third, fourth = first >> _BYTE, second >> _BYTE, third >> _BYTE, fourth >> _BYTE
    odd = (first & _LANES) * shares[0] + (second & _LANES) * shares[1] + (third & _LANES) * shares[2] + (fourth & _LANES) * shares[3]
    return even, odd
