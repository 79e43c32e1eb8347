"""How much room words take in the picture.

It is reckoned, not drawn: half a square for a Latin letter, a whole one for a Chinese, lines as high as 1.3 letters.
"""

from functools import lru_cache
from math import ceil
from typing import Final

from render.timeline import scripts
from render.timeline.document import Canvas
from render.timeline.styles import TextStyle

PARTS: Final = 10_000
LINE: Final = 1.3
BARELY: Final = 1e-6
"""What is wider than its room by less than this is not: sums of fractions are never quite alike."""


def written_size(text: str, style: TextStyle, width: float, canvas: Canvas) -> tuple[float, float]:
    """How wide and high a text stands that is set as wide as `width`; all of them in parts per 10,000 of the picture's width and height."""
    letter_px = style.size * min(canvas.width_px, canvas.height_px) / PARTS
    room_px = max(width * canvas.width_px / PARTS, letter_px)
    widths_px = [_line_width(line) * letter_px / 2 for line in text.splitlines() or [text]]
    lines = sum(max(1, ceil(one / room_px - BARELY)) for one in widths_px)
    widest_px = min(max(widths_px), room_px)
    return widest_px * PARTS / canvas.width_px, lines * letter_px * LINE * PARTS / canvas.height_px


@lru_cache(maxsize=8_192)
def _line_width(line: str) -> int:
    """In half squares. A long ad has thousands of lines, and an edit changes one."""
    return scripts.width(line)
