"""Where the comparison keeps its inputs and its films."""

import os
from functools import cache
from pathlib import Path
from typing import Final

import imageio_ffmpeg

ROOT: Final = Path(__file__).parent.parent
BENCH: Final = Path(os.environ.get("PIYING_BENCH") or ROOT / "var/bench")
"""Everything is made here; nothing of it is committed."""
MEDIA: Final = BENCH / "media"
ASSETS: Final = BENCH / "assets"
"""The same files by the digests of their bytes, as documents name them."""
NAMES: Final = BENCH / "names.json"
"""File name to digest."""
SPEECH: Final = BENCH / "speech"
FILMS: Final = BENCH / "films"
VENV: Final = BENCH / "venv"
"""What only the other renderers need."""
REMOTION: Final = BENCH / "remotion"
MODELS: Final = Path(os.environ.get("PIYING_MODELS") or ROOT / ".models")


@cache
def ffmpeg() -> str:
    """The ffmpeg that every figure is compared with: the one of the pinned imageio-ffmpeg."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())
