"""A rig: what a portrait needs to move, worked out once from its landmarks and kept as plain tensors (safetensors, never a pickle)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from render.avatar.anatomy import anatomy
from render.avatar.fields import GRID, POSE_COLUMNS, POSES, Square, face_square, lip_fields, pose_fields
from render.avatar.motions import MOTIONS
from render.errors import PresenterRefused

Tensor = torch.Tensor
RIG_VERSION: Final = 2
"""Raise it when the same landmarks would give another rig."""


@dataclass(frozen=True, slots=True, eq=False)
class Rig:
    """Everything in portrait pixels, float32 on the CPU."""

    width_px: int
    height_px: int
    landmarks: Tensor
    """(478, 3)."""
    square: Square
    upper: Tensor
    """(motions, 2, GRID, GRID) over `square`."""
    lower: Tensor
    poses: Tensor
    """(poses, 2, rows, POSE_COLUMNS) over the whole portrait."""


def build_rig(landmarks: Tensor, width_px: int, height_px: int) -> Rig:
    """Work a rig out: about a second. Its fields are rounded as a file keeps them, so that a kept rig draws the same."""
    face = anatomy(landmarks)
    square = face_square(face)
    with one_thread():
        fields = (*lip_fields(face, square), pose_fields(face, width_px, height_px))
    upper, lower, poses = (field.half().float() for field in fields)
    return Rig(width_px, height_px, landmarks, square, upper, lower, poses)


@contextmanager
def one_thread() -> Iterator[None]:
    """Sums that do not depend on how many threads share them: a rig is the same in every process of a machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def save_rig(rig: Rig, path: Path) -> None:
    """Write a rig; it appears whole."""
    square = torch.tensor([rig.square.left, rig.square.top, rig.square.side], dtype=torch.float64)
    tensors = {
        "version": torch.tensor([RIG_VERSION, rig.width_px, rig.height_px]),
        "landmarks": rig.landmarks,
        "square": square,
        "upper": rig.upper.half(),
        "lower": rig.lower.half(),
        "poses": rig.poses.half(),
    }
    part = path.with_name(f".{path.name}.part")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, part)
    part.replace(path)


def load_rig(path: Path) -> Rig:
    """Read a rig. Raises PresenterRefused (`rig`) where the file is damaged or of another version."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except (SafetensorError, OSError) as problem:
        raise PresenterRefused("rig", name=path.name) from problem
    if not _sound(tensors):
        raise PresenterRefused("rig", name=path.name)
    _, width_px, height_px = tensors["version"].tolist()
    fields = (tensors[name].float() for name in ("upper", "lower", "poses"))
    return Rig(width_px, height_px, tensors["landmarks"], Square(*tensors["square"].tolist()), *fields)


def _sound(tensors: dict[str, Any]) -> bool:
    field = (len(MOTIONS), 2, GRID, GRID)
    shapes = {"version": (3,), "landmarks": (478, 3), "square": (3,), "upper": field, "lower": field}
    known = all(name in tensors and tuple(tensors[name].shape) == shape for name, shape in shapes.items())
    if not known or "poses" not in tensors or int(tensors["version"][0]) != RIG_VERSION:
        return False
    poses = tensors["poses"]
    return bool(poses.ndim == 4 and poses.shape[:2] == (len(POSES), 2) and poses.shape[3] == POSE_COLUMNS)  # noqa: PLR2004 - basis, axis, y, x
