"""Moving covers: what was shown comes back, in its order and for its time."""

import numpy as np
import pytest
from PIL import Image

from render.errors import MediaRefused
from render.media.covers import write_moving
from render.pixels.convert import planes_from_rgb

COLOURS = ((200, 30, 30), (30, 160, 60), (40, 60, 200))


def pictures():
    return [planes_from_rgb(np.full((32, 48, 3), colour, np.uint8)) for colour in COLOURS]


@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_every_picture_comes_back_in_its_colour_and_for_its_time(tmp_path, ending):
    path = tmp_path / f"cover.{ending}"
    write_moving(path, pictures(), 100)

    with Image.open(path) as moving:
        assert (moving.format, moving.n_frames, moving.size, moving.info["loop"]) == (ending.upper(), 3, (48, 32), 0)
        for number, colour in enumerate(COLOURS):
            moving.seek(number)
            moving.load()
            shown = moving.convert("RGB").getpixel((20, 10))
            assert moving.info["duration"] == 100
            assert all(abs(got - wanted) < 12 for got, wanted in zip(shown, colour, strict=True))


def test_a_cover_of_nothing_is_refused(tmp_path):
    with pytest.raises(MediaRefused, match="empty"):
        write_moving(tmp_path / "cover.gif", [], 100)
    assert list(tmp_path.iterdir()) == []
