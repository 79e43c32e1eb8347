"""A face's own frame: axes, lengths and coordinates in which every motion is described."""

from dataclasses import dataclass

import torch

from render.avatar import topology

Tensor = torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """Landmarks in portrait pixels and in face coordinates: x along the eyes to the right, y to the chin, zero between the lips."""

    points: Tensor
    """(478, 2) in the portrait."""
    depth_px: Tensor
    """(478,), growing away from the camera."""
    local: Tensor
    """(478, 2) in face coordinates."""
    right: Tensor
    down: Tensor
    mouth: Tensor
    """Between the corners of the lips, in the portrait (2,)."""
    chin_px: float
    """From the base of the nose to the chin: the unit of every lip motion."""
    half_mouth_px: float
    half_face_px: float

    def to_local(self, points: Tensor) -> Tensor:
        """Face coordinates of portrait points (…, 2)."""
        from_mouth = points - self.mouth
        return torch.stack([from_mouth @ self.right, from_mouth @ self.down], -1)

    def to_portrait(self, vectors: Tensor) -> Tensor:
        """Portrait directions of face vectors (…, 2)."""
        return vectors[..., :1] * self.right + vectors[..., 1:] * self.down

    @property
    def gap_px(self) -> float:
        """How far the lips stand apart in the middle."""
        return max(0.0, float(self.local[topology.LOWER_ROWS[0][5], 1] - self.local[topology.UPPER_ROWS[0][5], 1]))

    def scaled(self, factor: float, x_px: float, y_px: float) -> "Anatomy":
        """The same face on a picture `factor` times as large, moved by (x, y)."""
        return anatomy(torch.cat([self.points * factor + torch.tensor([x_px, y_px]), self.depth_px[:, None] * factor], 1))


def anatomy(landmarks: Tensor) -> Anatomy:
    """Measure a face: `landmarks` (478, 3) float32 in portrait pixels."""
    points = landmarks[:, :2]
    across = points[topology.EYE_OUTER_RIGHT] - points[topology.EYE_OUTER_LEFT]
    right = across / across.norm()
    down = torch.stack([-right[1], right[0]])
    mouth = (points[topology.CORNER_LEFT] + points[topology.CORNER_RIGHT]) / 2
    local = torch.stack([(points - mouth) @ right, (points - mouth) @ down], -1)
    return Anatomy(
        points=points,
        depth_px=landmarks[:, 2],
        local=local,
        right=right,
        down=down,
        mouth=mouth,
        chin_px=float(local[topology.CHIN, 1] - local[topology.NOSE_BASE, 1]),
        half_mouth_px=float(local[topology.CORNER_RIGHT, 0] - local[topology.CORNER_LEFT, 0]) / 2,
        half_face_px=float(local[topology.SIDE_RIGHT, 0] - local[topology.SIDE_LEFT, 0]) / 2,
    )


def smooth(low: float, high: float, values: Tensor) -> Tensor:
    """0 up to `low`, 1 from `high` on, with flat ends (3t² - 2t³)."""
    t = ((values - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)
