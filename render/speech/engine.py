"""The embedded speech engine: Mandarin and English by Kokoro-82M, with exact times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.errors import SpeechRefused
from render.media.wav import write_wav
from render.ports.speech import Voice
from render.presets.voices import BY_ID, SPEECH_ENGINE, VOICES, british
from render.speech.mouth import visemes
from render.speech.network import SAMPLE_RATE, Network
from render.speech.pieces import Piece
from render.speech.sentences import sentences
from render.speech.sound import OUT_RATE, cut, finished
from render.speech.sounds import Sound, sounds
from render.speech.timing import LEAD, STEP, Phone, loud, phones
from render.timeline.sentences import PAUSE_AFTER_CLAUSE_MS, PAUSE_AFTER_ELLIPSIS_MS, PAUSE_MS
from render.timeline.spoken import Phoneme, SpeechRequest, SpokenTimes, Word
from render.timeline.time import TICKS_PER_SECOND

RATE_MIN, RATE_MAX = 500, 2_000
PITCH_MAX, ENERGY_MAX = 400, 60

_TICKS_PER_SAMPLE: Final = TICKS_PER_SECOND // SAMPLE_RATE
_TICKS_PER_OUT: Final = TICKS_PER_SECOND // OUT_RATE
_LEAD: Final = SAMPLE_RATE * 60 // 1_000
_TAIL: Final = SAMPLE_RATE * 100 // 1_000
_EDGE: Final = SAMPLE_RATE * 20 // 1_000
_PAUSES_MS: Final = {**dict.fromkeys(".!?”)", PAUSE_MS), "…": PAUSE_AFTER_ELLIPSIS_MS}
"""Where a sentence ends; between the parts of one that was too long for one breath it is the pause of a clause."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it sounds: float32 (n,) at 48 kHz, and its times, from its own start; words stand in the whole text."""

    samples: Samples
    times: SpokenTimes


@dataclass(frozen=True, slots=True)
class _Utterance:
    """A sentence without its place in a text."""

    samples: Samples
    phones: tuple[Phone, ...]
    start: int


class KokoroEngine:
    """Says requests one sentence at a time. One instance is warm in one process and is not shared between threads."""

    version: str = SPEECH_ENGINE

    def __init__(self, models: Path, *, threads: int = 1) -> None:
        self._network = Network(models / "kokoro", threads=threads)

    def voices(self) -> tuple[Voice, ...]:
        """All voices on offer."""
        return VOICES

    def synthesize(self, request: SpeechRequest, wav: Path) -> SpokenTimes:
        """Write the sound to `wav` (mono, 48 kHz, 16 bit) and say when everything in it falls.

        Raises SpeechRefused (`voice`, `rate`, `pitch`, `energy`, `nothing-to-say`), SetupIncomplete, BrokenOff.
        """
        said = list(self._sentences(request))
        write_wav(wav, np.concatenate([sentence.samples for sentence in said]))
        return _together([sentence.times for sentence in said])

    def break_off(self) -> None:
        """End what is being said, if anything is: `synthesize` raises BrokenOff. From any thread, and again until it does."""
        self._network.break_off()

    def _sentences(self, request: SpeechRequest) -> Iterator[Sentence]:
        """The passage one breath at a time; joined they are the whole."""
        from render.speech.script import script  # noqa: PLC0415 - dictionaries and grammars take long to import, and what has been voiced needs none

        _check(request)
        parts = sentences(script(request.text, request.language, request.pronunciations))
        lines = [(part, sounds(part, british=british(request.voice))) for part in parts]
        spoken = [(part, line) for part, line in lines if any(sound.start >= 0 for sound in line)]
        if not spoken:
            raise SpeechRefused("nothing-to-say")
        for index, (part, line) in enumerate(spoken):
            pause = _pause(part, request.rate) if index + 1 < len(spoken) else 0
            yield _sentence(self._utterance(line, request), line, pause)

    def _utterance(self, line: Sequence[Sound], request: SpeechRequest) -> _Utterance:
        take = self._network.say("".join(sound.symbols for sound in line), request.voice, request.rate, request.pitch)
        lead = LEAD[BY_ID[request.voice].language] * 1_000 // request.rate
        return _cut(take.samples, phones(line, take, lead), request.energy)


def _check(request: SpeechRequest) -> None:
    if request.voice not in BY_ID:
        raise SpeechRefused("voice", voice=request.voice)
    if not RATE_MIN <= request.rate <= RATE_MAX:
        raise SpeechRefused("rate", rate=request.rate, least=RATE_MIN, most=RATE_MAX)
    if abs(request.pitch) > PITCH_MAX:
        raise SpeechRefused("pitch", pitch=request.pitch, most=PITCH_MAX)
    if abs(request.energy) > ENERGY_MAX:
        raise SpeechRefused("energy", energy=request.energy, most=ENERGY_MAX)


def _cut(samples: Samples, said: Sequence[Phone], energy: int) -> _Utterance:
    """The utterance from shortly before its first sound to shortly after its last."""
    heard = np.flatnonzero(loud(samples))
    first, last = (int(heard[0]) * STEP, (int(heard[-1]) + 1) * STEP) if len(heard) else (said[0].start, said[-1].end)
    start = min(first - _LEAD, said[0].start - _EDGE)
    end = max(last + _TAIL, said[-1].end + _EDGE)
    return _Utterance(finished(cut(samples, start, end), energy), tuple(said), start)


def _pause(part: Sequence[Piece], rate: int) -> int:
    """Samples at 48 kHz of silence after this sentence."""
    mark = part[-1].said if part[-1].tongue == "pause" else ""
    return OUT_RATE * _PAUSES_MS.get(mark, PAUSE_AFTER_CLAUSE_MS) // rate


def _sentence(utterance: _Utterance, line: Sequence[Sound], pause: int) -> Sentence:
    samples = np.concatenate([utterance.samples, np.zeros(pause, np.float32)])
    duration = len(samples) * _TICKS_PER_OUT
    phonemes = tuple(
        Phoneme(phone.symbol, (phone.start - utterance.start) * _TICKS_PER_SAMPLE, (phone.end - phone.start) * _TICKS_PER_SAMPLE)
        for phone in utterance.phones
    )
    return Sentence(samples, SpokenTimes(duration, _words(utterance.phones, phonemes, line), phonemes, visemes(phonemes, duration)))


def _words(said: Sequence[Phone], phonemes: Sequence[Phoneme], line: Sequence[Sound]) -> tuple[Word, ...]:
    timed = zip(said, phonemes, strict=True)
    return tuple(_word(line[index], [phoneme for _, phoneme in run]) for index, run in groupby(timed, key=lambda pair: pair[0].word))


def _word(sound: Sound, spoken: Sequence[Phoneme]) -> Word:
    end = spoken[-1].at + spoken[-1].duration
    return Word(sound.start, sound.end, spoken[0].at, end - spoken[0].at)


def _together(parts: Sequence[SpokenTimes]) -> SpokenTimes:
    """The times of sentences that follow each other."""
    words, phonemes, at = list[Word](), list[Phoneme](), 0
    for part in parts:
        words += [replace(word, at=word.at + at) for word in part.words]
        phonemes += [replace(phoneme, at=phoneme.at + at) for phoneme in part.phonemes]
        at += part.duration
    return SpokenTimes(at, tuple(words), tuple(phonemes), visemes(phonemes, at))
