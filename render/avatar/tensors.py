"""The border between planes, which are arrays in the machine's memory, and what presenters are worked out with, which are tensors.

From planes to tensors the way is `torch.as_tensor`. Neither way copies.
"""

import torch

from render.pixels.planes import Array, Planes

Either = Array | torch.Tensor


def planes_of(y: Either, u: Either, v: Either, a: Either | None = None) -> Planes:
    """Planes of tensors or of what was planes before; on a device they stay tensors."""
    return Planes(array_of(y), array_of(u), array_of(v), None if a is None else array_of(a))


def array_of(plane: Either) -> Array:
    """The same memory; a device's stays a tensor."""
    return plane.numpy() if isinstance(plane, torch.Tensor) and plane.is_cpu else plane  # type: ignore[return-value]
