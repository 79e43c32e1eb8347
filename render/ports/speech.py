"""Speech: a passage of text becomes sound with exact times."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from render.timeline.spoken import SpeechRequest, SpokenTimes

Change = Literal["rate", "pitch", "energy"]


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice as it is offered. `names` are by UI language (`zh-Hans`, `zh-Hant`, `en`, `th`)."""

    id: str
    language: str
    names: dict[str, str]
    sex: Literal["female", "male"]
    quality: Literal["ready", "experimental"] = "ready"
    changes: frozenset[Change] = frozenset({"rate", "pitch", "energy"})
    """What of its manner can be changed."""
    pronounces: bool = True
    """Whether it says words as it is told to."""
    timed: bool = True
    """Whether its engine says when the words fall; else they are found in the sound afterwards."""
    engine: str = ""
    """Whose voice it is, where it is not the studio's own."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound on disk (WAV, mono, 48 kHz, 16 bit, at an even loudness of -18 LUFS) and when everything in it falls."""

    wav: Path
    times: SpokenTimes


class Aligner(Protocol):
    """Finds the words of a script in a recording of it. A request with a `recording` goes here instead of to an engine.

    What comes of it is kept as a voiced sentence is: the sound and its times under the request's digest, so that captions, mouth and
    mix take a recording for speech.
    """

    version: str
    """Names the aligner and its rules."""

    def align(self, recording: Path, request: SpeechRequest, wav: Path) -> SpokenTimes:
        """Write the recording (WAV, any channels, 48 kHz) to `wav` as speech is written, and say when its words, phonemes and visemes fall.

        Raises SpeechRefused `unlike` where the recording does not say the text.
        """
        ...


class SpeechEngine(Protocol):
    """Turns requests into sound. One instance is warm in one process and is not shared between threads."""

    version: str
    """Names the engine, its weights and its text rules: part of every speech digest."""

    def voices(self) -> tuple[Voice, ...]:
        """All voices on offer."""
        ...

    def synthesize(self, request: SpeechRequest, wav: Path) -> SpokenTimes:
        """Write the sound to `wav`. Raises SpeechRefused for a text or voice that cannot be said."""
        ...
