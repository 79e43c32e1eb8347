"""Random pictures that keep the planes' convention."""

from collections.abc import Callable

import pytest
import torch

from render.pixels.planes import Planes

Pictures = Callable[..., Planes]


def _picture(width_px: int, height_px: int, *, alpha: bool = False, seed: int = 0) -> Planes:
    random = torch.Generator().manual_seed(seed)

    def plane(height: int, width: int) -> torch.Tensor:
        return torch.randint(0, 256, (height, width), generator=random, dtype=torch.uint8)

    y, u, v = (plane(height_px, width_px), plane(height_px // 2, width_px // 2), plane(height_px // 2, width_px // 2))
    if not alpha:
        return Planes(y, u, v)
    a = plane(height_px, width_px)
    a = torch.where(a < 80, torch.zeros_like(a), torch.where(a > 180, torch.full_like(a, 255), a))
    mean = (a[0::2, 0::2].float() + a[0::2, 1::2] + a[1::2, 0::2] + a[1::2, 1::2]) / 4
    return Planes(*(_times(p, m) for p, m in ((y, a.float()), (u, mean), (v, mean))), a)


def _times(plane: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
    return (plane.float() * alpha / 255 + 0.5).to(torch.uint8)


@pytest.fixture
def picture() -> Pictures:
    return _picture


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """As in every worker: parallelism is by processes."""
    torch.set_num_threads(1)
