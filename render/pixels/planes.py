"""A picture as planes."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """Y (H, W), U and V (H/2, W/2), and alpha (H, W) or None; uint8, contiguous, all on one device. See `render.pixels`."""

    y: torch.Tensor
    u: torch.Tensor
    v: torch.Tensor
    a: torch.Tensor | None = None

    @property
    def width_px(self) -> int:
        """Luma columns."""
        return int(self.y.shape[1])

    @property
    def height_px(self) -> int:
        """Luma rows."""
        return int(self.y.shape[0])

    def clone(self) -> "Planes":
        """The same picture in memory of its own."""
        return Planes(self.y.clone(), self.u.clone(), self.v.clone(), None if self.a is None else self.a.clone())
