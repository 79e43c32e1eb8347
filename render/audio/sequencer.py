"""Notes on a loop: what rings beyond the end rings on at the start, so the loop has no seam."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from render.audio.instruments import SAMPLE_RATE, Instrument

Samples = NDArray[np.float32]

BEATS_PER_BAR: Final = 4
_LOWEST_HZ: Final = 28.0
_REVERB_LOW_HZ: Final = 250.0


@dataclass(slots=True)
class Loop:
    """A stereo loop of whole bars; `bpm` divides 60 * 48,000, so a beat is a whole number of samples."""

    bpm: int
    bars: int
    dry: Samples = field(init=False)
    wet: Samples = field(init=False)

    def __post_init__(self) -> None:
        self.dry = np.zeros((2, self.beat_samples * BEATS_PER_BAR * self.bars), np.float32)
        self.wet = np.zeros_like(self.dry)

    @property
    def beat_samples(self) -> int:
        """Samples in a beat."""
        return 60 * SAMPLE_RATE // self.bpm

    def play(
        self, instrument: Instrument, key: int, beat: float, beats: float, level: float, *, pan: float = 0.0, send: float = 0.2
    ) -> None:
        """Play `key` at `beat` (from the start) for `beats`; pan is -1 (left) to 1, `send` the share that goes to the reverb."""
        note = instrument(key, round(beats * 60 / self.bpm, 4))
        angle = (pan + 1) * np.pi / 4
        sides = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(level * np.sqrt(2))
        _add_round(self.dry, note * sides, round(beat * self.beat_samples))
        if send:
            _add_round(self.wet, note * sides * np.float32(send), round(beat * self.beat_samples))

    def breathe(self, depth: float) -> None:
        """Let everything so far breathe with the beat: down by `depth` on it, back within half a beat."""
        place = np.arange(self.beat_samples) / self.beat_samples
        breath = 1 - depth * np.cos(np.clip(place / 0.55, 0, 1) * np.pi / 2) ** 2
        lead_in = np.clip((place - 0.97) / 0.03, 0, 1)
        curve = np.tile((breath - depth * lead_in).astype(np.float32), self.dry.shape[1] // self.beat_samples)
        self.dry *= curve
        self.wet *= curve

    def finished(self, reverb_seconds: float) -> Samples:
        """Dry and reverberated sound together, without DC or rumble, (2, n); the reverb too goes round the loop."""
        length = self.dry.shape[1]
        spectrum = rfft(self.dry, axis=1) + rfft(self.wet, axis=1) * rfft(_room(reverb_seconds, length), axis=1)
        frequencies = np.arange(spectrum.shape[1]) * (SAMPLE_RATE / length)
        spectrum *= 1 / (1 + (_LOWEST_HZ / np.maximum(frequencies, 1e-3)) ** 8)
        return np.asarray(irfft(spectrum, length, axis=1), np.float32)


def _add_round(bus: Samples, sound: Samples, start: int) -> None:
    """Add sound from `start` on, going on at the loop's start where it passes the end."""
    length, done = bus.shape[1], 0
    while done < sound.shape[1]:
        place = (start + done) % length
        part = min(length - place, sound.shape[1] - done)
        bus[:, place : place + part] += sound[:, done : done + part]
        done += part


def _room(seconds: float, length: int) -> Samples:
    """The answer of a small hall: noise that dies by 60 dB in `seconds`, different on either side, without its lows."""
    time = np.arange(min(length, round(seconds * SAMPLE_RATE))) / SAMPLE_RATE
    noise = np.random.default_rng(17).standard_normal((2, time.size)) * 10 ** (-3 * time / seconds)
    noise[:, : round(0.012 * SAMPLE_RATE)] = 0
    spectrum = rfft(noise, axis=1)
    frequencies = np.arange(spectrum.shape[1]) * (SAMPLE_RATE / time.size)
    shaped = irfft(
        spectrum / (1 + (_REVERB_LOW_HZ / np.maximum(frequencies, 1e-3)) ** 4) / (1 + (frequencies / 6_500) ** 4), time.size, axis=1
    )
    room = np.zeros((2, length), np.float32)
    room[:, : time.size] = shaped / np.sqrt(np.square(shaped).sum(axis=1, keepdims=True))
    return room
