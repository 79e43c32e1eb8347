"""Where pictures of words stand: the places that our renderer gives the words themselves."""

from functools import cache

from PIL import Image

from bench.places import MEDIA


@cache
def box(name: str, centre: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, width and height of a picture whose middle is at `centre`, on even pixels."""
    with Image.open(MEDIA / name) as picture:
        width, height = picture.size
    return _even(centre[0] - width / 2), _even(centre[1] - height / 2), width, height


def _even(place: float) -> int:
    return int(place / 2 + 0.5) * 2
