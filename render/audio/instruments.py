"""Instruments made of arithmetic: each plays one note as float32 samples at 48 kHz, peak about 1 times its velocity, ending in silence."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Note = NDArray[np.float32]
Instrument = Callable[[int, float], Note]
"""(midi key, seconds held) → samples; the sound may ring on after it is let go."""

SAMPLE_RATE: Final = 48_000
_HIGHEST_HZ: Final = 15_000.0


def frequency_hz(key: int) -> float:
    """Equal temperament, A4 (key 69) at 440 Hz."""
    return float(440.0 * 2 ** ((key - 69) / 12))


@cache
def pluck(key: int, seconds: float) -> Note:
    """A plucked string: harmonics of a string plucked at a fifth of its length, the higher ones dying first."""
    frequency, time = frequency_hz(key), _time(max(seconds, 0.25) + 0.9)
    harmonics = np.arange(1, _harmonics(frequency, 24) + 1)
    levels = np.abs(np.sin(np.pi * harmonics / 5)) / harmonics**1.3
    decay = 2.2 * (frequency / 220) ** 0.4 * (1 + 0.35 * (harmonics - 1))
    return _finished(_partials(time, frequency * harmonics, levels, decay), attack=0.002, release=0.12)


@cache
def electric_piano(key: int, seconds: float) -> Note:
    """Two-operator frequency modulation with a short bright tine."""
    frequency, time = frequency_hz(key), _time(seconds + 0.8)
    body = np.sin(2 * np.pi * frequency * time + 1.1 * np.exp(-time * 2.5) * np.sin(2 * np.pi * frequency * time))
    tine = np.exp(-time * 9) * np.sin(2 * np.pi * frequency * time + 0.5 * np.sin(2 * np.pi * min(frequency * 14, _HIGHEST_HZ) * time))
    held = np.where(time < seconds, 1.0, np.exp(-(time - seconds) * 6))
    return _finished((0.8 * body * np.exp(-time * 1.3) + 0.2 * tine) * held, attack=0.004, release=0.1)


@cache
def bell(key: int, seconds: float) -> Note:
    """A struck bar: partials of a free bar, softened."""
    frequency, time = frequency_hz(key), _time(seconds + 1.4)
    ratios = np.array([1.0, 2.0, 2.756, 4.07, 5.404, 8.933])
    levels = np.array([1.0, 0.45, 0.3, 0.12, 0.14, 0.05])
    audible = frequency * ratios < _HIGHEST_HZ
    decay = 2.4 * ratios**0.75
    return _finished(_partials(time, (frequency * ratios)[audible], levels[audible], decay[audible]), attack=0.001, release=0.3)


@cache
def pad(key: int, seconds: float) -> Note:
    """A slow chorus of three voices a few cents apart, with a soft spectrum."""
    frequency, time = frequency_hz(key), _time(seconds + 1.2)
    harmonics = np.arange(1, _harmonics(frequency, 10) + 1)
    levels = 1 / harmonics**1.7
    voices = [
        _partials(time, frequency * 2 ** (cents / 1200) * harmonics, levels, np.zeros(harmonics.size), turn)
        for cents, turn in ((-6.0, 0.0), (0.0, 2.1), (5.0, 4.2))
    ]
    return _finished(np.sum(voices, axis=0), attack=min(0.7, seconds / 2), release=1.2)


@cache
def bass(key: int, seconds: float) -> Note:
    """A round bass: few harmonics, a soft knock at the start."""
    frequency, time = frequency_hz(key), _time(seconds + 0.08)
    harmonics = np.arange(1, 7)
    levels = np.array([1.0, 0.55, 0.28, 0.12, 0.06, 0.03])
    return _finished(_partials(time, frequency * harmonics, levels, 1.2 + 1.6 * (harmonics - 1)), attack=0.006, release=0.08)


@cache
def saw_bass(key: int, seconds: float) -> Note:
    """A driven synthesiser bass whose brightness falls quickly."""
    frequency, time = frequency_hz(key), _time(seconds + 0.04)
    harmonics = np.arange(1, _harmonics(frequency, 28) + 1)
    tone = _partials(time, frequency * harmonics, 1 / harmonics, 0.8 * harmonics)
    return _finished(np.tanh(1.6 * tone), attack=0.004, release=0.04)


@cache
def saw_lead(key: int, seconds: float) -> Note:
    """Two saws a few cents apart, short and bright: arpeggios."""
    frequency, time = frequency_hz(key), _time(seconds + 0.25)
    harmonics = np.arange(1, _harmonics(frequency, 30) + 1)
    levels, decay = 1 / harmonics**1.1, 3.0 + 1.4 * harmonics
    tone = _partials(time, frequency * 1.0025 * harmonics, levels, decay) + _partials(
        time, frequency * 0.9975 * harmonics, levels, decay, 1.0
    )
    return _finished(tone, attack=0.003, release=0.2)


@cache
def flute(key: int, seconds: float) -> Note:
    """A breath: nearly pure, with a late, gentle vibrato."""
    frequency, time = frequency_hz(key), _time(seconds + 0.2)
    depth = 0.004 * np.clip((time - 0.25) / 0.4, 0, 1)
    phase = 2 * np.pi * frequency * (time - depth * np.cos(2 * np.pi * 5.0 * time) / (2 * np.pi * 5.0))
    tone = np.sin(phase) + 0.22 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)
    return _finished(tone, attack=0.07, release=0.2)


@cache
def kick(key: int, seconds: float) -> Note:  # noqa: ARG001 - a drum has no pitch to play and rings as long as it likes
    """A drum skin whose pitch falls from 150 to 48 Hz."""
    time = _time(0.35)
    phase = 2 * np.pi * (48 * time + (102 / 28) * (1 - np.exp(-28 * time)))
    return _finished(np.sin(phase) * np.exp(-9 * time), attack=0.001, release=0.05)


@cache
def tom(key: int, seconds: float) -> Note:  # noqa: ARG001
    """A large drum, tuned."""
    frequency, time = frequency_hz(key), _time(0.8)
    phase = 2 * np.pi * frequency * (time + 0.02 * (1 - np.exp(-18 * time)))
    skin = np.sin(phase) + 0.35 * np.sin(1.59 * phase) * np.exp(-8 * time)
    return _finished((skin + 0.25 * _noise(time.size, 90, 900, 3) * np.exp(-45 * time)) * np.exp(-5 * time), attack=0.001, release=0.1)


@cache
def snare(key: int, seconds: float) -> Note:  # noqa: ARG001
    """Skin and wires."""
    time = _time(0.28)
    skin = np.sin(2 * np.pi * 185 * time) * np.exp(-24 * time)
    return _finished(0.5 * skin + 0.7 * _noise(time.size, 1_200, 9_000, 5) * np.exp(-17 * time), attack=0.001, release=0.05)


@cache
def clap(key: int, seconds: float) -> Note:  # noqa: ARG001
    """Several hands, not quite together."""
    time = _time(0.3)
    hands = [np.where(time >= late, np.exp(-(time - late) * rate), 0.0) for late, rate in ((0, 90), (0.011, 90), (0.024, 16))]
    return _finished(_noise(time.size, 900, 6_000, 7) * np.sum(hands, axis=0), attack=0.001, release=0.05)


@cache
def hat(key: int, seconds: float) -> Note:  # noqa: ARG001
    """A closed cymbal; a longer note is an open one."""
    time = _time(0.07 + seconds * 0.5)
    return _finished(_noise(time.size, 6_500, 14_000, 11) * np.exp(-time * 4.5 / (0.05 + seconds * 0.3)), attack=0.001, release=0.02)


@cache
def shaker(key: int, seconds: float) -> Note:  # noqa: ARG001
    """Seeds: a swell and a stop."""
    time = _time(0.11)
    return _finished(_noise(time.size, 4_000, 11_000, 13) * np.sin(np.pi * time / 0.11) ** 2, attack=0.001, release=0.02)


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _harmonics(frequency: float, most: int) -> int:
    return max(1, min(most, int(_HIGHEST_HZ / frequency)))


def _partials(
    time: NDArray[np.float64],
    frequencies: NDArray[np.floating[Any]],
    levels: NDArray[np.floating[Any]],
    decay: NDArray[np.floating[Any]],
    turn: float = 0.0,
) -> NDArray[np.float64]:
    """Sines that die at their own rates (per second); `turn` sets their phases apart."""
    tone = np.zeros(time.size)
    for index, (frequency, level, rate) in enumerate(zip(frequencies, levels, decay, strict=True)):
        tone += level * np.exp(-rate * time) * np.sin(2 * np.pi * frequency * time + turn * (index + 1))
    return tone


@cache
def _noise(length: int, low_hz: float, high_hz: float, seed: int) -> NDArray[np.float64]:
    """A band of noise, the same every time."""
    from scipy.signal import butter, sosfilt  # noqa: PLC0415 - scipy takes long to import, and pictures need none of it

    white = np.random.default_rng(seed).standard_normal(length + 2_400)
    return np.asarray(sosfilt(butter(2, (low_hz, high_hz), "bandpass", fs=SAMPLE_RATE, output="sos"), white)[2_400:])


def _finished(tone: NDArray[np.float64], *, attack: float, release: float) -> Note:
    """Without clicks at either end, at peak 1."""
    rise, fall = (min(tone.size // 2, round(seconds * SAMPLE_RATE)) for seconds in (attack, release))
    shaped = tone.copy()
    shaped[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise, endpoint=False)) ** 2
    shaped[tone.size - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return np.asarray(shaped / max(np.abs(shaped).max(), 1e-9), np.float32)
