"""Waveforms: what a stretch of sound looks like."""

import numpy as np
from numpy.typing import NDArray


def peaks(samples: NDArray[np.float32], bucket_samples: int) -> NDArray[np.float32]:
    """Lowest and highest value over all channels per bucket: (channels, n) or (n,) to float32 (buckets, 2); the last may be part of one."""
    channels = np.atleast_2d(samples)
    if channels.shape[1] == 0:
        return np.zeros((0, 2), np.float32)
    starts = np.arange(0, channels.shape[1], bucket_samples)
    lowest = np.minimum.reduceat(channels.min(axis=0), starts)
    highest = np.maximum.reduceat(channels.max(axis=0), starts)
    return np.stack([lowest, highest], axis=1)
