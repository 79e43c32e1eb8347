"""The loops of `render.pixels.scale` near a picture's own size, where neighbouring columns come from neighbouring columns.

Each block of output columns then is a short sum of unaligned runs of the source row, each run times weights of its own per column: whole
vectors, with no gather and no turning. Vectors are spelt out in LLVM's terms, which every processor has; numba would not find them.
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int32]

LANES = 32
"""Columns of a block."""

_TWO = 2


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
    """Resample `plane` into `out`: for each row two or three source rows are blended into one, and that into blocks."""
    height, width = out.shape
    runs, margin = band.shape[1], band.shape[1] + LANES
    row = np.zeros(plane.shape[1] + 2 * margin, np.uint8)
    rest = np.empty(LANES, np.uint8)
    pixels = out.ravel()
    for line in range(height):
        _rows_blended(plane, row_first[line], row_weights[line], row[margin : margin + plane.shape[1]])
        for block in range(width // LANES):
            _sum_of_runs(row, starts[block] + margin, band, block * runs, runs, pixels, line * width + block * LANES)
        if width % LANES:
            block = width // LANES
            _sum_of_runs(row, starts[block] + margin, band, block * runs, runs, rest, 0)
            out[line, block * LANES :] = rest[: width % LANES]


@numba.njit(cache=True, nogil=True)
def _rows_blended(plane: Bytes, low: int, weights: Words, row: Bytes) -> None:
    one, two, half = weights[0], weights[1], np.uint16(128)
    upper, middle = plane[low], plane[low + 1]
    if weights.size == _TWO:
        for i in range(row.size):
            row[i] = np.uint8((np.uint16(upper[i]) * one + np.uint16(middle[i]) * two + half) >> np.uint16(8))
    else:
        three, lower = weights[2], plane[low + 2]
        for i in range(row.size):
            total = np.uint16(upper[i]) * one + np.uint16(middle[i]) * two + np.uint16(lower[i]) * three
            row[i] = np.uint8((total + half) >> np.uint16(8))


def _typed_sum_of_runs(_typing: Any, row: Any, _at: Any, band: Any, _band_row: Any, _runs: Any, out: Any, _out_at: Any) -> Any:
    """`out[out_at + i]` = the sum over k of `row[at + i + k] * band[band_row + k, i]`, over 256, for all lanes i at once.

    `band` counts as two-dimensional, LANES wide. Numba asks with types, and is told them and how to write the call.
    """
    signature = types.void(row, types.int64, band, types.int64, types.int64, out, types.int64)
    return signature, _sum_of_runs_in_llvm


def _sum_of_runs_in_llvm(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    narrow, wide = ir.VectorType(ir.IntType(8), LANES), ir.VectorType(ir.IntType(16), LANES)
    row, band, out = (context.make_array(signature.args[i])(context, builder, arguments[i]).data for i in (0, 2, 5))
    _, at, _, band_row, runs, _, out_at = arguments

    def vector(data: Any, place: Any, kind: ir.VectorType) -> Any:
        return builder.bitcast(builder.gep(data, [place]), kind.as_pointer())

    total = cgutils.alloca_once_value(builder, ir.Constant(wide, [128] * LANES))  # type: ignore[no-untyped-call]
    with cgutils.for_range(builder, runs) as loop:
        weights_at = builder.mul(builder.add(band_row, loop.index), ir.IntType(64)(LANES))
        samples = builder.load(vector(row, builder.add(at, loop.index), narrow), align=1)
        weights = builder.load(vector(band, weights_at, wide), align=2)
        weighed = builder.mul(builder.zext(samples, wide), weights)
        builder.store(builder.add(builder.load(total), weighed), total)
    mean = builder.lshr(builder.load(total), ir.Constant(wide, [8] * LANES))
    builder.store(builder.trunc(mean, narrow), vector(out, out_at, narrow), align=1)
    return context.get_dummy_value()


_sum_of_runs: Any = intrinsic(_typed_sum_of_runs)
