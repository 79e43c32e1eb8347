"""The compiled inner loop of a frame: pixels fetched through pose and face field in one pass (`drawing.base_reference` in torch)."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def warm() -> None:
    """Compile the loop, or load it from the cache (in `NUMBA_CACHE_DIR` where it is set), so that no frame waits for it."""
    plane, half = np.zeros((4, 4), np.uint8), np.zeros((2, 2), np.uint8)
    place = np.array([0, 0, 4, 8], np.float32)
    pose, face = np.zeros((2, 2, 2), np.float32), np.zeros((3, 3, 2), np.float32)
    warp(np.zeros((4, 4, 4), np.uint8), pose, face, place, np.array([[0, 4], [0, 4]], np.int32), plane, half, half.copy(), plane.copy())


@njit(cache=True, nogil=True, fastmath=True)
def warp(  # noqa: PLR0917 - compiled code takes its arrays in order
    picture: Bytes,
    pose: Floats,
    face: Floats,
    place: Floats,
    spans: NDArray[np.int32],
    y: Bytes,
    u: Bytes,
    v: Bytes,
    a: Bytes,
) -> None:
    """Write planes from `picture` (H, W, 4) code values, in pairs of rows, within `spans` (H / 2, 2).

    `pose` (rows, columns, 2) and `face` (n, n, 2) are displacements in pixels; `place` is left, top and side of the face's square and
    the pose grid's step.
    """
    half, quarter = np.float32(0.5), np.float32(0.25)
    lines = np.empty((2, pose.shape[1], 2), np.float32)
    taken = np.empty(4, np.float32)
    for pair in range(spans.shape[0]):
        if spans[pair, 1] > spans[pair, 0]:
            for line in range(2):
                _pose_line(pose, (np.float32(2 * pair + line) + half) / place[3] - half, lines[line])
        for left in range(spans[pair, 0], spans[pair, 1], 2):
            sum_u = np.float32(0.0)
            sum_v = np.float32(0.0)
            for corner in range(4):
                row, column = 2 * pair + corner // 2, left + corner % 2
                sx, sy = np.float32(column) + half, np.float32(row) + half
                dx, dy = _on_line(lines[corner // 2], sx / place[3] - half)
                sx, sy = _faced(face, place, sx + dx, sy + dy)
                _fetch(picture, sx - half, sy - half, taken)
                y[row, column] = np.uint8(taken[0] + half)
                a[row, column] = np.uint8(taken[3] + half)
                sum_u += taken[1]
                sum_v += taken[2]
            u[pair, left // 2] = np.uint8(sum_u * quarter + half)
            v[pair, left // 2] = np.uint8(sum_v * quarter + half)


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
def _on_line(line: Floats, column: np.float32) -> tuple[np.float32, np.float32]:
    """A row's displacement between two of the grid's columns; the border columns hold."""
    column = min(max(column, np.float32(0.0)), np.float32(line.shape[0] - 1))
    before = min(int(column), max(0, line.shape[0] - 2))
    after = min(before + 1, line.shape[0] - 1)
    part = column - np.float32(before)
    return line[before, 0] + (line[after, 0] - line[before, 0]) * part, line[before, 1] + (line[after, 1] - line[before, 1]) * part


@njit(nogil=True, fastmath=True, inline="always")
def _faced(face: Floats, place: Floats, x: np.float32, y: np.float32) -> tuple[np.float32, np.float32]:
    """(x, y) plus the face field's displacement there; nothing outside its square, where it has faded to zero."""
    density = np.float32(face.shape[0]) / place[2]
    column, row = (x - place[0]) * density - np.float32(0.5), (y - place[1]) * density - np.float32(0.5)
    last = np.float32(face.shape[0] - 1)
    if not (np.float32(0.0) <= column < last and np.float32(0.0) <= row < last):
        return x, y
    i, j = int(row), int(column)
    down, right = row - np.float32(i), column - np.float32(j)
    top_x = face[i, j, 0] + (face[i, j + 1, 0] - face[i, j, 0]) * right
    top_y = face[i, j, 1] + (face[i, j + 1, 1] - face[i, j, 1]) * right
    low_x = face[i + 1, j, 0] + (face[i + 1, j + 1, 0] - face[i + 1, j, 0]) * right
    low_y = face[i + 1, j, 1] + (face[i + 1, j + 1, 1] - face[i + 1, j, 1]) * right
    return x + top_x + (low_x - top_x) * down, y + top_y + (low_y - top_y) * down


@njit(nogil=True, fastmath=True, inline="always")
def _fetch(picture: Bytes, x: np.float32, y: np.float32, taken: Floats) -> None:
    """Four channels at (x, y), bilinear, the border held."""
    x = min(max(x, np.float32(0.0)), np.float32(picture.shape[1] - 1))
    y = min(max(y, np.float32(0.0)), np.float32(picture.shape[0] - 1))
    i, j = min(int(y), picture.shape[0] - 2), min(int(x), picture.shape[1] - 2)
    down, right = y - np.float32(i), x - np.float32(j)
    both = right * down
    first = np.float32(1.0) - right - down + both
    for channel in range(4):
        taken[channel] = (
            picture[i, j, channel] * first
            + picture[i, j + 1, channel] * (right - both)
            + picture[i + 1, j, channel] * (down - both)
            + picture[i + 1, j + 1, channel] * both
        )
