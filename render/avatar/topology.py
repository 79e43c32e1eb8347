"""Which of the 478 landmarks lies where on a face (MediaPipe's canonical mesh). Lip rows run from left to right."""

from typing import Final

UPPER_ROWS: Final = (
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
    (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
)
"""Rows of the upper lip from the mouth's opening outwards to the skin."""
LOWER_ROWS: Final = (
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
    (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
)
CORNERS: Final = (61, 291, 76, 306, 62, 292, 78, 308)
UPPER: Final = tuple(sorted({i for row in UPPER_ROWS for i in row}))
LOWER: Final = tuple(sorted({i for row in LOWER_ROWS for i in row}))
LIPS: Final = tuple(sorted({*UPPER, *LOWER}))
CORNER_LEFT, CORNER_RIGHT = 61, 291

FOREHEAD, CHIN, NOSE_BASE, NOSE_TIP = 10, 152, 2, 4
SIDE_LEFT, SIDE_RIGHT = 234, 454
OVAL: Final = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
NOSE: Final = (2, 98, 327, 1, 4)
CHIN_REGION: Final = (152, 18, 200, 199, 175)
CHEEKS: Final = (50, 280, 205, 425, 206, 426, 203, 423, 207, 427, 187, 411, 147, 376, 213, 433, 192, 416)

EYE_OUTER_LEFT, EYE_OUTER_RIGHT = 33, 263
EYES_UPPER: Final = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (263, 466, 388, 387, 386, 385, 384, 398, 362))
EYES_LOWER: Final = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (263, 249, 390, 373, 374, 380, 381, 382, 362))
BROWS: Final = ((46, 53, 52, 65, 55, 70, 63, 105, 66, 107), (276, 283, 282, 295, 285, 300, 293, 334, 296, 336))
BROWS_LOWER_EDGE: Final = tuple(brow[:5] for brow in BROWS)
UNDER_BROWS: Final = ((113, 225, 224, 223, 222, 221, 189), (342, 445, 444, 443, 442, 441, 413))
