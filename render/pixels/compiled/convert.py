"""Loops of `render.pixels.convert`: 16-bit fixed point weights, one pass over the picture."""

import numba
import numpy as np
import numpy.typing as npt

from render.pixels import colour

Bytes = npt.NDArray[np.uint8]

_ONE = 1 << 16
_HALF = 1 << 15


def _fixed(*weights: float) -> tuple[np.int32, ...]:
    return tuple(np.int32(round(weight * _ONE)) for weight in weights)


_YR, _YG, _YB = _fixed(*colour.Y_FROM_RGB)
_UR, _UG, _UB = _fixed(*colour.U_FROM_RGB)
_VR, _VG, _VB = _fixed(*colour.V_FROM_RGB)
_RGB_Y, _RV, _GU, _GV, _BU = _fixed(colour.RGB_FROM_Y, colour.R_FROM_V, colour.G_FROM_U, colour.G_FROM_V, colour.B_FROM_U)


@numba.njit(cache=True, nogil=True, inline="always")
def _clamped(value: np.int32) -> np.uint8:
    return np.uint8(min(max(value, np.int32(0)), np.int32(255)))


@numba.njit(cache=True, nogil=True)
def planes_of_rgb(rgb: Bytes, y: Bytes, u: Bytes, v: Bytes) -> None:
    """Opaque pixels (H, W, 3)."""
    for row in range(u.shape[0]):
        for low in range(2):
            source, target = rgb[2 * row + low], y[2 * row + low]
            for i in range(target.size):
                total = _YR * np.int32(source[i, 0]) + _YG * np.int32(source[i, 1]) + _YB * np.int32(source[i, 2])
                target[i] = np.uint8(np.int32(total + 16 * _ONE + _HALF) >> 16)
        upper, lower = rgb[2 * row], rgb[2 * row + 1]
        for i in range(u.shape[1]):
            red = np.int32(upper[2 * i, 0]) + np.int32(upper[2 * i + 1, 0]) + np.int32(lower[2 * i, 0]) + np.int32(lower[2 * i + 1, 0])
            green = np.int32(upper[2 * i, 1]) + np.int32(upper[2 * i + 1, 1]) + np.int32(lower[2 * i, 1]) + np.int32(lower[2 * i + 1, 1])
            blue = np.int32(upper[2 * i, 2]) + np.int32(upper[2 * i + 1, 2]) + np.int32(lower[2 * i, 2]) + np.int32(lower[2 * i + 1, 2])
            u[row, i] = np.uint8((_UR * red + _UG * green + _UB * blue + 4 * (128 * _ONE + _HALF)) >> 18)
            v[row, i] = np.uint8((_VR * red + _VG * green + _VB * blue + 4 * (128 * _ONE + _HALF)) >> 18)


@numba.njit(cache=True, nogil=True)
def planes_of_rgba(rgba: Bytes, y: Bytes, u: Bytes, v: Bytes) -> None:
    """Pixels with straight alpha (H, W, 4); what comes out is premultiplied."""
    scale = np.float32(1 / (255 * _ONE))
    for row in range(u.shape[0]):
        for i in range(u.shape[1]):
            red, green, blue, cover = np.int32(0), np.int32(0), np.int32(0), np.int32(0)
            for low in range(2):
                for right in range(2):
                    pixel = rgba[2 * row + low, 2 * i + right]
                    a = np.int32(pixel[3])
                    r, g, b = np.int32(pixel[0]) * a, np.int32(pixel[1]) * a, np.int32(pixel[2]) * a
                    luma = np.float32(_YR) * r + np.float32(_YG) * g + np.float32(_YB) * b + np.float32(16 * _ONE) * a
                    y[2 * row + low, 2 * i + right] = np.uint8(luma * scale + np.float32(0.5))
                    red, green, blue, cover = red + r, green + g, blue + b, cover + a
            grey = np.float32(128 * _ONE) * cover
            quarter = scale * np.float32(0.25)
            blueness = np.float32(_UR) * red + np.float32(_UG) * green + np.float32(_UB) * blue + grey
            redness = np.float32(_VR) * red + np.float32(_VG) * green + np.float32(_VB) * blue + grey
            u[row, i] = np.uint8(blueness * quarter + np.float32(0.5))
            v[row, i] = np.uint8(redness * quarter + np.float32(0.5))


@numba.njit(cache=True, nogil=True)
def rgb_of_planes(y: Bytes, u: Bytes, v: Bytes, rgb: Bytes) -> None:
    """Opaque planes to (H, W, 3)."""
    for row in range(y.shape[0]):
        luma, blue, red, target = y[row], u[row // 2], v[row // 2], rgb[row]
        for i in range(blue.size):
            cb, cr = np.int32(blue[i]) - np.int32(128), np.int32(red[i]) - np.int32(128)
            to_red, to_green, to_blue = _RV * cr, _GU * cb + _GV * cr, _BU * cb
            for at in range(2 * i, 2 * i + 2):
                grey = _RGB_Y * (np.int32(luma[at]) - np.int32(16)) + np.int32(_HALF)
                target[at, 0] = _clamped((grey + to_red) >> np.int32(16))
                target[at, 1] = _clamped((grey + to_green) >> np.int32(16))
                target[at, 2] = _clamped((grey + to_blue) >> np.int32(16))
