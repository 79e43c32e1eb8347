"""Clips of the gallery's people before screens and rooms, with their true alpha: what no camera gives."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import av
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from render.media.films import WHOLE, FilmWriter
from render.media.frames import rows
from render.pixels.convert import planes_from_rgb, rgba_from_planes
from render.pixels.planes import Array, Planes
from render.ports.avatar import Presenter
from render.timeline.spoken import SpokenTimes
from render.timeline.time import TICKS_PER_SECOND

GREEN = (0.12, 0.62, 0.24)
BLUE = (0.10, 0.25, 0.70)
_NOISE: Final = 0.008
"""Of full scale, in each colour by itself."""
_GRAIN: Final = (1.3, 0.6, 0.6)
"""The same in the codes of each plane."""
_GRAIN_SPARE_PX: Final = 64
Grain = list[np.ndarray]


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


def filmed(presenter: Presenter, ground: Tensor, frames: int, times: SpokenTimes | None = None) -> Iterator[tuple[Tensor, Tensor]]:
    """(picture (3, H, W), true alpha (H, W)) at 25 frames a second, with a little noise as cameras have."""
    chance = np.random.default_rng(3)
    for picture, alpha in _composed(presenter, ground, frames, times):
        noise = torch.from_numpy(chance.normal(0, _NOISE, picture.shape).astype(np.float32))
        yield (picture + noise).clamp(0, 1), alpha


def write_take(path: Path, presenter: Presenter, ground: Tensor, frames: int, times: SpokenTimes) -> None:
    """A long film of one passage, drawn once and shown forth and back for as long as it takes, each frame with noise of its own."""
    drawn = min(frames, -(-times.duration * 25 // TICKS_PER_SECOND))
    passage = [_planes(picture) for picture, _ in _composed(presenter, ground, drawn, times)]
    chance = np.random.default_rng(3)
    grain = _grain(passage[0], chance)
    there_and_back = islice(cycle([*passage, *passage[-2:0:-1]]), frames)
    _write(path, (_noisy(planes, grain, chance) for planes in there_and_back))


def write_clip(path: Path, pictures: Iterable[Tensor]) -> None:
    """An H.264 film at 25 frames a second, as a camera would hand it over."""
    _write(path, (_sides(_planes(picture)) for picture in pictures))


def _composed(presenter: Presenter, ground: Tensor, frames: int, times: SpokenTimes | None) -> Iterator[tuple[Tensor, Tensor]]:
    """(picture (3, H, W), true alpha (H, W)) as no camera sees it."""
    performance = presenter.perform(times, 5, ())
    for index in range(frames):
        planes = performance.frame(index * TICKS_PER_SECOND // 25)
        straight = torch.from_numpy(rgba_from_planes(planes)).permute(2, 0, 1).float() / 255
        yield straight[:3] * straight[3] + ground * (1 - straight[3]), straight[3]


def _planes(picture: Tensor) -> Planes:
    return planes_from_rgb((picture * 255 + 0.5).to(torch.uint8).permute(1, 2, 0).numpy())


def _sides(planes: Planes) -> tuple[Array, Array, Array]:
    return planes.y, planes.u, planes.v


def _grain(planes: Planes, chance: np.random.Generator) -> Grain:
    """Noise for each plane, with room to begin elsewhere for every frame."""
    sizes = (np.add(plane.shape, _GRAIN_SPARE_PX) for plane in _sides(planes))
    return [np.rint(chance.normal(0, codes, size)).astype(np.int16) for codes, size in zip(_GRAIN, sizes, strict=True)]


def _noisy(planes: Planes, grain: Grain, chance: np.random.Generator) -> Sequence[np.ndarray]:
    down, right = chance.integers(0, _GRAIN_SPARE_PX, 2)
    return [
        np.clip(plane + noise[down : down + plane.shape[0], right : right + plane.shape[1]], 0, 255).astype(np.uint8)
        for plane, noise in zip(_sides(planes), grain, strict=True)
    ]


def _write(path: Path, pictures: Iterable[Sequence[np.ndarray]]) -> None:
    with ExitStack() as stack:
        film, end = None, 0
        for number, planes in enumerate(pictures):
            height, width = planes[0].shape
            frame = av.VideoFrame(width, height, "yuv420p")
            for target, plane in zip(frame.planes, planes, strict=True):
                np.copyto(rows(target)[: plane.shape[0], : plane.shape[1]], plane)
            film = film or stack.enter_context(FilmWriter(path, WHOLE, (width, height), alpha=False))
            film.add(frame, number * TICKS_PER_SECOND // 25)
            end = (number + 1) * TICKS_PER_SECOND // 25
        if film:
            film.finish(end)
