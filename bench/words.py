"""What is said and written in the comparison's films; what is written, drawn by our own letters."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PIL import Image

from render.pixels.convert import rgba_from_planes
from render.pixels.text import text_raster
from render.timeline.styles import TextStyle

SHORT_SIDE_PX: Final = 1080
SAID: Final = (
    "Welcome to our little shop of lights.",
    "Today only, every lamp is on offer.",
    "It folds flat and fits into a pocket.",
    "One charge lasts for three whole weeks.",
    "The shade is made of washed paper.",
    "You choose from eleven warm colours.",
    "We send it to your door for free.",
    "Return it within thirty days.",
    "Ten thousand people read by it now.",
    "Order yours before the evening comes.",
)
SUBTITLES: Final = tuple(f"Great offer number {number} today\n今天就下单，限时优惠{number}折\nสั่งซื้อวันนี้ รับส่วนลดพิเศษ" for number in range(10))
EDITED: Final = "Great offer CHANGED today\n今天就下单，新文字\nสั่งซื้อวันนี้ รับส่วนลดพิเศษ"
SLIDES: Final = tuple(f"Slide {number}: what our customers say\n我们的产品值得信赖 · 第{number}页" for number in range(10))
SUBTITLE_STYLE: Final[dict[str, Any]] = {"size": 500}
SLIDE_STYLE: Final[dict[str, Any]] = {"size": 660}
SUBTITLE_WIDTH_PX: Final = 960
SLIDE_WIDTH_PX: Final = 1600


def _written(text: str, style: dict[str, Any], width_px: int) -> Callable[[Path], None]:
    """The words as our renderer draws them, for those that are given pictures of words."""

    def make(out: Path) -> None:
        planes = text_raster(text, TextStyle(**style), box_width_px=width_px, short_side_px=SHORT_SIDE_PX, language="en")
        Image.fromarray(rgba_from_planes(planes)).save(out)

    return make


STEPS: Final[dict[str, Callable[[Path], None]]] = (
    {f"subtitle{number}.png": _written(text, SUBTITLE_STYLE, SUBTITLE_WIDTH_PX) for number, text in enumerate(SUBTITLES)}
    | {"subtitle-edited.png": _written(EDITED, SUBTITLE_STYLE, SUBTITLE_WIDTH_PX)}
    | {f"slide{number}.png": _written(text, SLIDE_STYLE, SLIDE_WIDTH_PX) for number, text in enumerate(SLIDES)}
)
