"""Sound: what the network said becomes 48 kHz at an even loudness, cut close and joined with pauses. Samples are float32 (n,)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.audio.loudness import normalise
from render.speech.network import SAMPLE_RATE

Samples = NDArray[np.float32]

LOUDNESS_LUFS: Final = -18.0
PEAK_DBTP: Final = -1.0
OUT_RATE: Final = 48_000
SHELF_HZ: Final = 1_500
_FADE: Final = SAMPLE_RATE * 4 // 1_000


def cut(samples: Samples, start: int, end: int) -> Samples:
    """Samples from `start` up to `end`, silence where there are none, with short fades against clicks."""
    kept = np.zeros(end - start, np.float32)
    inner = samples[max(start, 0) : min(end, len(samples))]
    kept[max(-start, 0) : max(-start, 0) + len(inner)] = inner
    ramp = np.linspace(0, 1, min(_FADE, len(kept) // 2), dtype=np.float32)
    if len(ramp):
        kept[: len(ramp)] *= ramp
        kept[-len(ramp) :] *= ramp[::-1]
    return kept


def finished(samples: Samples, energy: int = 0) -> Samples:
    """24 kHz as 48 kHz (twice the samples exactly, polyphase) at LOUDNESS_LUFS with no true peak above PEAK_DBTP.

    `energy` lifts what is above SHELF_HZ by so many tenths of a decibel against the rest, as a voice's own tones are when it is raised.
    Loudness needs a second to be measured: what is shorter is measured as if it were said again and again.
    """
    from scipy.signal import resample_poly  # noqa: PLC0415 - scipy takes long to import, and pictures need none of it

    doubled = np.asarray(resample_poly(samples, 2, 1), np.float32)
    if energy:
        doubled = _lifted(doubled, energy / 10)
    times = -(-OUT_RATE // max(len(doubled), 1))
    return normalise(np.tile(doubled, times)[None], LOUDNESS_LUFS, PEAK_DBTP)[0, : len(doubled)]


def _lifted(samples: Samples, gain_db: float) -> Samples:
    """48 kHz through a high shelf with a slope of 1 (R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients)."""
    from scipy.signal import lfilter  # noqa: PLC0415 - as above

    gain, turn = 10 ** (gain_db / 40), 2 * np.pi * SHELF_HZ / OUT_RATE
    cosine, width = np.cos(turn), np.sin(turn) * np.sqrt(2) * np.sqrt(gain)
    more, less = gain + 1, gain - 1
    ahead = gain * np.array([more + less * cosine + width, -2 * (less + more * cosine), more + less * cosine - width])
    back = np.array([more - less * cosine + width, 2 * (less - more * cosine), more - less * cosine - width])
    return np.asarray(lfilter(ahead, back, samples), np.float32)
