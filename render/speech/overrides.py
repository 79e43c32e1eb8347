"""Pronunciations that a person asked for: pinyin, phonemes between slashes, or a plain respelling."""

import re
from typing import Final

from render.speech.mandarin import syllable
from render.speech.pieces import Piece
from render.speech.plain import is_hanzi, plain
from render.speech.symbols import known

_SYLLABLE: Final = re.compile(r"[a-zü]+[1-5]")


def override(text: str, start: int, end: int, say: str) -> Piece:
    """The piece for code points `start` to `end` of `text`, said as asked.

    `chong2 qing4` is pinyin where all of it is; `/kˈæt/` is phonemes; Chinese is read as Chinese, anything else as English.
    """
    say = say.strip()
    syllables = re.findall(r"[^\s'-]+", say.lower().replace("v", "ü").replace("u:", "ü"))
    if syllables and all(_SYLLABLE.fullmatch(one) and syllable(one) for one in syllables):
        return Piece(start, end, "".join(syllable(one) for one in syllables), "symbols")
    if len(say) > 2 and say[0] == say[-1] == "/":  # noqa: PLR2004 - something between two slashes
        return Piece(start, end, known(say[1:-1]) or text[start:end], "symbols")
    respelled = plain(say)
    if all(is_hanzi(character) for character in respelled):
        return Piece(start, end, respelled, "zh")
    return Piece(start, end, re.sub(r"[^A-Za-zÀ-ɏ' -]", " ", respelled).strip() or " ", "en")
