"""The loop of `render.pixels.jpeg`: 16-bit vectors, values with 6 binary places, weights with 14."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic

from render.pixels import colour
from render.pixels.compiled import vectors
from render.pixels.compiled.vectors import BYTES, LANES, LONGS, WORDS

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.int16]

_PLACES = 6
_HALF = 1 << _PLACES - 1


def _weight(share: float) -> int:
    """What a code value times 256 is multiplied by, for the upper half of the product to have `_PLACES` binary places."""
    return round(share * (1 << _PLACES + 8))


_RANGE, _BLACK = _weight(colour.RGB_FROM_Y), round(-16 * colour.RGB_FROM_Y * (1 << _PLACES)) + _HALF
_TINT = _weight(colour.JPEG_Y_FROM_U), _weight(colour.JPEG_Y_FROM_V)
_BLUE = _weight(colour.JPEG_U_FROM_U), _weight(colour.JPEG_U_FROM_V)
_RED = _weight(colour.JPEG_V_FROM_U), _weight(colour.JPEG_V_FROM_V)
_GREY = (128 << _PLACES) + _HALF


@numba.njit(cache=True, nogil=True)
def full_range(  # noqa: PLR0917 - numba calls by position
    y: Bytes, u: Bytes, v: Bytes, full_y: Bytes, full_u: Bytes, full_v: Bytes
) -> None:
    """Limited-range BT.709 to full-range BT.601. Planes have at least LANES columns of chroma; a row's last blocks may overlap."""
    height, width = u.shape
    tint = np.empty(2 * width, np.int16)
    luma, blue, red = y.ravel(), u.ravel(), v.ravel()
    out_luma, out_blue, out_red = full_y.ravel(), full_u.ravel(), full_v.ravel()
    for row in range(height):
        for start in range(0, width, LANES):
            left = min(start, width - LANES)
            _chroma(blue, red, row * width + left, out_blue, out_red, tint, 2 * left)
        for line in range(2 * row, 2 * row + 2):
            for start in range(0, 2 * width, LANES):
                left = min(start, 2 * width - LANES)
                _luma(luma, tint, left, out_luma, 2 * width * line + left)


def _typed_chroma(_typing: Any, u: Any, v: Any, at: Any, full_u: Any, full_v: Any, tint: Any, _tint_at: Any) -> Any:  # noqa: PLR0917
    """A block of chroma, and what twice as many pixels' luma gain by it, the black level and the rounding with it."""
    return types.void(u, v, at, full_u, full_v, tint, types.int64), _chroma_in_llvm


def _chroma_in_llvm(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    u, v, full_u, full_v, tint = (vectors.data(context, builder, signature, arguments, index) for index in (0, 1, 3, 4, 5))
    at, tint_at = arguments[2], arguments[6]
    blue, red = (_from_grey(builder, vectors.load(builder, plane, at, BYTES)) for plane in (u, v))
    vectors.store(builder, _code(builder, _mixed(builder, (blue, red), _BLUE, _GREY)), full_u, at)
    vectors.store(builder, _code(builder, _mixed(builder, (blue, red), _RED, _GREY)), full_v, at)
    gain = _mixed(builder, (blue, red), _TINT, _BLACK)
    for half in (0, LANES // 2):
        twice = ir.Constant(LONGS, [half + lane // 2 for lane in range(LANES)])
        place = builder.add(tint_at, tint_at.type(2 * half))
        vectors.store(builder, builder.shuffle_vector(gain, gain, twice), tint, place)
    return context.get_dummy_value()


def _typed_luma(_typing: Any, y: Any, tint: Any, _tint_at: Any, full_y: Any, _at: Any) -> Any:
    """A block of luma."""
    return types.void(y, tint, types.int64, full_y, types.int64), _luma_in_llvm


def _luma_in_llvm(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    y, tint, full_y = (vectors.data(context, builder, signature, arguments, index) for index in (0, 1, 3))
    _, _, tint_at, _, at = arguments
    code = builder.shl(builder.zext(vectors.load(builder, y, at, BYTES), WORDS), vectors.constant(8))
    light = _upper(builder, code, _RANGE, builder.zext, builder.lshr)
    gain = vectors.load(builder, tint, tint_at, WORDS)
    vectors.store(builder, _code(builder, builder.add(light, gain)), full_y, at)
    return context.get_dummy_value()


def _from_grey(builder: Any, codes: Any) -> Any:
    """Bytes less 128, times 256."""
    return builder.shl(builder.xor(builder.zext(codes, WORDS), vectors.constant(128)), vectors.constant(8))


def _mixed(builder: Any, pair: tuple[Any, Any], weights: tuple[int, int], level: int) -> Any:
    one, two = (_upper(builder, part, weight, builder.sext, builder.ashr) for part, weight in zip(pair, weights, strict=True))
    return builder.add(builder.add(one, two), vectors.constant(level))


def _upper(builder: Any, words: Any, weight: int, widened: Any, shifted: Any) -> Any:
    """The upper 16 bits of the product: one instruction, which is found by this spelling."""
    product = builder.mul(widened(words, LONGS), vectors.constant(weight, LONGS))
    return builder.trunc(shifted(product, vectors.constant(16, LONGS)), WORDS)


def _code(builder: Any, words: Any) -> Any:
    """Whole numbers within 0 to 255."""
    whole = builder.ashr(words, vectors.constant(_PLACES))
    for limit, sign in ((0, "<"), (255, ">")):
        bound = vectors.constant(limit)
        whole = builder.select(builder.icmp_signed(sign, whole, bound), bound, whole)
    return builder.trunc(whole, BYTES)


_chroma: Any = intrinsic(_typed_chroma)
_luma: Any = intrinsic(_typed_luma)
