"""Opaque pictures of another's engine, cut out again by the alpha of the pictures that they were made from."""

from pathlib import Path
from typing import Final

import av
import numpy as np

from render.avatar.footage import FRAME_TICKS, RECIPE
from render.errors import PresenterRefused
from render.media.films import FilmWriter
from render.media.frames import rows
from render.media.video import VideoReader
from render.pixels.planes import Planes

FRAMES_APART_MAX: Final = 2
"""Engines may drop or add so many frames at the end: their sound is cut in windows of its own."""


def rematte(answer: Path, cut: Path, out: Path, frames: int) -> None:
    """Write to `out` the colours of `answer` with the alpha of `cut`, `frames` of them at 25 a second, colour over alpha.

    Raises PresenterRefused `engine-answer` for a film of another size, rate or length than was sent, MediaRefused for none at all.
    """
    theirs = VideoReader(answer)
    try:
        ours = VideoReader(cut)
        try:
            _check(theirs, ours, frames)
            _write(theirs, ours, out, frames)
        finally:
            ours.close()
    finally:
        theirs.close()


def _write(theirs: VideoReader, ours: VideoReader, out: Path, frames: int) -> None:
    last = theirs.duration_ticks - 1
    with FilmWriter(out, RECIPE, (ours.width_px, ours.height_px), alpha=True) as film:
        for number in range(frames):
            at = number * FRAME_TICKS
            film.add(_joined(theirs.frame_at(min(at, last)), ours.frame_at(at)), at)
        film.finish(frames * FRAME_TICKS)


def _joined(theirs: Planes, ours: Planes) -> av.VideoFrame:
    """Straight colours and an alpha, as a film takes them."""
    frame = av.VideoFrame(theirs.width_px, theirs.height_px, "yuva420p")
    for target, plane in zip(frame.planes, (theirs.y, theirs.u, theirs.v, ours.a), strict=True):
        if plane is not None:
            np.copyto(rows(target)[: plane.shape[0], : plane.shape[1]], plane)
    return frame


def _check(theirs: VideoReader, ours: VideoReader, frames: int) -> None:
    """That what came fits what was sent."""
    size_wrong = (theirs.width_px, theirs.height_px) != (ours.width_px, ours.height_px)
    length_apart = abs(theirs.duration_ticks - frames * FRAME_TICKS)
    if size_wrong or length_apart > FRAMES_APART_MAX * FRAME_TICKS:
        raise PresenterRefused("engine-answer")
