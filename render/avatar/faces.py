"""Where faces and people are in a picture: detection, 478 landmarks, person mask (networks of MediaPipe, Apache-2.0)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch.nn import functional

from render.avatar.network import Network

Tensor = torch.Tensor
DETECTOR_FILE: Final = "face_detection_short_range.tflite"
LANDMARKS_FILE: Final = "face_landmark_with_attention.tflite"
PERSON_FILE: Final = "selfie_segmentation.tflite"

_DETECTOR_SIDE_PX: Final = 128
_MESH_SIDE_PX: Final = 192
_PERSON_SIDE_PX: Final = 256
_MESH_MARGIN: Final = 1.5
"""A landmark crop is this many times the face's box."""
_LEFT_EYE_OUTER, _RIGHT_EYE_OUTER = 33, 263


@dataclass(frozen=True, slots=True)
class Face:
    """A detected face in picture pixels: centre, width and height of its box, certainty 0 to 1, roll in radians."""

    x: float
    y: float
    width: float
    height: float
    score: float
    roll: float


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Rotated square crops: centres x and y, side and roll, each (B,), in pixels and radians."""

    x: Tensor
    y: Tensor
    side: Tensor
    roll: Tensor


class FaceModels:
    """The three networks. Pictures are (B, 3, H, W) float32, RGB, 0 to 1. Raises SetupIncomplete where a file is missing."""

    def __init__(self, models: Path, device: str | torch.device = "cpu") -> None:
        folder = models / "faces"
        self._device = torch.device(device)
        self._detector = Network(folder / DETECTOR_FILE, device)
        self._mesh = Network(folder / LANDMARKS_FILE, device)
        self._segmenter = Network(folder / PERSON_FILE, device)
        self._anchors = _anchors().to(self._device)
        regions = [o.custom["subset_idxs"] for o in self._mesh.graph.operations if o.name == "Landmarks2TransformMatrix"]
        self._lips, self._left_eye, self._right_eye = regions

    @torch.inference_mode()
    def detect(self, picture: Tensor, *, score_min: float = 0.5) -> tuple[Face, ...]:
        """All faces of one picture (1, 3, H, W), the most certain first; overlapping answers are averaged by certainty."""
        height, width = picture.shape[2:]
        side = max(height, width)
        square = Region(*(torch.tensor([float(v)], device=self._device) for v in (width / 2, height / 2, side, 0.0)))
        out = list(self._detector.run(_cropped(picture, square, _DETECTOR_SIDE_PX).permute(0, 2, 3, 1) * 2 - 1).values())
        boxes, scores = (out[0], out[1]) if out[0].shape[-1] > 1 else (out[1], out[0])
        places = boxes[0].reshape(-1, 8, 2) / _DETECTOR_SIDE_PX
        places[:, 0] += self._anchors
        places[:, 2:] += self._anchors[:, None]
        certain = scores[0, :, 0].clamp(-100, 100).sigmoid()
        offset = torch.tensor([(side - width) / 2, (side - height) / 2], device=self._device)
        return tuple(_face(group, side, offset) for group in _groups(places, certain, score_min))

    @torch.inference_mode()
    def landmarks(self, pictures: Tensor, faces: tuple[Face, ...]) -> tuple[Tensor, Tensor]:
        """478 landmarks per picture, one face each.

        Returns (B, 478, 3) in pixels (z towards the back, in pixels too) and (B,) certainty that the crop shows a face. Two passes:
        the second crop follows the landmarks of the first.
        """
        region = Region(
            x=self._column([face.x for face in faces]),
            y=self._column([face.y for face in faces]),
            side=self._column([_MESH_MARGIN * max(face.width, face.height) for face in faces]),
            roll=self._column([face.roll for face in faces]),
        )
        found, _ = self._mesh_pass(pictures, region)
        return self._mesh_pass(pictures, _region_around(found))

    @torch.inference_mode()
    def person(self, pictures: Tensor) -> Tensor:
        """How likely each pixel shows a person: (B, 1, H, W), 0 to 1."""
        small = functional.interpolate(pictures, (_PERSON_SIDE_PX, _PERSON_SIDE_PX), mode="bilinear", antialias=True)
        mask = next(iter(self._segmenter.run(small.permute(0, 2, 3, 1)).values())).permute(0, 3, 1, 2)
        return functional.interpolate(mask, pictures.shape[2:], mode="bilinear", align_corners=False)

    def _column(self, values: list[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self._device)

    def _mesh_pass(self, pictures: Tensor, region: Region) -> tuple[Tensor, Tensor]:
        count = pictures.shape[0]
        out = self._mesh.run(_cropped(pictures, region, _MESH_SIDE_PX).permute(0, 2, 3, 1))
        mesh = out["output_mesh_identity"].reshape(count, 468, 3).clone()
        parts = ((self._lips, "output_lips"), (self._left_eye, "output_left_eye"), (self._right_eye, "output_right_eye"))
        for indices, name in parts:
            mesh[:, indices, :2] = out[name].reshape(count, -1, 2)
        irises = [self._iris(mesh, out, eye, side) for eye, side in ((self._left_eye, "left"), (self._right_eye, "right"))]
        points = torch.cat([mesh, *irises], 1)
        return _in_picture(points / _MESH_SIDE_PX, region), out["conv_faceflag"].reshape(count).sigmoid()

    @staticmethod
    def _iris(mesh: Tensor, out: dict[str, Tensor], eye: list[int], side: str) -> Tensor:
        flat = out[f"output_{side}_iris"].reshape(mesh.shape[0], 5, 2)
        depth = mesh[:, eye, 2].mean(1)[:, None, None].expand(-1, 5, 1)
        return torch.cat([flat, depth], -1)


def _anchors() -> Tensor:
    """(896, 2) centres in parts of the input: two per cell of a 16x16 grid, six per cell of an 8x8 one."""
    grids = []
    for cells, per_cell in ((16, 2), (8, 6)):
        middle = (torch.arange(cells) + 0.5) / cells
        y, x = torch.meshgrid(middle, middle, indexing="ij")
        grids.append(torch.stack([x, y], -1).reshape(-1, 2).repeat_interleave(per_cell, 0))
    return torch.cat(grids)


def _groups(places: Tensor, certain: Tensor, score_min: float) -> list[tuple[Tensor, float]]:
    """Faces as (8, 2) centre, size and six key points, averaged over the answers whose centres lie within a quarter of a face."""
    groups = []
    left = certain > score_min
    while bool(left.any()):
        best = int((certain * left).argmax())
        near = left & ((places[:, 0] - places[best, 0]).norm(dim=-1) < 0.5 * places[best, 1, 0])
        weight = (certain * near)[:, None, None]
        groups.append(((places * weight).sum(0) / weight.sum(), float(certain[best])))
        left &= ~near
    return groups


def _face(group: tuple[Tensor, float], side: float, offset: Tensor) -> Face:
    places, score = group
    pixels = places * side
    (x, y), (width, height) = (pixels[0] - offset).tolist(), pixels[1].tolist()
    across = pixels[3] - pixels[2]
    return Face(x, y, width, height, score, float(torch.atan2(across[1], across[0])))


def _cropped(pictures: Tensor, region: Region, side_px: int) -> Tensor:
    """(B, 3, side, side): each picture's crop, zero outside; averaged down first where it would shrink more than twofold."""
    shrink = int(float(region.side.max()) // side_px // 2)
    source = functional.avg_pool2d(pictures, shrink, ceil_mode=True, count_include_pad=False) if shrink > 1 else pictures
    step = (torch.arange(side_px, device=pictures.device) + 0.5) / side_px - 0.5
    v, u = torch.meshgrid(step, step, indexing="ij")
    points = torch.stack([u, v, torch.zeros_like(u)], -1).reshape(1, -1, 3) + torch.tensor([0.5, 0.5, 0.0], device=u.device)
    places = _in_picture(points.expand(pictures.shape[0], -1, -1), region)[..., :2]
    covered = pictures.new_tensor([source.shape[3], source.shape[2]]) * max(shrink, 1)
    grid = (places / covered * 2 - 1).reshape(-1, side_px, side_px, 2)
    return functional.grid_sample(source, grid, align_corners=False)


def _in_picture(points: Tensor, region: Region) -> Tensor:
    """(B, N, 3) from parts of the crop to picture pixels."""
    side, cosine, sine = (value[:, None] for value in (region.side, region.roll.cos(), region.roll.sin()))
    u, v = side * (points[..., 0] - 0.5), side * (points[..., 1] - 0.5)
    x = region.x[:, None] + cosine * u - sine * v
    y = region.y[:, None] + sine * u + cosine * v
    return torch.stack([x, y, side * points[..., 2]], -1)


def _region_around(landmarks: Tensor) -> Region:
    """The upright-to-the-eyes square around the landmarks, with its margin."""
    across = landmarks[:, _RIGHT_EYE_OUTER, :2] - landmarks[:, _LEFT_EYE_OUTER, :2]
    roll = torch.atan2(across[:, 1], across[:, 0])
    cosine, sine = roll.cos()[:, None], roll.sin()[:, None]
    u = cosine * landmarks[..., 0] + sine * landmarks[..., 1]
    v = -sine * landmarks[..., 0] + cosine * landmarks[..., 1]
    u_middle, v_middle = (u.amax(1) + u.amin(1)) / 2, (v.amax(1) + v.amin(1)) / 2
    side = _MESH_MARGIN * torch.maximum(u.amax(1) - u.amin(1), v.amax(1) - v.amin(1))
    x = roll.cos() * u_middle - roll.sin() * v_middle
    y = roll.sin() * u_middle + roll.cos() * v_middle
    return Region(x, y, side, roll)
