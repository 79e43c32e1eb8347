"""Recordings: sounds that are read in parts, so that nobody holds an hour of them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class Recording(Protocol):
    """A sound at 48 kHz, of one channel or two."""

    @property
    def length(self) -> int:
        """Samples of each channel."""
        ...

    def part(self, first: int, count: int) -> Samples:
        """Samples `first` on, float32 (channels, `count`); fewer where it ends before."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A recording that is in memory: (channels, n)."""

    samples: Samples

    @property
    def length(self) -> int:
        """Samples of each channel."""
        return int(self.samples.shape[1])

    def part(self, first: int, count: int) -> Samples:
        """Samples `first` on, `count` of them or fewer."""
        return self.samples[:, first : first + count]


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """A source from `base` on, entered `entry` samples later, for `wanted` samples: once, or round and round from `base`."""

    source: Recording
    base: int
    entry: int
    wanted: int
    loop: bool

    @property
    def length(self) -> int:
        """As much as there is of what is wanted."""
        there = max(0, self.source.length - self.base)
        if self.loop:
            return self.wanted if there else 0
        return min(self.wanted, max(0, there - self.entry))

    def part(self, first: int, count: int) -> Samples:
        """Samples `first` on, `count` of them or fewer."""
        count = max(0, min(count, self.length - first))
        if not self.loop:
            return self.source.part(self.base + self.entry + first, count)
        return _round_and_round(self.source, self.base, self.entry + first, count)


def _round_and_round(source: Recording, base: int, first: int, count: int) -> Samples:
    around, parts = source.length - base, [source.part(0, 0)]
    while count > 0:
        place = first % around
        parts.append(source.part(base + place, min(count, around - place)))
        first, count = first + parts[-1].shape[1], count - parts[-1].shape[1]
    return np.concatenate(parts, axis=1)
