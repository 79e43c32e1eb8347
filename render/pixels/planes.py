"""A picture as planes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

import numpy as np
import numpy.typing as npt
from typing_extensions import TypeVar

if TYPE_CHECKING:
    from torch import Tensor

Array = npt.NDArray[np.uint8]
"""A plane, or a picture of interleaved colours, in the machine's own memory."""
Plane = TypeVar("Plane", Array, "Tensor", default=Array)


@dataclass(frozen=True, slots=True, eq=False)
class Planes(Generic[Plane]):
    """Y (H, W), U and V (H/2, W/2), and alpha (H, W) or None; uint8, contiguous, all in one place. See `render.pixels`.

    Numpy's arrays in the machine's memory, torch's tensors on a device; what is said of the former holds for the latter.
    """

    y: Plane
    u: Plane
    v: Plane
    a: Plane | None = None

    @property
    def width_px(self) -> int:
        """Luma columns."""
        return int(self.y.shape[1])

    @property
    def height_px(self) -> int:
        """Luma rows."""
        return int(self.y.shape[0])

    def clone(self) -> "Planes[Plane]":
        """The same picture in memory of its own."""
        return Planes(_copied(self.y), _copied(self.u), _copied(self.v), None if self.a is None else _copied(self.a))


def _copied(plane: Any) -> Any:
    return plane.copy() if isinstance(plane, np.ndarray) else plane.clone()
