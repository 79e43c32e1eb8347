"""Timing: the network's durations become the times at which the sounds are heard. Times here are samples at 24 kHz."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.speech.network import SAMPLE_RATE, Take
from render.speech.sounds import Sound
from render.speech.symbols import LENGTHENERS, STRESS

LEAD: Final = {"zh": SAMPLE_RATE * 50 // 1_000, "en": SAMPLE_RATE * 60 // 1_000}
"""At a voice's own speed it is heard this much before the durations say; slower, more; faster, less.

Measured: docs/decisions/0003-speech-engine.md.
"""

STEP: Final = SAMPLE_RATE // 100
"""Energy is looked at in steps of 10 ms."""

QUIET: Final = 0.06
"""Below this part of the loud steps' level (their 90th percentile) nothing is heard."""

PAUSE_MIN: Final = SAMPLE_RATE * 80 // 1_000
BREAK_MIN: Final = SAMPLE_RATE * 120 // 1_000
"""Silence between two words is a pause from here on where the text has no mark; shorter ones are closures of stops."""

SOUND_MIN: Final = SAMPLE_RATE * 40 // 1_000


@dataclass(frozen=True, slots=True)
class Phone:
    """One sound with its tone, length or breath, from `start` up to `end`; `word` is the index of the Sound it belongs to."""

    symbol: str
    start: int
    end: int
    word: int


def phones(line: Sequence[Sound], take: Take, lead: int) -> list[Phone]:
    """The sounds of a sentence in order, without overlap, when they are heard: `lead` samples before the durations say."""
    return _heard(_nominal(line, [max(0, edge - lead) for edge in take.edges]), line, loud(take.samples))


def loud(samples: NDArray[np.float32]) -> NDArray[np.bool_]:
    """For each 10 ms of (n,) samples, whether something is heard."""
    steps = len(samples) // STEP
    level = np.sqrt(np.square(samples[: steps * STEP].reshape(steps, STEP)).mean(axis=1))
    return np.asarray(level > QUIET * np.percentile(level, 90) if steps else np.zeros(0), np.bool_)


def _nominal(line: Sequence[Sound], edges: Sequence[int]) -> list[Phone]:
    """Sounds where the durations put them: stress goes with the vowel after it, tone and length with the sound before."""
    said, index, stressed_from = list[Phone](), 0, None
    for word, sound in enumerate(line):
        for symbol in sound.symbols:
            start, end = edges[index : index + 2]
            index += 1
            if sound.start < 0 or symbol == " ":
                continue
            if symbol in STRESS:
                stressed_from = start
            elif symbol in LENGTHENERS and said:
                said[-1] = replace(said[-1], symbol=said[-1].symbol + symbol, end=end)
            else:
                said.append(Phone(symbol, start if stressed_from is None else stressed_from, end, word))
                stressed_from = None
    return said


def _heard(said: Sequence[Phone], line: Sequence[Sound], heard: NDArray[np.bool_]) -> list[Phone]:
    """Each sound held up to the next, but for pauses: the network gives those to the sound before, and the ear says where it ends."""
    settled = list[Phone]()
    for phone, following in pairwise(said):
        marked = any(sound.symbols.strip() for sound in line[phone.word + 1 : following.word])
        end = _fading(phone, following.start, heard)
        shortest = PAUSE_MIN if marked else BREAK_MIN
        between = phone.word != following.word and following.start - end >= shortest
        settled.append(replace(phone, end=end if between else following.start))
    last = said[-1]
    return [*settled, replace(last, end=_fading(last, len(heard) * STEP, heard))]


def _fading(phone: Phone, before: int, heard: NDArray[np.bool_]) -> int:
    """Where the sound is last heard before `before`; no less than SOUND_MIN after its start."""
    first = phone.start // STEP
    steps = np.flatnonzero(heard[first : before // STEP])
    last = (first + int(steps[-1]) + 1) * STEP if len(steps) else phone.start
    return min(max(last, phone.start + SOUND_MIN), max(before, phone.start + 1))
