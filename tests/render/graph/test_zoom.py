"""A slow zoom shows every point where it belongs, to a tenth of a pixel, in every frame."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from render.graph.compile import compile_program
from render.timeline import codec
from render.timeline.manifest import LinkManifest
from render.timeline.resolve import resolve

WIDTH, HEIGHT = 280, 480
GROWN = 1.15
FRAMES = 100


def waves(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A smooth picture, grey values over places from 0 to 1."""
    return 128 + 45 * np.sin(2 * np.pi * (7 * x + 2 * y)) + 45 * np.cos(2 * np.pi * (3 * x - 11 * y))


@pytest.fixture
def program(house):
    """A picture as large as its closest framing, and four seconds of zoom."""
    width, height = round(WIDTH * GROWN), round(HEIGHT * GROWN)
    y, x = np.mgrid[0:height, 0:width]
    grey = waves((x + 0.5) / width, (y + 0.5) / height)
    path = house.folder / "assets" / "waves.png"
    Image.fromarray(np.repeat(np.rint(grey)[..., None], 3, axis=2).astype(np.uint8)).save(path)
    asset = hashlib.sha256(path.read_bytes()).hexdigest()
    scene = {
        "id": "s",
        "background": {"image": asset, "zoom": {"from_scale": 1_000, "to_scale": round(GROWN * 1_000)}},
        "duration": {"kind": "fixed", "fixed": FRAMES * 9_600},
    }
    canvas = {"width_px": WIDTH, "height_px": HEIGHT, "frame_rate": 25}
    timeline = resolve(codec.read({"language": "en", "canvas": canvas, "scenes": [scene]}), LinkManifest("en"))
    return compile_program(timeline, size_px=(WIDTH, HEIGHT), sources=house.sources, avatars=house.avatars, label=None)


def exact(frame: int, move_x: float = 0.0, move_y: float = 0.0) -> np.ndarray:
    """Luma of the frame without any sampling: the waves themselves, moved by so many pixels."""
    ratio = GROWN ** (frame / FRAMES)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    x_there = 0.5 + ((x + 0.5 + move_x) / WIDTH - 0.5) / ratio
    y_there = 0.5 + ((y + 0.5 + move_y) / HEIGHT - 0.5) / ratio
    return 16 + waves(x_there, y_there) * 219 / 255


def displacement(shown: np.ndarray, frame: int, part: tuple[slice, slice]) -> tuple[float, float]:
    """How far a part of the frame is from its place, in pixels: the shift that explains most of the difference."""
    step = 0.25
    right = (exact(frame, step) - exact(frame, -step))[part] / (2 * step)
    down = (exact(frame, 0, step) - exact(frame, 0, -step))[part] / (2 * step)
    slopes = np.stack([right.ravel(), down.ravel()], axis=1)
    x, y = np.linalg.lstsq(slopes, (shown - exact(frame))[part].ravel(), rcond=None)[0]
    return float(x), float(y)


@pytest.mark.parametrize("frame", [0, 1, 2, 33, 50, 67, 98, 99])
def test_every_corner_is_within_a_tenth_of_a_pixel_of_its_place(program, frame):
    shown = program.frame(frame).y.astype(float)
    halves = [(slice(4, HEIGHT // 2), slice(HEIGHT // 2, HEIGHT - 4)), (slice(4, WIDTH // 2), slice(WIDTH // 2, WIDTH - 4))]
    for rows in halves[0]:
        for columns in halves[1]:
            assert max(map(abs, displacement(shown, frame, (rows, columns)))) <= 0.1
    assert float(np.abs(shown - exact(frame))[4:-4, 4:-4].mean()) < 1.5
