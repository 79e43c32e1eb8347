"""Stand-ins that keep the ports' protocols, and documents to draw."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render.link import FolderSources
from render.media.wav import write_wav
from render.pixels.fill import ellipse
from render.pixels.planes import Planes
from render.ports.avatar import PLAIN, Direction, Look
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.spoken import SpeechRequest, SpokenTimes, VisemeTime, Word

CHARACTER_TICKS = 36_000


@dataclass
class ToneSpeech:
    """Every character is a tone of 150 ms."""

    version: str = "tone-1"
    said: list[str] = field(default_factory=list)

    def voices(self):
        return ()

    def synthesize(self, request: SpeechRequest, wav: Path) -> SpokenTimes:
        self.said.append(request.text)
        count = len(request.text)
        samples = np.sin(np.arange(count * CHARACTER_TICKS // 5) * 2 * np.pi * 220 / 48_000).astype(np.float32) * 0.2
        write_wav(wav, samples[None])
        words = tuple(Word(place, place + 1, place * CHARACTER_TICKS, CHARACTER_TICKS) for place in range(count))
        visemes = tuple(VisemeTime("aa", word.at, word.duration) for word in words)
        return SpokenTimes(count * CHARACTER_TICKS, words, (), visemes)


@dataclass
class OvalPerformance:
    """An oval as high as the place in the passage says."""

    width_px: int
    height_px: int
    seed: int
    colour: str

    def frame(self, at_ticks: int) -> Planes:
        breath = (at_ticks // 9_600 + self.seed) % 8
        return ellipse(self.width_px, self.height_px - 2 * breath, self.colour)


@dataclass
class OvalPresenter:
    width_px: int
    height_px: int
    performed: list[tuple[SpokenTimes | None, int, int]]
    directed: list[Direction]

    def perform(self, times, seed, loudness, direction=PLAIN):
        self.directed.append(direction)
        self.performed.append((times, seed, len(loudness)))
        return OvalPerformance(self.width_px, self.height_px, seed, "#d0a080" if times else "#8090d0")


@dataclass
class OvalAvatars:
    """Presenters are ovals, half as wide as their box."""

    version: str = "oval-1"
    loaded: list[tuple[str, str, int, int]] = field(default_factory=list)
    performed: list[tuple[SpokenTimes | None, int, int]] = field(default_factory=list)
    directed: list[Direction] = field(default_factory=list)

    def load(self, folder: Path, look: Look, width_px: int, height_px: int) -> OvalPresenter:
        self.loaded.append((folder.name, look.shot, width_px, height_px))
        return OvalPresenter(max(2, width_px // 4 * 2), height_px, self.performed, self.directed)


@dataclass
class House:
    """Folders and stand-ins for one test."""

    folder: Path
    speech: ToneSpeech
    avatars: OvalAvatars
    sources: FolderSources

    @property
    def speech_folder(self) -> Path:
        return self.folder / "speech"


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "presenters" / "oval" / "1").mkdir(parents=True)
    (tmp_path / "assets").mkdir()
    (tmp_path / "speech").mkdir()
    sources = FolderSources(tmp_path / "assets", tmp_path / "music", tmp_path / "presenters", tmp_path / "speech")
    return House(tmp_path, ToneSpeech(), OvalAvatars(), sources)


@pytest.fixture
def picture(house: House) -> str:
    """The digest of a picture in the asset folder: a smooth slope with a red square in its top left."""
    rows, columns = np.mgrid[0:300, 0:400]
    pixels = np.stack([columns * 255 // 400, rows * 255 // 300, np.full_like(rows, 90)], axis=-1).astype(np.uint8)
    pixels[20:60, 20:60] = (230, 20, 20)
    path = house.folder / "assets" / "slope.png"
    Image.fromarray(pixels).save(path)
    return _sha256(path)


@pytest.fixture
def two_scenes():
    """A document as JSON: two spoken scenes with a presenter and a title, a crossfade between them, captions."""

    def make(first: str = "你好大家好", second: str = "再见各位朋友", **changes) -> Document:
        presenter = {"kind": "presenter", "presenter": "oval"}
        title = {"kind": "text", "texts": {"zh": "标题"}, "style": {"size": 900}}
        scenes = [
            {
                "id": f"s{index}",
                "background": {"colour": colour},
                "blocks": [{"id": f"b{index}", "texts": {"zh": {"text": text}}, "pause_after": 24_000}],
                "layers": [
                    {"id": f"p{index}", "lane": 1, "content": presenter, "transform": {"y": 6_000, "height": 8_000}},
                    {"id": f"t{index}", "lane": 2, "content": title, "transform": {"y": 1_500, "height": 1_000}},
                ],
                "transition": {"kind": "crossfade", "duration": 96_000},
            }
            for index, (text, colour) in enumerate(((first, "#1b2333"), (second, "#402020")))
        ]
        return codec.read({"canvas": {"width_px": 180, "height_px": 320, "frame_rate": 25}, "scenes": scenes} | changes)

    return make


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
