"""The loop of `render.pixels.fill.painted`: two rows at a time, since chroma is the mean of their 2x2 pixels."""

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

_NOUGHT, _HALF, _ONE, _FULL = np.float32(0), np.float32(0.5), np.float32(1), np.float32(255)


@numba.njit(cache=True, nogil=True)
def painted(covers: Bytes, colours: Floats, y: Bytes, u: Bytes, v: Bytes, a: Bytes) -> None:  # noqa: PLR0917 - numba calls by position
    """Coats with `covers` (n, H, W) and `colours` (n, 3), Y, U and V code values, each over those before it."""
    coats, height, width = covers.shape
    luma, blue, red, alpha = np.empty((4, 2 * width), np.float32)
    flat = covers.reshape(coats, height * width)
    for pair in range(height // 2):
        start = 2 * width * pair
        luma[:], blue[:], red[:], alpha[:] = _NOUGHT, _NOUGHT, _NOUGHT, _NOUGHT
        for coat in range(coats):
            _coated(flat[coat, start : start + 2 * width], colours[coat], luma, blue, red, alpha)
        _written(luma, _ONE, y.ravel()[start : start + 2 * width])
        _written(alpha, _FULL, a.ravel()[start : start + 2 * width])
        _halved(blue, u[pair])
        _halved(red, v[pair])


@numba.njit(cache=True, nogil=True)
def _coated(cover: Bytes, colour: Floats, luma: Floats, blue: Floats, red: Floats, alpha: Floats) -> None:  # noqa: PLR0917 - as above
    one, two, three = colour[0], colour[1], colour[2]
    for i in range(cover.size):
        share = np.float32(cover[i]) / _FULL
        kept = _ONE - share
        luma[i] = luma[i] * kept + share * one
        blue[i] = blue[i] * kept + share * two
        red[i] = red[i] * kept + share * three
        alpha[i] = alpha[i] * kept + share


@numba.njit(cache=True, nogil=True)
def _written(values: Floats, scale: np.float32, out: Bytes) -> None:
    for i in range(out.size):
        out[i] = np.uint8(values[i] * scale + _HALF)


@numba.njit(cache=True, nogil=True)
def _halved(values: Floats, out: Bytes) -> None:
    """The mean of 2x2 of two rows, one after the other in `values`."""
    width = 2 * out.size
    for i in range(out.size):
        total = values[2 * i] + values[2 * i + 1] + values[width + 2 * i] + values[width + 2 * i + 1]
        out[i] = np.uint8(total / np.float32(4) + _HALF)
