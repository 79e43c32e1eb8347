"""Alignment: the words of a script found in a recording of it.

The embedded voice says the same words, at times that are known exactly; the recording is laid over that, and the times are carried across.
No model of anybody's voice or language is needed beyond the engine itself.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.audio.loudness import normalise
from render.errors import SpeechRefused
from render.media.wav import read_wav, write_wav
from render.ports.speech import SpeechEngine
from render.speech.mouth import visemes
from render.speech.sound import LOUDNESS_LUFS, PEAK_DBTP
from render.speech.warping import FRAME_SAMPLES, Overlay, overlay
from render.timeline.spoken import Phoneme, SpeechRequest, SpokenTimes, Word
from render.timeline.time import TICKS_PER_SECOND
from render.timeline.voicing import spread

REFERENCES: Final = {"zh": ("zf_xiaoyi", "zm_yunxi"), "en": ("af_heart", "am_michael")}
"""A woman's and a man's voice of each language: the one that the recording comes nearer to is believed."""

UNLIKE: Final = 1.18
"""From this distance on a recording says something else. Measured: docs/decisions/0027-voices.md."""
LENGTHS_MAX: Final = 3.0
"""A recording so many times as long or as short as the voice's is of something else, too."""
SECONDS_MAX: Final = 60
"""What is longer is not laid over: memory grows with the square."""

_RATE: Final = 48_000
_TICKS_PER_SAMPLE: Final = TICKS_PER_SECOND // _RATE
_TICKS_PER_FRAME: Final = FRAME_SAMPLES * _TICKS_PER_SAMPLE
_QUIET: Final = 0.06
"""Below this part of the level of the loud frames (their 90th percentile) nobody speaks."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What is spoken in a sound, from its first to its last heard frame."""

    samples: Samples
    start: int
    """Its first sample in the whole sound."""


class DtwAligner:
    """Finds words by laying a recording over the engine's own voices. It shares the engine, and is no more shared between threads."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        self.version = f"warping/1/{engine.version}"

    def align(self, recording: Path, request: SpeechRequest, wav: Path) -> SpokenTimes:
        """Write the recording to `wav` as speech is written, and say when its words, phonemes and visemes fall.

        Where no embedded voice speaks the language, or the recording is longer than SECONDS_MAX, its words are spread over it as a guess
        has them, without mouth shapes. Raises SpeechRefused `unlike` where it says something else, `silent` where nothing is heard.
        """
        sound = read_wav(recording).mean(axis=0, dtype=np.float32)
        said = _spoken(sound)
        if said is None:
            raise SpeechRefused("silent")
        duration = len(sound) * _TICKS_PER_SAMPLE
        voices = REFERENCES.get(request.language.partition("-")[0], ())
        short = len(said.samples) <= SECONDS_MAX * _RATE
        times = self._nearest(said, request, voices, duration) if voices and short else spread(request, duration)
        write_wav(wav, normalise(sound[None], LOUDNESS_LUFS, PEAK_DBTP))
        return times

    def _nearest(self, said: _Stretch, request: SpeechRequest, voices: tuple[str, ...], duration: int) -> SpokenTimes:
        """The times by the voice that comes nearest. Raises SpeechRefused `unlike`."""
        tried = [self._laid_over(said, replace(request, voice=voice, recording="")) for voice in voices]
        times, start, laid = min(tried, key=lambda one: one[2].distance)
        if laid.distance >= UNLIKE:
            raise SpeechRefused("unlike", distance_permille=round(laid.distance * 1_000))
        return _carried(times, start, laid, said.start, duration)

    def _laid_over(self, said: _Stretch, request: SpeechRequest) -> tuple[SpokenTimes, int, Overlay]:
        """A voice's times, where its own speech starts, and the recording laid over it."""
        with TemporaryDirectory() as folder:
            wav = Path(folder) / "reference.wav"
            times = self._engine.synthesize(request, wav)
            spoken = _spoken(read_wav(wav)[0])
        if spoken is None:
            raise SpeechRefused("nothing-to-say")
        if not 1 / LENGTHS_MAX <= len(said.samples) / len(spoken.samples) <= LENGTHS_MAX:
            raise SpeechRefused("unlike", distance_permille=0)
        return times, spoken.start, overlay(spoken.samples, said.samples)


def _spoken(sound: Samples) -> _Stretch | None:
    """The sound without the silence around it; None where it is all silence."""
    frames = len(sound) // FRAME_SAMPLES
    level = np.sqrt(np.square(sound[: frames * FRAME_SAMPLES].reshape(frames, FRAME_SAMPLES)).mean(axis=1)) if frames else np.zeros(0)
    heard = np.flatnonzero(level > max(1e-4, _QUIET * np.percentile(level, 90))) if frames else level
    if not len(heard):
        return None
    start, end = int(heard[0]) * FRAME_SAMPLES, (int(heard[-1]) + 1) * FRAME_SAMPLES
    return _Stretch(sound[start:end], start)


def _carried(times: SpokenTimes, start: int, laid: Overlay, offset: int, duration: int) -> SpokenTimes:
    """The voice's times as they fall in the recording of `duration` ticks. They begin to speak at samples `start` and `offset`."""
    frames = np.arange(len(laid.places))

    def carry(ticks: int) -> int:
        there = float(np.interp((ticks - start * _TICKS_PER_SAMPLE) / _TICKS_PER_FRAME, frames, laid.places))
        return min(duration, round(there * FRAME_SAMPLES + offset) * _TICKS_PER_SAMPLE)

    words = tuple(Word(word.start, word.end, *_span(carry(word.at), carry(word.at + word.duration))) for word in times.words)
    phonemes = tuple(Phoneme(one.symbol, *_span(carry(one.at), carry(one.at + one.duration))) for one in times.phonemes)
    return SpokenTimes(duration, words, phonemes, visemes(phonemes, duration))


def _span(start: int, end: int) -> tuple[int, int]:
    return start, end - start
