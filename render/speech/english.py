"""English: words become phonemes in the light of their sentence."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Final

from hibari.g2p import G2P

from render.speech.symbols import PAUSES, known

_NOT_SOUNDS: Final = str.maketrans("", "", "".join(PAUSES))


def sounds(parts: Sequence[str], *, british: bool) -> list[str]:
    """Phonemes of each part (a word, a figure put in words, or a pause mark, which has none) of one stretch of a sentence."""
    text = " ".join(parts)
    starts = [0, *accumulate(len(part) + 1 for part in parts)]
    spoken, at, index = [""] * len(parts), 0, 0
    reader = _reader(british=british)
    for token in reader.phonemize_tokens(reader.tokenize(text)):
        while index + 1 < len(parts) and at >= starts[index + 1]:
            index += 1
        spoken[index] = _with(spoken[index], known((token.phonemes or "").translate(_NOT_SOUNDS)))
        at += len(token.text) + len(token.whitespace)
    return spoken


def _with(before: str, more: str) -> str:
    return f"{before} {more.strip()}" if before and more.strip() else before or more.strip()


@cache
def _reader(*, british: bool) -> G2P:
    return G2P(british=british)
