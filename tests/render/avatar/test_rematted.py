"""Another's opaque pictures, cut out by the alpha of what was sent; what does not fit what was sent is refused."""

import av
import numpy as np
import pytest

from render.avatar.footage import FRAME_TICKS
from render.avatar.rematted import rematte
from render.errors import PresenterRefused
from render.media.films import WHOLE, FilmWriter
from render.media.video import VideoReader

SIZE_PX = (64, 32)


def answer(path, frames, size=SIZE_PX):
    """Light grey, all of it."""
    with FilmWriter(path, WHOLE, size, alpha=False) as writer:
        for number in range(frames):
            picture = np.full((size[1], size[0], 3), 180, np.uint8)
            writer.add(av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p"), number * FRAME_TICKS)
        writer.finish(frames * FRAME_TICKS)
    return path


def sent(path, frames):
    """Black, and nothing but its left half is there."""
    with FilmWriter(path, WHOLE, SIZE_PX, alpha=True) as writer:
        for number in range(frames):
            picture = np.zeros((SIZE_PX[1], SIZE_PX[0], 4), np.uint8)
            picture[:, :32, 3] = 255
            writer.add(av.VideoFrame.from_ndarray(picture, "rgba").reformat(format="yuva420p"), number * FRAME_TICKS)
        writer.finish(frames * FRAME_TICKS)
    return path


@pytest.mark.parametrize("came", [3, 5, 7])
def test_the_colours_are_theirs_and_the_outline_is_ours(tmp_path, came):
    rematte(answer(tmp_path / "a.mp4", came), sent(tmp_path / "s.mp4", 5), tmp_path / "made.mp4", 5)
    reader = VideoReader(tmp_path / "made.mp4")
    frame, length = reader.frame_at(4 * FRAME_TICKS), reader.duration_ticks
    reader.close()
    assert (frame.width_px, frame.height_px, length) == (*SIZE_PX, 5 * FRAME_TICKS)
    assert int(frame.y[16, 16]) > 120
    assert int(frame.a[16, 16]) > 250
    assert int(frame.y[16, 48]) == int(frame.u[8, 24]) == int(frame.a[16, 48]) == 0


@pytest.mark.parametrize(("frames", "size"), [(9, SIZE_PX), (2, SIZE_PX), (5, (32, 32))])
def test_another_length_or_size_than_was_sent_is_refused(tmp_path, frames, size):
    with pytest.raises(PresenterRefused, match="engine-answer"):
        rematte(answer(tmp_path / "a.mp4", frames, size), sent(tmp_path / "s.mp4", 5), tmp_path / "made.mp4", 5)
    assert not (tmp_path / "made.mp4").exists()
