"""Sentences: how a passage is cut into what the network says in one breath."""

from collections.abc import Iterator, Sequence
from typing import Final

from render.speech.pieces import ENDS, Piece, weight

WEIGHT_MAX: Final = 300
"""In symbols, about sixty hanzi: the network says up to 510, but hurries when they are many."""

WEIGHT_MIN: Final = 20
"""What is shorter is said badly by itself and goes with a neighbour."""

_CLOSING: Final = frozenset(")”")


def sentences(pieces: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    """The pieces in sentences: cut after a full stop; a long one also after a comma, or anywhere; a short one joined to the next."""
    said = [part for sentence in _after_ends(pieces) for part in _bounded(sentence) if any(piece.tongue != "pause" for piece in part)]
    return _joined(said)


def load(pieces: Sequence[Piece]) -> int:
    """About how many symbols these pieces will become."""
    return sum(weight(piece) for piece in pieces)


def _after_ends(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    start = 0
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        ended = piece.tongue == "pause" and (piece.said in ENDS or (piece.said in _CLOSING and index and pieces[index - 1].said in ENDS))
        if ended and not (following and following.tongue == "pause" and following.said in ENDS | _CLOSING):
            yield tuple(pieces[start : index + 1])
            start = index + 1
    yield tuple(pieces[start:])


def _bounded(sentence: tuple[Piece, ...]) -> Iterator[tuple[Piece, ...]]:
    """The sentence in parts of at most WEIGHT_MAX, cut after the pause nearest to its middle, else in the middle."""
    if load(sentence) <= WEIGHT_MAX or len(sentence) <= 1:
        yield sentence
        return
    middle = len(sentence) // 2
    pauses = [index + 1 for index, piece in enumerate(sentence[:-1]) if piece.tongue == "pause" and index]
    cut = min(pauses, key=lambda at: abs(at - middle), default=middle)
    yield from _bounded(sentence[:cut])
    yield from _bounded(sentence[cut:])


def _joined(said: Sequence[tuple[Piece, ...]]) -> list[tuple[Piece, ...]]:
    """Short ones with the next, the last one with the one before it, as far as both are one breath."""
    joined = list[tuple[Piece, ...]]()
    for place, sentence in enumerate(said):
        last = place == len(said) - 1
        short = joined and (load(joined[-1]) < WEIGHT_MIN or (last and load(sentence) < WEIGHT_MIN))
        if short and load(joined[-1]) + load(sentence) <= WEIGHT_MAX:
            joined[-1] += sentence
        else:
            joined.append(sentence)
    return joined
