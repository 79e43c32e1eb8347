"""Opaque pictures of another's engine, cut out again by the alpha of the pictures that they were made from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from render.avatar.footage import FRAME_TICKS
from render.errors import PresenterRefused
from render.media.video import VideoReader
from render.pixels.planes import Planes
from render.ports.avatar import Performance

FRAMES_APART_MAX: Final = 2
"""Engines may drop or add so many frames at the end: their sound is cut in windows of its own."""


def frames_of(film: Path, performance: Performance, frames: int) -> Iterator[Planes]:
    """The pictures of `film`, premultiplied with the performance's alpha, `frames` of them at 25 a second.

    Raises PresenterRefused `engine-answer` for a film of another size, rate or length than was sent, MediaRefused for none at all.
    """
    reader = VideoReader(film)
    try:
        for number in range(frames):
            own = performance.frame(number * FRAME_TICKS)
            if number == 0:
                _check(reader, own, frames)
            last = reader.duration_ticks - 1
            yield rematted(reader.frame_at(min(number * FRAME_TICKS, last)), own)
    finally:
        reader.close()


def rematted(opaque: Planes, own: Planes) -> Planes:
    """The colours of `opaque` where `own` is: straight ones become premultiplied (BT.709 limited, black is 16, grey 128)."""
    if own.a is None:
        return opaque
    half = functional.avg_pool2d(own.a[None, None].float(), 2)[0, 0]
    return Planes(
        _times(opaque.y, own.a.float()),
        _times(opaque.u, half),
        _times(opaque.v, half),
        own.a,
    )


def _times(plane: Tensor, alpha: Tensor) -> Tensor:
    return (plane.float() * alpha / 255 + 0.5).to(torch.uint8)


def _check(reader: VideoReader, own: Planes, frames: int) -> None:
    """That what came fits what was sent."""
    size_wrong = (reader.width_px, reader.height_px) != (own.width_px, own.height_px)
    length_apart = abs(reader.duration_ticks - frames * FRAME_TICKS)
    if size_wrong or length_apart > FRAMES_APART_MAX * FRAME_TICKS:
        raise PresenterRefused("engine-answer")
