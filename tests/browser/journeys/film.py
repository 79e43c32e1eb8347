"""A finished film, looked at and listened to: its frames, the mouth in them, the words over them, its sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from render.avatar.faces import FaceModels
from render.pixels.convert import rgb_from_planes
from render.pixels.planes import Planes

Floats = NDArray[np.float64]

RATE_HZ = 48_000
FACES_AT_ONCE = 8
LIP_TOP, LIP_BOTTOM, NOSE, CHIN = 13, 14, 2, 152
MOUTH_LEFT, MOUTH_RIGHT, EYE_LEFT, EYE_RIGHT = 61, 291, 33, 263

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True)
class Mouth:
    """A mouth in one frame: between the lips in parts of nose to chin, and its width in parts of the eyes' distance."""

    gap: float
    width: float


@dataclass(frozen=True)
class Film:
    """A film of some seconds, decoded whole. `frames` are (H * 3 / 2, W) planes of yuv420p."""

    frames: list[NDArray[np.uint8]]
    frame_rate: float
    seconds: float
    sound: Floats
    """(n,) at 48 kHz, both channels together."""

    @classmethod
    def read(cls, path: Path) -> "Film":
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            frames = [frame.to_ndarray(format="yuv420p") for frame in container.decode(stream)]
            rate, seconds = float(stream.average_rate or 0), container.duration / av.time_base
        with av.open(str(path)) as container:
            resampler = av.AudioResampler("fltp", "mono", RATE_HZ)
            heard = [part.to_ndarray()[0] for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        return cls(frames, rate, seconds, np.concatenate(heard).astype(np.float64))

    @property
    def size_px(self) -> tuple[int, int]:
        height, width = self.frames[0].shape
        return width, height * 2 // 3

    def planes(self, index: int) -> Planes:
        """Frame `index` as planes."""
        width, height = self.size_px
        whole = torch.from_numpy(self.frames[index])
        chroma = whole[height:].reshape(2, height // 2, width // 2)
        return Planes(whole[:height].contiguous(), chroma[0].contiguous(), chroma[1].contiguous())

    def luma(self, index: int) -> Floats:
        """The luma of frame `index`, (H, W)."""
        return self.frames[index][: self.size_px[1]].astype(np.float64)

    def index_at(self, seconds: float) -> int:
        """The frame that shows then, the last one beyond the end."""
        return min(max(0, int(seconds * self.frame_rate + 1e-6)), len(self.frames) - 1)


class Watcher:
    """Looks at the presenter of a film; what has been measured once is kept."""

    def __init__(self, film: Film, models: Path) -> None:
        self.film, self.networks = film, FaceModels(models)
        self._mouths: dict[int, Mouth] = {}

    def mouths(self, indices: Sequence[int]) -> list[Mouth]:
        """The mouth in each of these frames."""
        missing = sorted(set(indices) - set(self._mouths))
        for start in range(0, len(missing), FACES_AT_ONCE):
            some = missing[start : start + FACES_AT_ONCE]
            self._mouths.update(zip(some, self._measured(some), strict=True))
        return [self._mouths[index] for index in indices]

    @cached_property
    def face_box(self) -> Box:
        """Around the face, for the whole film: presenters sway, they do not walk."""
        face = self._face
        width, height = self.film.size_px
        half = 0.7 * face.height
        left, top = max(0, int(face.x - half)), max(0, int(face.y - half))
        return left, top, min(width, int(face.x + half)), min(height, int(face.y + half))

    @cached_property
    def _face(self):
        found = self.networks.detect(self._picture(len(self.film.frames) // 2))
        assert found, "no face in the middle of the film"
        return found[0]

    def _picture(self, index: int) -> torch.Tensor:
        return torch.from_numpy(rgb_from_planes(self.film.planes(index))).permute(2, 0, 1)[None].float() / 255

    def _measured(self, indices: Sequence[int]) -> list[Mouth]:
        pictures = torch.cat([self._picture(index) for index in indices])
        landmarks, certain = self.networks.landmarks(pictures, (self._face,) * len(indices))
        assert float(certain.min()) > 0.5, "a frame without the presenter's face"
        return [_mouth(points) for points in landmarks.numpy().astype(np.float64)]


def _mouth(points: Floats) -> Mouth:
    def apart(one: int, other: int) -> float:
        return float(np.linalg.norm(points[one, :2] - points[other, :2]))

    return Mouth(apart(LIP_TOP, LIP_BOTTOM) / apart(NOSE, CHIN), apart(MOUTH_LEFT, MOUTH_RIGHT) / apart(EYE_LEFT, EYE_RIGHT))


def onset(sound: Floats, around_s: float, *, before_s: float = 0.1, after_s: float = 0.15) -> float | None:
    """When something begins to sound near `around_s`: after the quietest moment, two fifths of the way, in decibels, to the loudest.

    None where it does not grow by 12 dB.
    """
    size, first = round(0.005 * RATE_HZ), max(0, round((around_s - before_s) * RATE_HZ))
    part = sound[first : round((around_s + after_s) * RATE_HZ)]
    count = len(part) // size
    level = 10 * np.log10(np.mean(part[: count * size].reshape(count, size) ** 2, axis=1) + 1e-9)
    smooth = np.convolve(level, np.ones(3) / 3, mode="valid")
    quietest = int(np.argmin(smooth))
    quiet, loud = smooth[quietest], smooth[quietest:].max()
    if loud - quiet < 12:
        return None
    rising = quietest + int(np.argmax(smooth[quietest:] > quiet + 0.4 * (loud - quiet)))
    return (first + (rising + 1) * size) / RATE_HZ


def lag_s(sound: Floats, wanted: Floats, *, most_s: float = 0.2) -> tuple[float, float]:
    """How much later than `wanted` the same is heard in `sound`, in seconds, and how alike they are then, -1 to 1."""
    length = min(len(sound), len(wanted))
    one, other = sound[:length], wanted[:length]
    size = 2 ** int(np.ceil(np.log2(2 * length)))
    together = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    most = round(most_s * RATE_HZ)
    near = np.concatenate([together[-most:], together[: most + 1]])
    best = int(np.argmax(near))
    return (best - most) / RATE_HZ, float(near[best] / np.sqrt(np.sum(one**2) * np.sum(other**2)))


def shrunk(picture: Floats, width_px: int, height_px: int) -> Floats:
    """A picture made smaller, each pixel the mean of what it covers."""
    small = functional.interpolate(torch.from_numpy(picture)[None, None], (height_px, width_px), mode="area")
    return small[0, 0].numpy()


def ssim(one: Floats, other: Floats) -> float:
    """How alike two lumas are (Wang, Bovik, Sheikh, Simoncelli 2004): Gaussian window of 11, sigma 1.5, over 8-bit codes."""
    place = np.arange(11) - 5
    window = np.exp(-(place**2) / (2 * 1.5**2))
    kernel = torch.from_numpy(np.outer(window, window) / window.sum() ** 2)[None, None]

    def mean(values: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(values[None, None], kernel)[0, 0]

    x, y = torch.from_numpy(one), torch.from_numpy(other)
    mx, my = mean(x), mean(y)
    vx, vy, vxy = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * vxy + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean())


def shows(picture: Floats, raster: Planes, left: int, top: int) -> float:
    """How surely words stand in a picture at this place, -1 to 1: the correlation of its luma with theirs, where they cover it."""
    assert raster.a is not None
    here = picture[top : top + raster.height_px, left : left + raster.width_px]
    rows, columns = here.shape
    covered = raster.a[:rows, :columns] > 128
    one, other = here[covered], raster.y[:rows, :columns][covered].astype(np.float64)
    if one.std() < 1 or other.std() < 1:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
