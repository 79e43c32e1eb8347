"""Pictures and films made on the spot."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from render.media.encode import encode_audio, encode_segment
from render.media.join import join
from render.pixels.planes import Planes
from render.presets.exports import PRESETS

FRAME_RATE = 25
SIZE_PX = (160, 96)


def numbered(index: int, size_px: tuple[int, int] = SIZE_PX) -> Planes:
    """A picture that says its number in eight bars of luma, black or white, so that it can be read after encoding."""
    width, height = size_px
    bits = np.array([(index >> bit) & 1 for bit in range(8)], np.uint8)
    bars = bits.repeat(-(-width // 8))[:width] * 180 + 30
    grey = np.full((height // 2, width // 2), 128, np.uint8)
    return Planes(np.tile(bars, (height, 1)), grey, grey.copy())


def number_of(luma: np.ndarray) -> int:
    """The number that a decoded picture says."""
    width = luma.shape[1]
    middles = [(bar * 2 + 1) * width // 16 for bar in range(8)]
    return sum(int(luma[luma.shape[0] // 2, middle] > 120) << bit for bit, middle in enumerate(middles))


@pytest.fixture
def ffmpeg() -> Callable[..., str]:
    """Run ffmpeg, another build than the one under test; what it says on stderr."""

    def run(*arguments: str | Path) -> str:
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-y", *map(str, arguments)]
        return subprocess.run(command, check=False, capture_output=True, text=True).stderr

    return run


@pytest.fixture
def segment(tmp_path: Path) -> Callable[..., Path]:
    """Encode numbered pictures from `first` on."""

    def make(first: int, count: int, *, preset: str = "720p") -> Path:
        out = tmp_path / f"segment-{first}-{count}.mp4"
        frames = (numbered(first + index) for index in range(count))
        encode_segment(frames, out, size_px=SIZE_PX, frame_rate=FRAME_RATE, preset=PRESETS[preset])
        return out

    return make


@pytest.fixture
def film(tmp_path: Path, segment: Callable[..., Path]) -> Path:
    """Two seconds of numbered pictures with a tone."""
    time = np.arange(2 * 48_000) / 48_000
    encode_audio([np.repeat(0.2 * np.sin(2 * np.pi * 440 * time)[None], 2, 0).astype(np.float32)], tmp_path / "tone.m4a", 128)
    join([segment(0, 30), segment(30, 20)], tmp_path / "tone.m4a", tmp_path / "film.mp4", {})
    return tmp_path / "film.mp4"
