"""Sound files: RIFF WAVE, 16-bit."""

import wave
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


def read_wav(path: Path) -> Samples:
    """The sound of a 16-bit WAV file as float32 (channels, n) at 48 kHz, -1 to 1; one or two channels.

    Other rates are resampled. Raises MediaRefused(`format`, `length` or `truncated`), MissingSource.
    """
    format_of(path, frozenset({WAV}))
    try:
        with wave.open(str(path), "rb") as file:
            return _read(file, path)
    except (wave.Error, EOFError, RuntimeError) as error:
        raise MediaRefused("format", name=path.name) from error


def write_wav(path: Path, samples: Samples) -> None:
    """Write float samples (channels, n) or (n,) at 48 kHz as 16-bit; what lies beyond -1 to 1 is clipped. The file appears whole."""
    scaled = sixteen_bit(np.atleast_2d(samples))
    with written_whole(path) as unfinished, wave.open(str(unfinished), "wb") as file:
        file.setnchannels(scaled.shape[1])
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(scaled.tobytes())


def sixteen_bit(samples: Samples) -> NDArray[np.int16]:
    """Float samples (channels, n) as whole numbers (n, channels), little-endian; what lies beyond -1 to 1 is clipped."""
    return np.clip(np.rint(samples.T * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")


def _read(file: wave.Wave_read, path: Path) -> Samples:
    channels, width, rate, length = file.getparams()[:4]
    if channels not in {1, 2} or width != 2 or not 8_000 <= rate <= 192_000:  # noqa: PLR2004 - mono or stereo, two bytes, usual rates
        raise MediaRefused("format", name=path.name)
    if length > SECONDS_MAX * rate:
        raise MediaRefused("length", name=path.name, seconds_max=SECONDS_MAX)
    raw = file.readframes(length)
    if len(raw) != length * channels * width:
        raise MediaRefused("truncated", name=path.name)
    samples = (np.frombuffer(raw, "<i2").reshape(-1, channels).T / _FULL_SCALE).astype(np.float32)
    return np.ascontiguousarray(samples) if rate == SAMPLE_RATE else resample(samples, rate)


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
