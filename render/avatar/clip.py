"""A filmed presenter: frames of a clip, with the mouth that the words want set over the filmed one.

The mouth comes from the clip's quietest frame (its reference), driven by visemes like a portrait's, and is carried to each frame by the
similarity between the two heads, as light there as the face around it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from render.avatar.anatomy import Anatomy, anatomy, smooth
from render.avatar.carried import carried
from render.avatar.drawing import draw
from render.avatar.footage import Footage, Frames, own_actions
from render.avatar.framing import Framing, Window
from render.avatar.looping import Placed, Shown, placed, shown_at
from render.avatar.mouth import Box, even_box
from render.avatar.rig import Rig
from render.avatar.score import CONTROLS, LIPS, PLACE, Score, compose
from render.avatar.stage import Stage, set_stage
from render.avatar.tensors import Either, planes_of
from render.pixels.affine import Matrix
from render.pixels.crossfade import crossfade
from render.pixels.device import filled_like
from render.pixels.over import over
from render.pixels.planes import Array, Planes
from render.pixels.scale import scale
from render.ports.avatar import PLAIN, Direction
from render.timeline.spoken import SpokenTimes
from render.timeline.time import seconds_from_ticks

RIGID: Final = (33, 133, 362, 263, 168, 6, 197, 195, 10, 67, 297, 54, 284, 127, 356, 70, 300, 9, 8)
"""Landmarks that talking does not move."""
_BLEND_LEAST: Final = 0.02
_PERFORMED: Final = (*LIPS, "smile")


class ClipPresenter:
    """A clip made ready for one picture size. Frames are read by one thread at a time."""

    def __init__(self, footage: Footage, rig: Rig, portrait: Tensor, framing: Framing, size_px: tuple[int, int]) -> None:
        self.width_px, self.height_px = size_px
        self.footage = footage
        self._framing = framing
        self._frames = Frames(footage.file)
        self._patch = patch_of(rig, portrait, framing.factor)
        self._matrices = _similarities(footage.landmarks[footage.reference, :, :2], footage.landmarks[:, :, :2])

    def perform(self, times: SpokenTimes | None, seed: int, loudness: tuple[float, ...], direction: Direction = PLAIN) -> "ClipPerformance":
        """A performance of one passage; None is idle. Actions are the clip's own; others are left out. Same arguments, same pictures."""
        seconds = seconds_from_ticks(times.duration) if times else 0.0
        own = own_actions(self.footage, direction)
        wanted = [(own[action.name], seconds_from_ticks(action.at)) for action in direction.actions if action.name in own]
        return ClipPerformance(self, compose(times, seed, loudness, Direction(direction.emotion)), tuple(placed(wanted, seconds)))

    def picture(self, index: float, lips: np.ndarray) -> Planes:
        """The frame nearest to `index` in its place in the box, with the mouth as `lips` say."""
        number = self._nearest(index)
        ground = self.framed(self._frames.at(number))
        self._mouth(ground, number, lips)
        return ground

    def filmed(self, index: float) -> Planes:
        """The frame nearest to `index` as it was filmed, premultiplied, of the clip's own size."""
        return self._frames.at(self._nearest(index))

    def framed(self, filmed: Planes) -> Planes:
        """A picture of the clip's own size in its place in the box."""
        return in_box(filmed, self._framing, self.width_px, self.height_px)

    def _nearest(self, index: float) -> int:
        return min(len(self._matrices) - 1, max(0, round(index)))

    def _mouth(self, ground: Planes, number: int, lips: np.ndarray) -> None:
        gain = float(self.footage.gains[number])
        mouth = _lit(masked(draw(self._patch.stage, lips), self._patch.mask), gain)
        box, back = self._patch.place(self._matrices[number], self._framing, (self.width_px, self.height_px))
        if box.width > 0 and box.height > 0:
            _lay(ground, carried(mouth, box.width, box.height, back), box)


@dataclass(frozen=True, slots=True, eq=False)
class ClipPerformance:
    """One presenter speaking one passage. Every frame is a function of its time."""

    presenter: ClipPresenter
    score: Score
    actions: tuple[Placed, ...]

    def frame(self, at_ticks: int) -> Planes:
        """The presenter at `at_ticks` from the start of the passage (before and after it: idle), premultiplied, of the box's size."""
        shown = self._shown(at_ticks)
        lips = _lips_of(self.score.controls_at(at_ticks))
        return _blended(shown, lambda number: self.presenter.picture(number, lips))

    def filmed(self, at_ticks: int) -> Planes:
        """The same moment as the camera saw it, whatever the mouth says there, of the clip's own size."""
        return _blended(self._shown(at_ticks), self.presenter.filmed)

    def _shown(self, at_ticks: int) -> Shown:
        return shown_at(seconds_from_ticks(at_ticks), self.score.seconds, len(self.presenter.footage.landmarks), self.actions)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The lower face of the reference frame at the output's scale, ready to talk."""

    stage: Stage
    mask: Tensor
    """(height, width) uint8: full about the mouth and chin, nothing at the edges."""
    window: Window
    """Where it lies in the reference frame."""
    factor: float

    def place(self, matrix: Tensor, framing: Framing, size_px: tuple[int, int]) -> tuple[Box, Matrix]:
        """Where the patch comes to lie in the box, and the map from there back to the patch; `matrix` (2, 3): reference to frame."""
        offset = torch.tensor([framing.left - framing.window.left * framing.factor, framing.top - framing.window.top * framing.factor])
        turn = matrix[:, :2]
        start = torch.tensor([self.window.left, self.window.top], dtype=torch.float32)
        shift = (turn @ start + matrix[:, 2]) * framing.factor + offset
        scale = turn * (framing.factor / self.factor)
        corners = torch.tensor([[0.0, 0.0], [1, 0], [0, 1], [1, 1]]) * torch.tensor([self.stage.width_px, self.stage.height_px])
        reached = corners @ scale.T + shift
        (left, top), (right, bottom) = reached.amin(0).tolist(), reached.amax(0).tolist()
        box = even_box((left, top, right, bottom), *size_px)
        inverse = torch.linalg.inv(scale)
        a, b, d, e = inverse.flatten().tolist()
        c, f = (inverse @ (torch.tensor([float(box.left), float(box.top)]) - shift)).tolist()
        return box, (a, b, c, d, e, f)


def patch_of(rig: Rig, portrait: Tensor, factor: float) -> Patch:
    """Cut the lower face out of the reference (H, W, 4 uint8) at `factor` times its size."""
    face = anatomy(rig.landmarks)
    window = _around_the_mouth(face, portrait.shape[1], portrait.shape[0])
    width_px, height_px = (_even(length * factor) for length in (window.right - window.left, window.bottom - window.top))
    stage = set_stage(rig, portrait, Framing(window, factor, 0, 0), (width_px, height_px), torch.device("cpu"))
    return Patch(stage, _feather(stage), window, factor)


def masked(planes: Planes, mask: Tensor) -> Planes:
    """Premultiplied planes times a mask (H, W) uint8."""
    half = functional.avg_pool2d(mask[None, None].float(), 2)[0, 0]
    y, a = (_times(plane, mask) for plane in (planes.y, planes.a if planes.a is not None else mask))
    u, v = (_times(plane, half) for plane in (planes.u, planes.v))
    return planes_of(y, u, v, a)


def _times(plane: Either, mask: Tensor) -> Tensor:
    return (torch.as_tensor(plane).float() * mask / 255 + 0.5).to(torch.uint8)


def _lit(planes: Planes, gain: float) -> Planes:
    """Premultiplied planes as light as the frame: luma above black times `gain`."""
    if planes.a is None or abs(gain - 1) < 0.01:  # noqa: PLR2004 - nobody sees it
        return planes
    black = torch.as_tensor(planes.a).float() * (16 / 255)
    y = ((torch.as_tensor(planes.y).float() - black) * gain + black + 0.5).clamp(0, 255).to(torch.uint8)
    return planes_of(y, planes.u, planes.v, planes.a)


def _blended(shown: Shown, picture_of: Callable[[float], Planes]) -> Planes:
    picture = picture_of(shown.frame)
    return picture if shown.blend < _BLEND_LEAST else crossfade(picture, picture_of(shown.other), 256 * shown.blend)


def _lips_of(controls: np.ndarray) -> np.ndarray:
    """The mouth's controls alone: head, lids and brows are the clip's."""
    row = np.zeros(len(CONTROLS), np.float32)
    for name in _PERFORMED:
        row[PLACE[name]] = controls[PLACE[name]]
    return row


def in_box(filmed: Planes, framing: Framing, width_px: int, height_px: int) -> Planes:
    """A clip's frame at the framing's scale, in its place; what stands out of the box is left away."""
    factor, (left, top) = (
        framing.factor,
        (
            round((place - start * framing.factor) / 2) * 2
            for place, start in ((framing.left, framing.window.left), (framing.top, framing.window.top))
        ),
    )
    scaled = scale(filmed, _even(filmed.width_px * factor), _even(filmed.height_px * factor))
    rows, columns = _meeting(top, scaled.height_px, height_px), _meeting(left, scaled.width_px, width_px)
    planes = _clear(width_px, height_px)
    for target, source, share in zip(_all(planes), _all(scaled), (1, 2, 2, 1), strict=True):
        to_row, from_row, to_column, from_column = (slice(part.start // share, part.stop // share) for part in (*rows, *columns))
        target[to_row, to_column] = source[from_row, from_column]
    return planes


def _even(length: float) -> int:
    return max(16, round(length / 2) * 2)


def _meeting(place: int, length: int, side: int) -> tuple[slice, slice]:
    """Where a run of `length` at `place` meets 0 to `side`: there, and in itself."""
    start, end = max(0, place), min(side, place + length)
    return slice(start, max(start, end)), slice(start - place, max(start, end) - place)


def _clear(width_px: int, height_px: int) -> Planes:
    whole, half = (height_px, width_px), (height_px // 2, width_px // 2)
    y, u, v, a = (np.zeros(size, np.uint8) for size in (whole, half, half, whole))
    return Planes(y, u, v, a)


def _all(planes: Planes) -> tuple[Array, Array, Array, Array]:
    alpha = filled_like(planes.y, 255) if planes.a is None else planes.a
    return planes.y, planes.u, planes.v, alpha


def _lay(ground: Planes, mouth: Planes, box: Box) -> None:
    """The mouth over the frame, alpha too."""
    over(ground, mouth, box.left, box.top)
    if ground.a is not None and mouth.a is not None:
        clear = (255 - ground.a[box.rows, box.columns]).astype(np.uint16) * (255 - mouth.a)
        ground.a[box.rows, box.columns] = 255 - (clear // 255).astype(np.uint8)


def _around_the_mouth(face: Anatomy, width_px: int, height_px: int) -> Window:
    x, y = face.mouth.tolist()
    box = even_box(
        (x - 1.05 * face.half_face_px, y - 0.95 * face.chin_px, x + 1.05 * face.half_face_px, y + 1.75 * face.chin_px), width_px, height_px
    )
    return Window(box.left, box.top, box.left + box.width, box.top + box.height)


def _feather(stage: Stage) -> Tensor:
    """Full from under the nose over the chin, within the cheeks; soft all around."""
    face = stage.face
    places = Box(0, 0, stage.width_px, stage.height_px).centres() - face.mouth[:, None, None]
    aside = (places * face.right[:, None, None]).sum(0) / (0.86 * face.half_face_px)
    along = (places * face.down[:, None, None]).sum(0)
    below = along / torch.where(along > 0, torch.tensor(1.55 * face.chin_px), torch.tensor(0.80 * face.chin_px))
    round_ = (aside**2 + below**2).sqrt()
    return ((1 - smooth(0.68, 1.0, round_)) * 255 + 0.5).to(torch.uint8)


def _similarities(reference: Tensor, points: Tensor) -> Tensor:
    """(T, 2, 3): turn, scale and shift, least squares over the rigid landmarks, from the reference (478, 2) to each frame (T, 478, 2)."""
    rigid = list(RIGID)
    first, second = reference[rigid], points[:, rigid]
    middle, middles = first.mean(0), second.mean(1)
    away, aways = first - middle, second - middles[:, None]
    norm = (away**2).sum()
    along = (aways * away).sum((1, 2)) / norm
    across = (away[:, 0] * aways[..., 1] - away[:, 1] * aways[..., 0]).sum(1) / norm
    turn = torch.stack([torch.stack([along, -across], -1), torch.stack([across, along], -1)], -2)
    return torch.cat([turn, (middles - turn @ middle)[..., None]], 2)
