"""The numbers of ITU-R BT.709 and BT.601, worked out once for 8-bit code values.

Limited range: Y = 16 + 219 y, U = 128 + 224 cb, V = 128 + 224 cr with y in 0..1 and cb, cr in -0.5..0.5 (BT.709-6, item 3).
Full range (JFIF): 255 instead of 219 and 224, no offset for Y.
"""

from typing import Final

Row = tuple[float, float, float]

_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_JPEG_KR, _JPEG_KB = 0.299, 0.114
_JPEG_KG = 1 - _JPEG_KR - _JPEG_KB

Y_FROM_RGB: Final[Row] = (_KR * 219 / 255, _KG * 219 / 255, _KB * 219 / 255)
U_FROM_RGB: Final[Row] = tuple(k / (2 - 2 * _KB) * 224 / 255 for k in (-_KR, -_KG, 1 - _KB))  # type: ignore[assignment]
V_FROM_RGB: Final[Row] = tuple(k / (2 - 2 * _KR) * 224 / 255 for k in (1 - _KR, -_KG, -_KB))  # type: ignore[assignment]
"""Weights of R, G and B (0..255); Y then needs 16 added, U and V 128."""

RGB_FROM_Y: Final = 255 / 219
R_FROM_V: Final = (2 - 2 * _KR) * 255 / 224
G_FROM_U: Final = -_KB * (2 - 2 * _KB) / _KG * 255 / 224
G_FROM_V: Final = -_KR * (2 - 2 * _KR) / _KG * 255 / 224
B_FROM_U: Final = (2 - 2 * _KB) * 255 / 224
"""Weights of Y - 16, U - 128 and V - 128."""

JPEG_Y_FROM_U: Final = _JPEG_KG * G_FROM_U + _JPEG_KB * B_FROM_U
JPEG_Y_FROM_V: Final = _JPEG_KR * R_FROM_V + _JPEG_KG * G_FROM_V
JPEG_U_FROM_U: Final = (B_FROM_U - JPEG_Y_FROM_U) / (2 - 2 * _JPEG_KB)
JPEG_U_FROM_V: Final = -JPEG_Y_FROM_V / (2 - 2 * _JPEG_KB)
JPEG_V_FROM_U: Final = -JPEG_Y_FROM_U / (2 - 2 * _JPEG_KR)
JPEG_V_FROM_V: Final = (R_FROM_V - JPEG_Y_FROM_V) / (2 - 2 * _JPEG_KR)
"""Weights of limited BT.709 chroma (less 128) in full-range BT.601 Y, U and V; Y - 16 weighs `RGB_FROM_Y` in Y and nothing in U and V."""


def rgb_from_hex(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three code values of 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def yuv_from_rgb(red: float, green: float, blue: float) -> tuple[float, float, float]:
    """BT.709 limited-range code values, not rounded, of R'G'B' 0..255."""
    rgb = (red, green, blue)
    y, u, v = (sum(k * c for k, c in zip(row, rgb, strict=True)) for row in (Y_FROM_RGB, U_FROM_RGB, V_FROM_RGB))
    return 16 + y, 128 + u, 128 + v
