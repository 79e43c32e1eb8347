"""Planes sent to a device."""

import torch
from torch import Tensor

from render.pixels.planes import Array


def sent(plane: Array | Tensor, device: str) -> Tensor:
    """The same plane there."""
    return torch.as_tensor(plane).to(device)
