"""Speech as the timeline sees it: what is to be said, and when each sound of it falls."""

from dataclasses import dataclass
from typing import Literal

Viseme = Literal["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou"]


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """All that decides how a passage sounds; its digest names the sound.

    `pronunciations` are (start, end, say) over code points of `text`; `rate` is per mille, `pitch` cents, `energy` tenths of a decibel.
    """

    engine: str
    language: str
    voice: str
    text: str
    rate: int = 1_000
    pronunciations: tuple[tuple[int, int, str], ...] = ()
    recording: str = ""
    """The digest of an uploaded sound that says `text`: it is aligned, not voiced."""
    pitch: int = 0
    energy: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """Characters `start` up to `end` of the text are said from `at` for `duration` ticks."""

    start: int
    end: int
    at: int
    duration: int


@dataclass(frozen=True, slots=True)
class Phoneme:
    """One sound, from `at` for `duration` ticks."""

    symbol: str
    at: int
    duration: int


@dataclass(frozen=True, slots=True)
class VisemeTime:
    """One mouth shape, from `at` for `duration` ticks."""

    viseme: Viseme
    at: int
    duration: int


@dataclass(frozen=True, slots=True)
class SpokenSound:
    """A piece of sound by its digest, from tick `at` of the passage for `duration`."""

    digest: str
    at: int
    duration: int


@dataclass(frozen=True, slots=True)
class SpokenTimes:
    """When everything in one passage falls; ticks from the start of its sound. `duration` is exact to the sample."""

    duration: int
    words: tuple[Word, ...] = ()
    phonemes: tuple[Phoneme, ...] = ()
    visemes: tuple[VisemeTime, ...] = ()
    estimated: bool = False
    """True while something of it is still to be voiced: there the times are guesses and the sound is silence."""
    sounds: tuple[SpokenSound, ...] = ()
    """What a passage of several sounds is put together from, as far as they are there; empty where it is one sound."""


def sounds_of(speech_digest: str, times: SpokenTimes) -> tuple[SpokenSound, ...]:
    """The sounds of the passage that is called `speech_digest`: those it is put together from, or the one that it is, or none yet."""
    if times.sounds or times.estimated or not speech_digest:
        return times.sounds
    return (SpokenSound(speech_digest, 0, times.duration),)
