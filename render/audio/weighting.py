"""What of a sound is heard as loud: the K-weighted energy of ITU-R BS.1770-4, in one compiled pass."""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Filters = NDArray[np.float64]

K_WEIGHTING: Final[Filters] = np.array(
    (
        (1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585),
        (1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621),
    )
)
"""Annex 1, tables 1 and 2: a shelf for the head and a high-pass, b0 b1 b2 a0 a1 a2 at 48 kHz."""

REST: Final = 1e-30
"""600 dB below full scale: what a filter still remembers of that is nothing."""


class Meter:
    """Hears a sound in stretches, one after the other, from silence on."""

    def __init__(self, channels: int) -> None:
        self._states = np.zeros((channels, 4))

    def step_energy(self, samples: Samples, step_samples: int) -> NDArray[np.float64]:
        """The next stretch, K-weighted (channels, n), squared and summed over channels and each whole step; what is over is left out."""
        energy = np.zeros(samples.shape[1] // step_samples)
        for channel, state in zip(samples, self._states, strict=True):
            add_energy(np.ascontiguousarray(channel, np.float32), step_samples, K_WEIGHTING, state, energy)
        return energy


def warm() -> None:
    """Compile the loop, or load it from the cache (in `NUMBA_CACHE_DIR` where it is set), so that no export waits for it."""
    Meter(1).step_energy(np.zeros((1, 2), np.float32), 1)


@numba.njit(cache=True, nogil=True)
def add_energy(channel: Samples, step_samples: int, filters: Filters, state: NDArray[np.float64], energy: NDArray[np.float64]) -> None:
    """Send `channel` through two filters of second order (transposed direct form II) in `state` (4,), and add its energy by steps.

    In silence a filter comes to rest, instead of dying away through numbers so small that a processor takes eighty times as long for them.
    """
    b, c = filters[0], filters[1]
    one, two, three, four = state[0], state[1], state[2], state[3]
    for step in range(energy.size):
        total = 0.0
        for place in range(step * step_samples, (step + 1) * step_samples):
            heard = np.float64(channel[place])
            shelved = b[0] * heard + one
            one, two = b[1] * heard - b[4] * shelved + two, b[2] * heard - b[5] * shelved
            weighted = c[0] * shelved + three
            three, four = c[1] * shelved - c[4] * weighted + four, c[2] * shelved - c[5] * weighted
            total += weighted * weighted
        energy[step] += total
        if abs(one) + abs(two) < REST:
            one = two = 0.0
        if abs(three) + abs(four) < REST:
            three = four = 0.0
    state[0], state[1], state[2], state[3] = one, two, three, four
