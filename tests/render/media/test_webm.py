"""WebM with transparency: colour, alpha, sound and words about the file come back."""

import av
import numpy as np
import pytest

from render.errors import MediaRefused
from render.media.webm import write_webm
from render.pixels.convert import planes_from_rgb
from render.pixels.planes import Planes
from render.pixels.straight import straight

SIZE_PX = (64, 48)


def half_seen(alpha=255):
    """Red on the left with this alpha, nothing on the right; premultiplied."""
    planes = planes_from_rgb(np.full((48, 64, 3), (200, 30, 30), np.uint8))
    cover = np.zeros((48, 64), np.uint8)
    cover[:, :32] = alpha
    small = cover[::2, ::2]
    return Planes(
        *(
            (plane * (share / 255) + 0.5).astype(np.uint8)
            for plane, share in zip((planes.y, planes.u, planes.v), (cover, small, small), strict=True)
        ),
        cover,
    )


def read(path):
    """The frames as (Y, U, V, A), decoded by the decoder that knows alpha."""
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        frames = [frame for packet in packets for frame in decoder.decode(packet)]
        seconds = sum(frame.samples for frame in _sound(path)) / 48_000
        return frames, seconds, dict(container.metadata)


def _sound(path):
    with av.open(str(path)) as container:
        return list(container.decode(audio=0))


def written(path, frames, seconds=1.0):
    samples = np.sin(np.arange(round(seconds * 48_000)) * 0.05).astype(np.float32)
    write_webm(path, frames, [np.stack([samples, samples])], size_px=SIZE_PX, frame_rate=25, metadata={"AIGC": "{}"})
    return read(path)


def test_colour_alpha_sound_and_field_come_back(tmp_path):
    frames, seconds, metadata = written(tmp_path / "a.webm", [half_seen()] * 25)

    assert (len(frames), frames[0].format.name) == (25, "yuva420p")
    picture = frames[12].to_ndarray(format="rgba")
    assert np.abs(picture[10:40, 6:26].astype(int).mean((0, 1)) - (200, 30, 30, 255)).max() < 6
    assert picture[:, 40:, 3].max() < 6
    assert abs(seconds - 1) < 0.05
    assert metadata["AIGC"] == "{}"


def test_colour_under_half_an_alpha_is_the_whole_colour(tmp_path):
    frames, _, _ = written(tmp_path / "a.webm", [half_seen(128)] * 5)

    picture = frames[2].to_ndarray(format="rgba")[10:40, 6:26].astype(int).mean((0, 1))
    assert np.abs(picture - (200, 30, 30, 128)).max() < 8


def test_straight_planes_are_grey_where_nothing_is_seen():
    planes = straight(half_seen())

    assert (planes.y[0, 60], planes.u[0, 30], planes.v[0, 30], planes.a[0, 60]) == (16, 128, 128, 0)


def test_a_film_of_nothing_is_refused(tmp_path):
    with pytest.raises(MediaRefused, match="empty"):
        written(tmp_path / "a.webm", [])
    assert list(tmp_path.iterdir()) == []
