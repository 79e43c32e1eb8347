"""Another's opaque pictures, cut out by our own alpha; what does not fit what was sent is refused."""

import av
import numpy as np
import pytest
import torch

from render.avatar.footage import FRAME_TICKS
from render.avatar.rematted import frames_of, rematted
from render.errors import PresenterRefused
from render.media.films import SMALL, FilmWriter
from render.pixels.planes import Planes


class Stands:
    """A performance whose left half is there."""

    def frame(self, _at):
        alpha = torch.zeros(32, 64, dtype=torch.uint8)
        alpha[:, :32] = 255
        return Planes(*(torch.zeros(size, dtype=torch.uint8) for size in ((32, 64), (16, 32), (16, 32))), alpha)


def film(path, frames, size=(64, 32)):
    with FilmWriter(path, SMALL, size, alpha=False) as writer:
        for number in range(frames):
            picture = np.full((size[1], size[0], 3), 180, np.uint8)
            writer.add(av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p"), number * FRAME_TICKS)
        writer.finish(frames * FRAME_TICKS)
    return path


def test_the_colours_are_theirs_and_the_outline_is_ours(tmp_path):
    pictures = list(frames_of(film(tmp_path / "a.mp4", 5), Stands(), 5))
    assert len(pictures) == 5
    assert torch.equal(pictures[0].a, Stands().frame(0).a)
    assert int(pictures[0].y[16, 16]) > 120
    assert int(pictures[0].y[16, 48]) == int(pictures[0].u[8, 24]) == 0


def test_half_there_is_half_the_colour():
    opaque = Planes(*(torch.full(size, 200, dtype=torch.uint8) for size in ((2, 2), (1, 1), (1, 1))))
    own = Planes(opaque.y, opaque.u, opaque.v, torch.full((2, 2), 128, dtype=torch.uint8))
    assert rematted(opaque, own).y.tolist() == [[100, 100], [100, 100]]


@pytest.mark.parametrize(("frames", "size"), [(9, (64, 32)), (2, (64, 32)), (5, (32, 32))])
def test_another_length_or_size_than_was_sent_is_refused(tmp_path, frames, size):
    with pytest.raises(PresenterRefused, match="engine-answer"):
        list(frames_of(film(tmp_path / "a.mp4", frames, size), Stands(), 5))
