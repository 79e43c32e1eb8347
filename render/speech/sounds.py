"""Sounds: a sentence's pieces as symbols for the network, each run of symbols knowing where in the text it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from render.speech.pieces import Piece
from render.speech.symbols import SYMBOLS_MAX

_OPENING: Final = frozenset("(“")


@dataclass(frozen=True, slots=True)
class Sound:
    """Symbols said for code points `start` up to `end`; both are -1 for what stands between words."""

    symbols: str
    start: int = -1
    end: int = -1


GAP: Final = Sound(" ")


def sounds(sentence: Sequence[Piece], *, british: bool) -> tuple[Sound, ...]:
    """The sounds of one sentence with its gaps and pauses, closed by a pause; at most SYMBOLS_MAX symbols."""
    line = list[Sound]()
    for sound in _spoken(sentence, british=british):
        _append(line, sound)
    while line and line[-1] == GAP:
        line.pop()
    if line and line[-1].start >= 0:
        line.append(Sound("."))
    return _short_enough(line)


def _append(line: list[Sound], sound: Sound) -> None:
    """One gap between words, none before a pause, one after."""
    if sound == GAP:
        if line and line[-1] != GAP and line[-1].symbols not in _OPENING:
            line.append(GAP)
        return
    pause = sound.start < 0
    while pause and sound.symbols not in _OPENING and line and line[-1] == GAP:
        line.pop()
    if line or not pause or sound.symbols in _OPENING:
        line.append(sound)
    if pause and sound.symbols not in _OPENING and line:
        line.append(GAP)


def _spoken(sentence: Sequence[Piece], *, british: bool) -> Iterator[Sound]:
    for latin, run in groupby(sentence, key=lambda piece: piece.tongue == "en"):
        pieces = list(run)
        if latin:
            yield from _english(pieces, british=british)
        else:
            yield from _others(pieces)


def _english(pieces: Sequence[Piece], *, british: bool) -> Iterator[Sound]:
    from render.speech import english  # noqa: PLC0415 - dictionaries take long to import, and each tongue needs its own only

    for piece, symbols in zip(pieces, english.sounds([piece.said for piece in pieces], british=british), strict=True):
        yield GAP
        if symbols:
            yield Sound(symbols, piece.start, piece.end)
    yield GAP


def _others(pieces: Sequence[Piece]) -> Iterator[Sound]:
    for tongue, run in groupby(pieces, key=lambda piece: piece.tongue):
        if tongue == "zh":
            yield from _mandarin(list(run))
            continue
        for piece in run:
            said = Sound(piece.said) if tongue == "pause" else Sound(piece.said, piece.start, piece.end)
            yield from (said,) if tongue == "pause" else (GAP, said, GAP)


def _mandarin(pieces: Sequence[Piece]) -> Iterator[Sound]:
    """Hanzi of a run, read together; the hanzi that one figure became stay one sound."""
    owners = [piece for piece in pieces for _ in piece.said]
    at, pending = 0, Sound("")
    from render.speech import mandarin  # noqa: PLC0415 - dictionaries take long to import, and each tongue needs its own only

    for word in mandarin.words("".join(piece.said for piece in pieces)):
        for index, (_, symbols) in enumerate(word):
            owner, at = owners[at], at + 1
            if (owner.start, owner.end) == (pending.start, pending.end):
                pending = Sound(pending.symbols + (" " if index == 0 else "") + symbols, owner.start, owner.end)
                continue
            if pending.symbols:
                yield pending
            if index == 0:
                yield GAP
            pending = Sound(symbols, owner.start, owner.end)
    if pending.symbols:
        yield pending
    yield GAP


def _short_enough(line: Sequence[Sound]) -> tuple[Sound, ...]:
    """Cut to what the network can take: only a single word without end comes so far."""
    kept, left = list[Sound](), SYMBOLS_MAX
    for sound in line:
        kept.append(Sound(sound.symbols[:left], sound.start, sound.end))
        left -= len(kept[-1].symbols)
        if left <= 0:
            break
    return tuple(kept)
