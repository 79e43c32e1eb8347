"""The loops of `render.pixels.scale` near a picture's own size, where neighbouring columns come from neighbouring columns.

Each block of output columns then is a short sum of unaligned runs of the source row, each run times weights of its own per column: whole
vectors, with no gather and no turning. Rows are summed up before in the same way, each times one weight.
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from numba.core import cgutils, types
from numba.extending import intrinsic

from render.pixels.compiled import vectors
from render.pixels.compiled.vectors import BYTES, LANES, WORDS

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int32]


@numba.njit(cache=True, nogil=True)
def band_width(first: Places, taps: int) -> int:
    """How many runs the widest block sums up, when output column c takes `taps` source columns from `first[c]` on."""
    widest = 0
    for start in range(0, first.size, LANES):
        low = high = first[start] - start
        for column in range(start, min(start + LANES, first.size)):
            low, high = min(low, first[column] - column), max(high, first[column] - column)
        widest = max(widest, high - low)
    return widest + taps


@numba.njit(cache=True, nogil=True)
def banded(first: Places, weights: Words, starts: Places, band: Words) -> None:
    """Where each block's first run begins, `starts` (m,), may be before the row; `band` (m, runs, LANES): each run's weights."""
    band[:] = 0
    for block in range(starts.size):
        columns = range(block * LANES, min(block * LANES + LANES, first.size))
        low = first[block * LANES]
        for column in columns:
            low = min(low, first[column] - (column - block * LANES))
        starts[block] = low
        for column in columns:
            lane = column - block * LANES
            for tap in range(weights.shape[1]):
                band[block, first[column] + tap - lane - low, lane] = weights[column, tap]


@numba.njit(cache=True, nogil=True)
def scaled_by_bands(  # noqa: PLR0917 - numba calls by position
    plane: Bytes, row_first: Places, row_weights: Words, starts: Places, band: Words, out: Bytes
) -> None:
    """Resample `plane`, at least LANES wide, into `out`: for each row some source rows are blended into one, and that into blocks."""
    height, width = out.shape
    source_width, taps, runs = plane.shape[1], row_weights.shape[1], band.shape[1]
    margin = runs + LANES
    row = np.zeros(source_width + 2 * margin, np.uint8)
    rest = np.empty(LANES, np.uint8)
    samples, pixels = plane.ravel(), out.ravel()
    for line in range(height):
        for start in range(0, source_width, LANES):
            left = min(start, source_width - LANES)
            _sum_of_rows(samples, row_first[line] * source_width + left, source_width, row_weights, line, taps, row, margin + left)
        for block in range(width // LANES):
            _sum_of_runs(row, starts[block] + margin, band, block * runs, runs, pixels, line * width + block * LANES)
        if width % LANES:
            block = width // LANES
            _sum_of_runs(row, starts[block] + margin, band, block * runs, runs, rest, 0)
            out[line, block * LANES :] = rest[: width % LANES]


def _typed_sum_of_runs(_typing: Any, row: Any, _at: Any, band: Any, _band_row: Any, _runs: Any, out: Any, _out_at: Any) -> Any:
    """`out[out_at + i]` = the sum over k of `row[at + i + k] * band[band_row + k, i]`, over 256, for all lanes i at once.

    `band` counts as two-dimensional, LANES wide. Numba asks with types, and is told them and how to write the call.
    """
    return types.void(row, types.int64, band, types.int64, types.int64, out, types.int64), _sum_of_runs_in_llvm


def _sum_of_runs_in_llvm(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    row, band, out = (vectors.data(context, builder, signature, arguments, index) for index in (0, 2, 5))
    _, at, _, band_row, runs, _, out_at = arguments

    def weighed(run: Any) -> Any:
        samples = vectors.load(builder, row, builder.add(at, run), BYTES)
        weights = vectors.load(builder, band, builder.mul(builder.add(band_row, run), band_row.type(LANES)), WORDS)
        return builder.mul(builder.zext(samples, WORDS), weights)

    vectors.store(builder, _mean(builder, runs, weighed), out, out_at)
    return context.get_dummy_value()


def _typed_sum_of_rows(_typing: Any, rows: Any, _at: Any, _pitch: Any, weights: Any, _line: Any, _taps: Any, out: Any, _out_at: Any) -> Any:
    """`out[out_at + i]` = the sum over k of `rows[at + i + k * pitch] * weights[line, k]`, over 256, for all lanes i at once."""
    return types.void(rows, types.int64, types.int64, weights, types.int64, types.int64, out, types.int64), _sum_of_rows_in_llvm


def _sum_of_rows_in_llvm(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    rows, weights, out = (vectors.data(context, builder, signature, arguments, index) for index in (0, 3, 6))
    _, at, pitch, _, line, taps, _, out_at = arguments
    first = builder.mul(line, taps)

    def weighed(row: Any) -> Any:
        samples = vectors.load(builder, rows, builder.add(at, builder.mul(row, pitch)), BYTES)
        weight = builder.load(builder.gep(weights, [builder.add(first, row)]))
        return builder.mul(builder.zext(samples, WORDS), vectors.splat(builder, weight, WORDS))

    vectors.store(builder, _mean(builder, taps, weighed), out, out_at)
    return context.get_dummy_value()


def _mean(builder: Any, count: Any, weighed: Any) -> Any:
    """The sum of `weighed(k)` for all k below `count`, over 256, rounded."""
    total = cgutils.alloca_once_value(builder, vectors.constant(128))  # type: ignore[no-untyped-call]
    with cgutils.for_range(builder, count) as loop:
        builder.store(builder.add(builder.load(total), weighed(loop.index)), total)
    return builder.trunc(builder.lshr(builder.load(total), vectors.constant(8)), BYTES)


_sum_of_runs: Any = intrinsic(_typed_sum_of_runs)
_sum_of_rows: Any = intrinsic(_typed_sum_of_rows)
