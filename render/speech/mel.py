"""Mel spectra at 16 kHz, in windows of 25 ms every 10 ms, as the networks that listen were taught on them."""

from functools import cache
from typing import Final

import numpy as np
import torch
from torch import Tensor

RATE: Final = 16_000
WINDOW: Final = RATE // 40
HOP: Final = RATE // 100

_LINEAR_HZ: Final = 200 / 3
"""Hertz to a mel below 1 kHz; above it 27 mels are a factor of 6.4 (M. Slaney, Auditory Toolbox, 1998)."""
_KNEE_HZ: Final = 1_000.0
_STEP: Final = np.log(6.4) / 27


def mel_power(samples: Tensor, bands: int) -> Tensor:
    """Power in each band, (bands, frames), of (n,) samples at 16 kHz; a frame is centred on each hop, the sound mirrored at its ends."""
    spectrum = torch.stft(samples, WINDOW, HOP, window=torch.hann_window(WINDOW), center=True, pad_mode="reflect", return_complex=True)
    return _filters(bands) @ spectrum.abs().square()


@cache
def _filters(bands: int) -> Tensor:
    """(bands, frequencies): triangles between 0 and 8 kHz, each of one area."""
    corners = _hertz(np.linspace(0, _mel(RATE / 2), bands + 2))
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)[None]
    low, peak, high = (corners[start : start + bands, None] for start in range(3))
    triangles = np.clip(np.minimum((hertz - low) / (peak - low), (high - hertz) / (high - peak)), 0, None)
    return torch.from_numpy(triangles * 2 / (high - low)).float()


def _mel(hertz: float) -> float:
    return _KNEE_HZ / _LINEAR_HZ + float(np.log(hertz / _KNEE_HZ) / _STEP)


def _hertz(mels: np.ndarray) -> np.ndarray:
    knee = _KNEE_HZ / _LINEAR_HZ
    return np.where(mels < knee, mels * _LINEAR_HZ, _KNEE_HZ * np.exp(_STEP * (mels - knee)))
