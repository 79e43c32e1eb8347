"""Where a picture stands in its box: as a whole for half length, by the eyes for the closer shots."""

from dataclasses import dataclass
from typing import Final

from torch import Tensor

from render.avatar import topology
from render.avatar.anatomy import Anatomy


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture, in its pixels."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Framing:
    """`window` of the picture, `factor` times as large, with its top left corner at `left`, `top` of the box."""

    window: Window
    factor: float
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class Closeness:
    """How a closer shot is framed, in parts of the box: how wide the face is at most, and where the eyes are from the top."""

    of_width: float
    of_height: float
    eye_line: float


CLOSER: Final = {"close": Closeness(0.42, 0.30, 0.35), "extreme": Closeness(0.66, 0.46, 0.42)}
"""By the name of the shot; half length is fitted as a whole."""
_OVER_THE_HAIR: Final = 0.02


def contained(window: Window, width_px: int, height_px: int) -> Framing:
    """All of the window, as large as fits, centred, standing on the lower edge."""
    factor = min(width_px / (window.right - window.left), height_px / (window.bottom - window.top))
    shown = max(1, round((window.right - window.left) * factor)), max(1, round((window.bottom - window.top) * factor))
    return Framing(window, factor, (width_px - shown[0]) // 2, height_px - shown[1])


def by_the_eyes(face: Anatomy, portrait: Tensor, closeness: Closeness, size_px: tuple[int, int]) -> Framing:
    """A closer shot of `portrait` (H, W, 4 uint8): the face in the middle and its eyes on the line, wherever the picture has them.

    Hair is never cut off above, and the figure always reaches the lower edge, if need be larger or lower than asked for.
    """
    (width_px, height_px), (rows, columns) = size_px, portrait.shape[:2]
    eye_x, eye_y = face.points[[topology.EYE_OUTER_LEFT, topology.EYE_OUTER_RIGHT]].mean(0).tolist()
    crown = _first_row(portrait)
    factor = min(closeness.of_width * width_px, closeness.of_height * height_px) / (2 * face.half_face_px)
    factor = min(factor, (closeness.eye_line - _OVER_THE_HAIR) * height_px / max(1.0, eye_y - crown))
    top = max(closeness.eye_line * height_px - eye_y * factor, height_px - rows * factor)
    return _visible(factor, width_px / 2 - eye_x * factor, top, (columns, rows), size_px)


def _first_row(portrait: Tensor) -> int:
    rows = (portrait[..., 3] > 127).any(1).nonzero().ravel()  # noqa: PLR2004 - half opaque
    return int(rows[0]) if len(rows) else 0


def _visible(factor: float, left: float, top: float, picture_px: tuple[int, int], box_px: tuple[int, int]) -> Framing:
    """The part of the picture that the box shows, in whole pixels of the picture."""
    starts = [max(0, int(-place / factor)) for place in (left, top)]
    ends = [min(length, int((side - place) / factor) + 1) for length, side, place in zip(picture_px, box_px, (left, top), strict=True)]
    window = Window(starts[0], starts[1], max(starts[0] + 2, ends[0]), max(starts[1] + 2, ends[1]))
    return Framing(window, factor, round(left + window.left * factor), round(top + window.top * factor))
