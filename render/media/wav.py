"""Sound files: RIFF WAVE, 16-bit."""

import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from render.errors import MediaRefused
from render.media.signatures import format_of
from render.media.written import written_whole
from render.presets.formats import WAV

SAMPLE_RATE: Final = 48_000
SECONDS_MAX: Final = 4 * 3600
_FULL_SCALE: Final = 32_768

Samples = NDArray[np.float32]


class WavFile:
    """A recording (`render.audio.recordings`) in a 16-bit WAV file of one or two channels, opened for each part that is read.

    Other rates than 48 kHz are resampled, for which all of it is read each time. Raises MediaRefused(`format`, `length` or `truncated`),
    MissingSource; `truncated` when a part is read that is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        format_of(path, frozenset({WAV}))
        with _opened(path) as file:
            self.channels, width, self._rate, self._own_length = file.getparams()[:4]
            if self.channels not in {1, 2} or width != 2 or not 8_000 <= self._rate <= 192_000:  # noqa: PLR2004 - two bytes, usual rates
                raise MediaRefused("format", name=path.name)
        if self._own_length > SECONDS_MAX * self._rate:
            raise MediaRefused("length", name=path.name, seconds_max=SECONDS_MAX)

    @property
    def length(self) -> int:
        """Samples of each channel at 48 kHz."""
        return round(self._own_length * Fraction(SAMPLE_RATE, self._rate))

    def part(self, first: int, count: int) -> Samples:
        """Samples `first` on, `count` of them or fewer, -1 to 1."""
        if self._rate == SAMPLE_RATE:
            return self._read(first, count)
        return resample(self._read(0, self._own_length), self._rate)[:, first : first + count]

    def _read(self, first: int, count: int) -> Samples:
        first = min(max(first, 0), self._own_length)
        count = min(max(count, 0), self._own_length - first)
        with _opened(self._path) as file:
            file.setpos(first)
            raw = file.readframes(count)
        if len(raw) != count * self.channels * 2:
            raise MediaRefused("truncated", name=self._path.name)
        samples = np.frombuffer(raw, "<i2").reshape(-1, self.channels).T
        return np.ascontiguousarray(samples / np.float32(_FULL_SCALE), np.float32)


def read_wav(path: Path) -> Samples:
    """All of a WAV file's sound as float32 (channels, n) at 48 kHz, -1 to 1. Raises as `WavFile` does."""
    file = WavFile(path)
    return file.part(0, file.length)


def write_wav(path: Path, samples: Samples) -> None:
    """Write float samples (channels, n) or (n,) at 48 kHz as 16-bit; what lies beyond -1 to 1 is clipped. The file appears whole."""
    channels = np.atleast_2d(samples)
    write_stretches(path, [channels], channels.shape[0])


def write_stretches(path: Path, stretches: Iterable[Samples], channels: int = 2) -> None:
    """The same of a sound that comes in stretches (channels, n), one after the other."""
    with written_whole(path) as unfinished, wave.open(str(unfinished), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for stretch in stretches:
            file.writeframes(sixteen_bit(stretch).tobytes())


def sixteen_bit(samples: Samples) -> NDArray[np.int16]:
    """Float samples (channels, n) as whole numbers (n, channels), little-endian; what lies beyond -1 to 1 is clipped."""
    return np.clip(np.rint(samples.T * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")


@contextmanager
def _opened(path: Path) -> Iterator[wave.Wave_read]:
    try:
        with wave.open(str(path), "rb") as file:
            yield file
    except (wave.Error, EOFError, RuntimeError) as error:
        raise MediaRefused("format", name=path.name) from error


def resample(samples: Samples, rate: int) -> Samples:
    """Float samples (1 or 2 channels, n) at `rate` brought to 48 kHz; the length is the nearest whole number of samples."""
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    length = round(samples.shape[1] * Fraction(SAMPLE_RATE, rate))
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=SAMPLE_RATE)
    parts = [part.to_ndarray() for source in (frame, None) for part in resampler.resample(source)]
    out = np.zeros((samples.shape[0], length), np.float32)
    joined = np.concatenate(parts, axis=1)[:, :length]
    out[:, : joined.shape[1]] = joined
    return out
