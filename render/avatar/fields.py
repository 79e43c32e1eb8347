"""Landmark displacements spread over the face: thin-plate splines as linear operators (F. L. Bookstein, IEEE PAMI 11(6), 1989)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import torch
from torch.nn import functional

from render.avatar import topology
from render.avatar.anatomy import Anatomy, smooth
from render.avatar.motions import JAW_DROP, MOTIONS, motions

Tensor = torch.Tensor
GRID: Final = 96
"""Samples along each side of a lip field."""
POSES: Final = ("yaw", "pitch", "roll", "right", "down", "breath")
POSE_COLUMNS: Final = 96
_STIFFNESS: Final = 1e-2
_FADE: Final = 0.10


@dataclass(frozen=True, slots=True)
class Square:
    """The part of the portrait that lip fields cover, in its pixels."""

    left: float
    top: float
    side: float


def face_square(face: Anatomy) -> Square:
    """A square around the face with room for the jaw to fall."""
    x, y = face.points.mean(0).tolist()
    height = float((face.points[topology.CHIN] - face.points[topology.FOREHEAD]).norm())
    half = 1.18 * max(face.half_face_px * 1.35, height * 0.62)
    return Square(x - half, y - half * 0.86, 2 * half)


def lip_fields(face: Anatomy, square: Square) -> tuple[Tensor, Tensor]:
    """Fields of the upper and of the lower lip: each (motions, 2, GRID, GRID), portrait pixels at full strength.

    The line between the lips is a tear, so each side has a field of its own: the upper one does not know the chin's landmarks, the
    lower one not the nose's.
    """
    moved = motions(face)
    others = [i for i in range(468) if i not in set(topology.LIPS)]
    kept = {*topology.OVAL, *topology.NOSE, *topology.CHIN_REGION, *sum(topology.EYES_UPPER + topology.EYES_LOWER, ())}
    base = {*others[::2], *kept}
    above = {i for i in base if _within(face, i, -0.75, 0.0, 1.05)}
    below = {i for i in base if _within(face, i, 0.0, 0.55, 0.95)}
    upper = _spread(face, square, (base - below) | {*topology.UPPER, *topology.CORNERS}, moved)
    lower = _spread(face, square, (base - above) | {*topology.LOWER, *topology.CORNERS}, moved)
    return upper, lower


def pose_fields(face: Anatomy, width_px: int, height_px: int) -> Tensor:
    """(6, 2, rows, POSE_COLUMNS) over the whole portrait: pixels of motion per unit of each of `POSES`.

    Yaw and pitch are radians (a point moves by its depth), roll radians about the base of the neck; the others are parts of half the
    face's width. The head moves, the shoulders do not; breath lifts everything above the chest.
    """
    rows = max(8, round(POSE_COLUMNS * height_px / width_px))
    places = _grid(0, 0, (width_px, height_px), (POSE_COLUMNS, rows))
    depth = _depth(face, places)
    below_chin = ((places - face.points[topology.CHIN]) @ face.down) / face.chin_px
    head = 1 - smooth(-0.15, 1.5, below_chin)
    pivot = face.points[topology.CHIN] + face.down * 0.6 * face.chin_px
    away, zero, unit = places - pivot, torch.zeros_like(head), head * face.half_face_px
    bottom = float(((torch.tensor([width_px / 2, float(height_px)]) - face.points[topology.CHIN]) @ face.down) / face.chin_px)
    chest = 1 - smooth(min(1.6, 0.3 * bottom), min(5.0, 0.95 * bottom), below_chin)
    basis = (
        (depth * head, zero),
        (zero, depth * head),
        (-away[..., 1] * head, away[..., 0] * head),
        (unit, zero),
        (zero, unit),
        (zero, -chest * face.half_face_px),
    )
    return torch.stack([torch.stack(pair) for pair in basis])


def spline(controls: Tensor, places: Tensor, stiffness: float) -> Tensor:
    """(Q, N): displacements at `places` (Q, 2) as a linear function of those at `controls` (N, 2)."""
    count = len(controls)
    system = torch.zeros(count + 3, count + 3, dtype=torch.float64)
    exact, wanted = controls.double(), places.double()
    affine = torch.cat([torch.ones(count, 1, dtype=torch.float64), exact], 1)
    system[:count, :count] = _kernel(exact, exact) + stiffness * torch.eye(count)
    system[:count, count:], system[count:, :count] = affine, affine.T
    solved = torch.linalg.inv(system)[:, :count]
    return torch.matmul(torch.cat([_kernel(wanted, exact), torch.ones(len(wanted), 1), wanted], 1), solved).float()


def _kernel(first: Tensor, second: Tensor) -> Tensor:
    squared: Tensor = torch.cdist(first, second) ** 2
    kernel: Tensor = 0.5 * torch.xlogy(squared, squared.clamp_min(1e-9))
    return kernel


def _within(face: Anatomy, index: int, top: float, bottom: float, aside: float) -> bool:
    x, y = (float(value) for value in face.local[index])
    return top * face.chin_px < y < bottom * face.chin_px and abs(x) < aside * face.half_mouth_px


def _spread(face: Anatomy, square: Square, indices: Iterable[int], moved: dict[str, Tensor]) -> Tensor:
    chosen = sorted(indices)
    border, neck = _border(square), _neck(face)
    corner = torch.tensor([square.left, square.top])
    places = _grid(square.left, square.top, (square.side, square.side), (GRID, GRID))
    operator = spline(
        (torch.cat([face.points[chosen], border, neck]) - corner) * (100 / square.side),
        (places.reshape(-1, 2) - corner) * (100 / square.side),
        _STIFFNESS,
    )
    fields = []
    for name in MOTIONS:
        still = torch.zeros(len(border) + len(neck), 2)
        if name == "jaw":
            pull = 0.25 * JAW_DROP * face.chin_px * torch.tensor([0.2, 0.6, 1.0, 0.6, 0.2])
            still[-5:] = face.down * pull[:, None]
        shift = torch.cat([face.to_portrait(moved[name][chosen]), still])
        fields.append((operator @ shift).reshape(GRID, GRID, 2).permute(2, 0, 1))
    return torch.stack(fields) * _fade()


def _border(square: Square) -> Tensor:
    """(32, 2) points around the square that never move."""
    step = torch.linspace(0, 1, 9)[:-1]
    zero, one = torch.zeros_like(step), torch.ones_like(step)
    sides = ((step, zero), (one, step), (1 - step, one), (zero, 1 - step))
    ring = torch.cat([torch.stack(side, 1) for side in sides])
    return ring * square.side + torch.tensor([square.left, square.top])


def _neck(face: Anatomy) -> Tensor:
    """(5, 2) points under the chin."""
    aside = torch.tensor([-1.0, -0.5, 0.0, 0.5, 1.0]) * 0.7 * face.half_face_px
    return face.points[topology.CHIN] + face.to_portrait(torch.stack([aside, torch.full((5,), 0.55 * face.half_face_px)], 1))


def _fade() -> Tensor:
    """(GRID, GRID): 0 on the square's edge, 1 inside, so that fields end without a step."""
    place = (torch.arange(GRID) + 0.5) / GRID
    near = torch.minimum(place, 1 - place)
    return smooth(0.0, _FADE, torch.minimum(near[:, None], near[None, :]))


def _grid(left: float, top: float, size: tuple[float, float], cells: tuple[int, int]) -> Tensor:
    """(rows, columns, 2): centres of the cells (columns, rows) of a grid over a rectangle of a size (width, height)."""
    (width, height), (columns, rows) = size, cells
    x = (torch.arange(columns) + 0.5) * (width / columns) + left
    y = (torch.arange(rows) + 0.5) * (height / rows) + top
    return torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1)


def _depth(face: Anatomy, places: Tensor) -> Tensor:
    """How far each place stands before the ears, in pixels: the landmarks' own depth on the face, a dome around it."""
    ears = face.depth_px[[topology.SIDE_LEFT, topology.SIDE_RIGHT]].mean()
    ahead = float(ears - face.depth_px[[1, 4, 5]].mean())
    middle = face.points[[topology.FOREHEAD, topology.CHIN, topology.SIDE_LEFT, topology.SIDE_RIGHT]].mean(0)
    across = ((places - middle) @ face.right) / (1.25 * face.half_face_px)
    along = ((places - middle) @ face.down) / (1.25 * 1.45 * face.half_face_px)
    dome = torch.sqrt((1 - across**2 - along**2).clamp_min(0)) * ahead * 0.95
    known = sorted({*range(0, 468, 3), *topology.OVAL})
    scale = 100 / (2 * face.half_face_px)
    operator = spline(face.points[known] * scale, places.reshape(-1, 2) * scale, 1e-1)
    measured = (operator @ (ears - face.depth_px[known])[:, None]).reshape(dome.shape).clamp(0, 1.2 * ahead)
    inside = _soft_inside(face, places)
    return _blurred(dome * (1 - inside) + measured * inside, passes=2)


def _soft_inside(face: Anatomy, places: Tensor) -> Tensor:
    """1 well inside the face's oval, 0 outside, by an ellipse through its four ends."""
    middle = face.points[[topology.FOREHEAD, topology.CHIN]].mean(0)
    half_height = float((face.points[topology.CHIN] - face.points[topology.FOREHEAD]).norm()) / 2
    across = ((places - middle) @ face.right) / face.half_face_px
    along = ((places - middle) @ face.down) / half_height
    return 1 - smooth(0.75, 1.0, torch.sqrt(across**2 + along**2))


def _blurred(field: Tensor, passes: int) -> Tensor:
    for _ in range(passes):
        field = functional.avg_pool2d(functional.pad(field[None, None], (1, 1, 1, 1), mode="replicate"), 3, 1)[0, 0]
    return field
