"""Speech: a passage of text becomes sound with exact times."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from render.timeline.spoken import SpeechRequest, SpokenTimes

if TYPE_CHECKING:
    from torch import Tensor

Change = Literal["rate", "pitch", "energy"]


class BrokenOff(Exception):
    """A sentence was ended before it was said: whoever asked wants something else now."""


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


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in a recording."""

    text: str
    certainty: float
    """The mean logarithm of each sign's likelihood: 0 is sure."""
    silence: float
    """How likely it is that nobody speaks, 0 to 1."""


class Transcriber(Protocol):
    """Writes down what is said."""

    version: str

    def write_down(self, samples: "Tensor", language: str) -> Transcript:
        """What is said in (n,) float32 samples at 16 kHz, read as a language (`zh`, `en`, `th`)."""
        ...


class SpeakerComparer(Protocol):
    """Tells whether two recordings are of one voice."""

    version: str

    def likeness(self, one: "Tensor", other: "Tensor") -> float | None:
        """From 0 to 1 how alike two voices are, (n,) float32 at 16 kHz each; None where there is too little of either."""
        ...


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
