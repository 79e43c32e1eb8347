"""Words as a picture with alpha."""

from functools import lru_cache
from importlib import resources

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from render.pixels.fill import tinted
from render.pixels.planes import Planes
from render.timeline.document import TextStyle


@lru_cache(maxsize=64)
def text_raster(text: str, style: TextStyle, *, box_width_px: int, short_side_px: int, language: str) -> Planes:
    """Draw `text` in a box `box_width_px` wide (even) and as high as it needs (even)."""
    size = style.size * short_side_px / 10_000
    path = next(p for p in resources.files("manimgx_fonts_cjk").rglob("*.ttc"))  # type: ignore[attr-defined]
    font = ImageFont.truetype(str(path), size, index=2)
    per_line = max(1, int(box_width_px / size))
    lines = "\n".join(text[i : i + per_line] for i in range(0, len(text), per_line))
    height = int(size * 1.5 * max(1, lines.count("\n") + 1)) // 2 * 2 + 2
    image = Image.new("L", (box_width_px, height))
    ImageDraw.Draw(image).text((box_width_px / 2, 0), lines, font=font, fill=255, anchor="ma", align="center")
    return tinted(torch.from_numpy(np.array(image)), style.colour)
