"""Chords by name, and melodies that fit them."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

_ROOTS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_QUALITIES: Final = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "add9": (0, 2, 4, 7),
    "5": (0, 7),
}
_NAME: Final = re.compile(r"([A-G])([#b]?)(.*)")


@dataclass(frozen=True, slots=True)
class Chord:
    """Pitch classes, 0 (C) to 11, the root first."""

    classes: tuple[int, ...]

    def keys(self, lowest: int) -> tuple[int, ...]:
        """The chord's keys within the octave from `lowest` up: neighbours in a progression move as little as they can."""
        return tuple(sorted(lowest + (pitch - lowest) % 12 for pitch in self.classes))

    def root(self, lowest: int) -> int:
        """The root's key within the octave from `lowest` up."""
        return lowest + (self.classes[0] - lowest) % 12


def chords(names: str) -> tuple[Chord, ...]:
    """`"C G Am7"`: names parted by spaces."""
    return tuple(_chord(name) for name in names.split())


def melody(
    progression: tuple[Chord, ...], scale: tuple[int, ...], lowest: int, rhythm: tuple[float, ...], seed: int
) -> list[tuple[float, float, int]]:
    """A tune over the progression, one chord a bar: (beat, beats, key). The same seed sings the same tune.

    Two bars make a motif of `rhythm` (lengths in beats, eight in all; a negative length is a rest). The motif's steps are kept through
    the phrase, each time from where the last note stood; notes on a strong beat move to the nearest tone of their chord.
    """
    random = np.random.default_rng(seed)
    ladder = [key for key in range(lowest, lowest + 17) if key % 12 in scale]
    steps = random.choice((-2, -1, -1, 0, 1, 1, 2), len(rhythm))
    place, tune = len(ladder) // 2, []
    for phrase in range(len(progression) // 2):
        turn = -1 if phrase % 4 == 2 else 1  # noqa: PLR2004 - the third phrase of four answers upside down
        beat = 8.0 * phrase
        for length, step in zip(rhythm, steps, strict=True):
            place = _within(place + turn * int(step), len(ladder))
            if length > 0:
                key = _settled(ladder[place], beat, progression)
                tune.append((beat, length, key))
            beat += abs(length)
    return tune


def _chord(name: str) -> Chord:
    fits = _NAME.fullmatch(name)
    if fits is None:
        raise ValueError(name)
    letter, sign, quality = fits.groups()
    root = _ROOTS[letter] + {"#": 1, "b": -1, "": 0}[sign]
    return Chord(tuple((root + interval) % 12 for interval in _QUALITIES[quality]))


def _within(place: int, size: int) -> int:
    """Walls throw the tune back."""
    return abs(place) if place < 0 else min(place, 2 * (size - 1) - place)


def _settled(key: int, beat: float, progression: tuple[Chord, ...]) -> int:
    if beat % 2:
        return key
    chord = progression[int(beat // 4) % len(progression)]
    return min(range(key - 4, key + 5), key=lambda near: (near % 12 not in chord.classes, abs(near - key)))
