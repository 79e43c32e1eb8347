"""Sentences: the parts of a passage that are voiced one by one, each under its own name, and how they are one passage again.

A passage is cut where a voice would draw breath anyway, so that its first sentence can be heard while the others are still to be said, and
an edit inside one sentence leaves the sound of all the others as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from typing import Final

from render.timeline import scripts
from render.timeline.spoken import Phoneme, SpeechRequest, SpokenTimes, VisemeTime, Word
from render.timeline.time import TICKS_PER_SECOND

WEIGHT_MIN: Final = 20
"""About four hanzi: what is shorter is said badly by itself and goes with its neighbour. `render/speech/sentences.py` counts alike."""
WEIGHT_OF_HAN: Final = 5
"""In letters, as a figure is. What is written otherwise weighs nothing: a voice that cannot say it finds it beside words that it can."""

WEIGHT_MAX: Final = 300
"""About sixty hanzi: what is longer takes too long to wait for, and is cut at a comma."""

PAUSE_MS: Final = 320
"""Of silence after a sentence, at a voice's own speed."""
PAUSE_AFTER_ELLIPSIS_MS: Final = 420
PAUSE_AFTER_CLAUSE_MS: Final = 160
SAMPLE_TICKS: Final = 5
"""Ticks per sample at 48 kHz: sentences, guessed ones too, begin on whole samples."""
SAMPLES_PER_SECOND: Final = TICKS_PER_SECOND // SAMPLE_TICKS

_CUT: Final = re.compile(
    rf"(?:[。！？!?…]|(?<!\b[A-Za-z])[.．](?=[{re.escape(scripts.CLOSERS)}]*(?:\s|$)))"
    rf"[{re.escape(scripts.SENTENCE_ENDS)}.]*[{re.escape(scripts.CLOSERS)}]*\s*|\s*\n\s*"
)
"""An end of a sentence with all that belongs to it. A full point ends one before white space only, and not after a single letter."""
_CLAUSE: Final = re.compile(rf"[{re.escape(scripts.CLAUSE_ENDS)}](?!\d)[{re.escape(scripts.CLOSERS)}]*\s*")
_WEIGHED: Final = re.compile(rf"[{scripts.HAN}0-9]|(?P<word>[A-Za-zÀ-ɏ]+)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A part of a passage: its text begins `start` code points into the passage's and is followed by `pause` ticks of silence."""

    start: int
    request: SpeechRequest
    pause: int = 0


@lru_cache(maxsize=8_192)
def sentences(request: SpeechRequest) -> tuple[Sentence, ...]:
    """The passage in sentences, at least one; nothing that a voice can say is left out, and no pronunciation is cut."""
    if request.recording:
        return (Sentence(0, request),)
    whole = pairwise([0, *_cuts(request), len(request.text)])
    found = [_part(request, *edges) for start, end in whole for edges in _bounded(request, start, end)]
    return (*found[:-1], replace(found[-1], pause=0))


def joined(parts: Sequence[tuple[Sentence, SpokenTimes]]) -> SpokenTimes:
    """The times of the whole passage; they are estimated while those of any sentence are. The mouth rests in the pauses."""
    words, phonemes, visemes, at = list[Word](), list[Phoneme](), list[VisemeTime](), 0
    for sentence, times in parts:
        first = sentence.start
        words += [Word(word.start + first, word.end + first, word.at + at, word.duration) for word in times.words]
        phonemes += [Phoneme(phoneme.symbol, phoneme.at + at, phoneme.duration) for phoneme in times.phonemes]
        visemes += [VisemeTime(viseme.viseme, viseme.at + at, viseme.duration) for viseme in _shapes(times, sentence.pause)]
        at += times.duration + sentence.pause
    estimated = any(times.estimated for _, times in parts)
    return SpokenTimes(at, tuple(words), tuple(phonemes), tuple(_merged(visemes)), estimated)


def _cuts(request: SpeechRequest) -> Iterator[int]:
    """Where the text is cut: after an end of a sentence with enough on both sides."""
    text, start = request.text, 0
    for end in _places(request, _CUT, 0, len(text)):
        if _heavier(text, start, end, WEIGHT_MIN) and _heavier(text, end, len(text), WEIGHT_MIN):
            yield end
            start = end


def _bounded(request: SpeechRequest, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in parts of at most WEIGHT_MAX, as far as it has clauses: cut after the one that ends nearest to its middle."""
    long = _heavier(request.text, start, end, WEIGHT_MAX + 1)
    clauses = [place for place in _places(request, _CLAUSE, start, end) if place < end] if long else []
    if not clauses:
        yield start, end
        return
    middle = min(clauses, key=lambda place: abs(2 * place - start - end))
    yield from _bounded(request, start, middle)
    yield from _bounded(request, middle, end)


def _places(request: SpeechRequest, pattern: re.Pattern[str], start: int, end: int) -> Iterator[int]:
    """Where matches of `pattern` end, less those inside a pronunciation."""
    for place in (match.end() for match in pattern.finditer(request.text, start, end)):
        if not any(first < place < last for first, last, _ in request.pronunciations):
            yield place


def _heavier(text: str, start: int, end: int, weight: int) -> bool:
    """Whether a voice makes at least so many symbols of this stretch; no more of it is looked at than it takes."""
    weights = (len(match["word"]) + 1 if match["word"] else WEIGHT_OF_HAN for match in _WEIGHED.finditer(text, start, end))
    return any(so_far >= weight for so_far in accumulate(weights))


def _part(request: SpeechRequest, start: int, end: int) -> Sentence:
    written = request.text[start:end]
    text = written.rstrip()
    inside = [(first - start, last - start, say) for first, last, say in request.pronunciations if start <= first < last <= end]
    said = tuple((first, min(last, len(text)), say) for first, last, say in inside)
    return Sentence(start, replace(request, text=text, pronunciations=said), _pause_ticks(text, request.rate))


def _pause_ticks(text: str, rate: int) -> int:
    """The silence after a sentence, in whole samples."""
    mark = text.rstrip(scripts.CLOSERS)[-1:]
    clause = PAUSE_AFTER_CLAUSE_MS if mark and mark in scripts.CLAUSE_ENDS else PAUSE_MS
    milliseconds = PAUSE_AFTER_ELLIPSIS_MS if text.endswith("…") else clause
    return SAMPLES_PER_SECOND * milliseconds // rate * SAMPLE_TICKS


def _shapes(times: SpokenTimes, pause: int) -> Iterator[VisemeTime]:
    """The shapes of a sentence and the rest after it; the mouth rests while nobody has said it."""
    yield from times.visemes or (VisemeTime("sil", 0, times.duration),)
    if pause:
        yield VisemeTime("sil", times.duration, pause)


def _merged(visemes: Sequence[VisemeTime]) -> Iterator[VisemeTime]:
    """Without equal neighbours: rest that follows rest is one."""
    for _, run in groupby(visemes, key=lambda viseme: viseme.viseme):
        first, *others = run
        yield replace(first, duration=first.duration + sum(viseme.duration for viseme in others))
