"""Where the renderer finds what a document names."""

from pathlib import Path
from typing import Protocol


class Sources(Protocol):
    """Every method returns a path that exists, or raises MissingSource."""

    def asset(self, digest: str) -> Path:
        """What is seen of an asset: a still (WebP, PNG, JPEG) or a film (MP4, upright, alpha stacked), never an original."""
        ...

    def sound(self, digest: str) -> Path:
        """What is heard of an asset: WAV, stereo, 48 kHz; its first sample falls on the picture's first tick. A silent film has none."""
        ...

    def music(self, name: str) -> Path:
        """One of our own tracks: WAV, stereo, 48 kHz."""
        ...

    def presenter(self, presenter_id: str, revision: int) -> Path:
        """A presenter's folder (DESIGN: `avatar.json`, pictures, rig)."""
        ...

    def speech(self, digest: str) -> Path:
        """A voiced passage: WAV, mono, 48 kHz."""
        ...
