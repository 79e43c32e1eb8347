"""Clips of the gallery's people before screens and rooms, with their true alpha: what no camera gives."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import av
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from render.avatar.engine import WarpPresenter
from render.media.films import WHOLE, FilmWriter
from render.media.frames import rows
from render.pixels.convert import planes_from_rgb, rgba_from_planes
from render.timeline.spoken import SpokenTimes
from render.timeline.time import TICKS_PER_SECOND

GREEN = (0.12, 0.62, 0.24)
BLUE = (0.10, 0.25, 0.70)


def screen(height: int, width: int, colour: tuple[float, float, float]) -> Tensor:
    """(3, H, W): a screen lit unevenly, with a darker corner."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    light = 1 - 0.16 * (x - 0.2) ** 2 - 0.12 * y**2 + 0.05 * x
    return (torch.tensor(colour)[:, None, None] * light).clamp(0, 1)


def room(height: int, width: int) -> Tensor:
    """(3, H, W): a wall with a shelf, plants and a window: busy, but nobody."""
    chance = torch.Generator().manual_seed(7)
    blobs = torch.rand(1, 3, 9, 9, generator=chance)
    picture = functional.interpolate(blobs, (height, width), mode="bicubic")[0].clamp(0, 1) * 0.5 + 0.2
    for row in range(3):
        top = round(height * (0.12 + 0.2 * row))
        picture[:, top : top + max(2, height // 60)] = torch.tensor((0.35, 0.22, 0.12))[:, None, None]
    return picture


def filmed(presenter: WarpPresenter, ground: Tensor, frames: int, times: SpokenTimes | None = None) -> Iterator[tuple[Tensor, Tensor]]:
    """(picture (3, H, W), true alpha (H, W)) at 25 frames a second, with a little noise as cameras have."""
    chance = np.random.default_rng(3)
    performance = presenter.perform(times, 5, ())
    for index in range(frames):
        planes = performance.frame(index * TICKS_PER_SECOND // 25)
        straight = rgba_from_planes(planes).permute(2, 0, 1).float() / 255
        alpha = straight[3]
        picture = straight[:3] * alpha + ground * (1 - alpha)
        noise = torch.from_numpy(chance.normal(0, 0.008, picture.shape).astype(np.float32))
        yield (picture + noise).clamp(0, 1), alpha


def write_clip(path: Path, pictures: Iterable[Tensor]) -> None:
    """An H.264 film at 25 frames a second, as a camera would hand it over."""
    with ExitStack() as stack:
        film, end = None, 0
        for number, picture in enumerate(pictures):
            planes = planes_from_rgb((picture * 255 + 0.5).to(torch.uint8).permute(1, 2, 0).contiguous())
            frame = av.VideoFrame(planes.width_px, planes.height_px, "yuv420p")
            for target, plane in zip(frame.planes, (planes.y, planes.u, planes.v), strict=True):
                np.copyto(rows(target)[: plane.shape[0], : plane.shape[1]], plane.numpy())
            film = film or stack.enter_context(FilmWriter(path, WHOLE, (planes.width_px, planes.height_px), alpha=False))
            film.add(frame, number * TICKS_PER_SECOND // 25)
            end = (number + 1) * TICKS_PER_SECOND // 25
        if film:
            film.finish(end)
