"""What the ingest makes of an asset, and where it lies: files named after the digest of the original, whoever brought it."""

from enum import StrEnum
from pathlib import Path

from webapp.services import artefacts


class Part(StrEnum):
    """A file made of an original. Those of one picture, film or sound are some of them."""

    PICTURE = "picture.webp"
    """A still: upright, sRGB, without metadata."""
    FILM = "film.mp4"
    """Every frame at full size: what exports are made from."""
    PROXY = "proxy.mp4"
    """Every frame, small, every second one a key frame: what previews scrub through."""
    HEAD = "head.mp4"
    """The proxy of the first seconds, there before all else."""
    SOUND = "sound.wav"
    """Stereo, 48 kHz, 16 bit; the first sample falls on the first picture."""
    PEAKS = "peaks.i8"
    """Lowest and highest value of every 20 ms of the sound, as pairs of signed bytes."""
    POSTER = "poster.webp"
    STRIP = "strip.webp"
    """Thumbnails side by side, evenly spaced in time."""


MEDIA_TYPES = {
    Part.PICTURE: "image/webp",
    Part.FILM: "video/mp4",
    Part.PROXY: "video/mp4",
    Part.HEAD: "video/mp4",
    Part.SOUND: "audio/wav",
    Part.PEAKS: "application/octet-stream",
    Part.POSTER: "image/webp",
    Part.STRIP: "image/webp",
}


def place(root: Path, digest: str, part: Part) -> Path:
    """Where this part of the asset stands among the artefacts, whether or not it is there."""
    return artefacts.place(root, digest, part.value)


def places(root: Path, digest: str) -> list[Path]:
    """Where all that is made of an original may stand."""
    return [place(root, digest, part) for part in Part]
