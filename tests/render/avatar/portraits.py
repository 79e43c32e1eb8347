"""The gallery's people in two framings at 768 by 1024: the whole half length, and head and shoulders."""

from PIL import Image

from render.avatar.gallery import person

SIZE_PX = (768, 1024)
SHOWN = {"medium": (0.0, 0.0, 1.0, 1.0), "close": (0.16, 0.06, 0.84, 0.74)}
"""Left, top, right and bottom in parts of the portrait; fixed, so that frozen landmarks do not hang on how the studio frames."""


def portrait(name: str, shot: str = "close") -> Image.Image:
    """Somebody of the gallery, RGBA, cut out."""
    with Image.open(person(name).folder / "portrait.webp") as whole:
        left, top, right, bottom = SHOWN[shot]
        box = (left * whole.width, top * whole.height, right * whole.width, bottom * whole.height)
        return whole.convert("RGBA").resize(SIZE_PX, Image.Resampling.BICUBIC, box)
