"""Random pictures that keep the planes' convention."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from render.pixels.planes import Planes

Pictures = Callable[..., Planes]


def _picture(width_px: int, height_px: int, *, alpha: bool = False, seed: int = 0) -> Planes:
    chance = np.random.default_rng(seed)

    def plane(height: int, width: int) -> np.ndarray:
        return chance.integers(0, 256, (height, width), np.uint8)

    y, u, v = (plane(height_px, width_px), plane(height_px // 2, width_px // 2), plane(height_px // 2, width_px // 2))
    if not alpha:
        return Planes(y, u, v)
    a = plane(height_px, width_px)
    a = np.where(a < 80, 0, np.where(a > 180, 255, a)).astype(np.uint8)
    mean = a.reshape(height_px // 2, 2, width_px // 2, 2).mean((1, 3))
    return Planes(*(_times(p, m) for p, m in ((y, a), (u, mean), (v, mean))), a)


def _times(plane: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return (plane * alpha.astype(np.float32) / 255 + 0.5).astype(np.uint8)


@pytest.fixture
def picture() -> Pictures:
    return _picture


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """As in every worker: parallelism is by processes."""
    torch.set_num_threads(1)
