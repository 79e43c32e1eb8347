"""Mandarin: hanzi become phonemes, one string a hanzi, by words, phrases with many readings and tone sandhi."""

import logging
import re
import warnings
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from misaki.transcription import pinyin_to_ipa
from pypinyin import Style, lazy_pinyin

from render.speech.symbols import known

with warnings.catch_warnings():
    # jieba asks setuptools for a file in a way that setuptools will drop; the pin of setuptools keeps it working.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
    # Its patterns are not raw strings, which Python says (as one class or the other) when it compiles them for the first time.
    warnings.filterwarnings("ignore", message="invalid escape sequence", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message="invalid escape sequence", category=SyntaxWarning)
    import jieba.posseg

_NEUTRAL: Final = {("地", "uv"): "de5", ("得", "ud"): "de5", ("着", "uz"): "zhe5", ("了", "ul"): "le5", ("过", "ug"): "guo4"}
"""Particles by part of speech: the same hanzi reads otherwise as a word of its own."""

_MEASURED: Final = re.compile("[一二两三四五六七八九十百千万亿几半数多]只(?![有是要能会剩需卖])")
_FIGURES: Final = frozenset("零一二三四五六七八九点十")
_NAMED: Final = frozenset("月号日楼")
"""After these one stays first tone: 一月 is a name, not a count."""

_TONES: Final = (("˧˩˧", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥", "→"), ("ɻ̩", "ɨ"), ("ɹ̩", "ɨ"), ("\u032f", ""))
"""The network's letters for tones and syllabic consonants (misaki's `zh.retone`)."""

jieba.setLogLevel(logging.WARNING)


def words(hanzi: str) -> list[list[tuple[str, str]]]:
    """Words of (hanzi, phonemes). Phonemes are empty for a hanzi that no dictionary reads."""
    cut = [(pair.word, pair.flag) for pair in jieba.posseg.cut(hanzi)]
    syllables = [_pinyin(word, flag) for word, flag in cut]
    flat = sandhi(hanzi, [one for word in syllables for one in word], _ends(syllables))
    spoken, at = list[list[tuple[str, str]]](), 0
    for word, _ in cut:
        spoken.append([(character, syllable(one)) for character, one in zip(word, flat[at : at + len(word)], strict=True)])
        at += len(word)
    return spoken


@cache
def syllable(pinyin: str) -> str:
    """Phonemes of one syllable of pinyin with its tone's figure (`chong2`); empty where it is none."""
    try:
        sounds = "".join(next(iter(pinyin_to_ipa(pinyin))))
    except (AssertionError, ValueError, KeyError, IndexError):
        return ""
    for written, letter in _TONES:
        sounds = sounds.replace(written, letter)
    return known(sounds)


def sandhi(hanzi: str, pinyin: Sequence[str], ends: frozenset[int]) -> list[str]:
    """Tones as they are said: 一 and 不 bend to what follows, and within a word a third tone before a third tone rises.

    `ends` are the indices where words end. Rules: Duanmu, The Phonology of Standard Chinese, 2nd ed., ch. 11.
    """
    said = list(pinyin)
    for index in _counted(hanzi):
        said[index] = "zhi1"
    for index, ((character, here), (following, after)) in enumerate(pairwise(zip(hanzi, pinyin, strict=True))):
        if character == "不" and _tone(after) == "4":
            said[index] = "bu2"
        elif character == "一" and here.startswith("yi"):
            said[index] = "yi1" if _figure(hanzi, index) else _one(following, after, here)
        elif _tone(here) == "3" == _tone(after) and index not in ends:
            said[index] = here[:-1] + "2"
    return said


def _pinyin(word: str, flag: str) -> list[str]:
    if (word, flag) in _NEUTRAL:
        return [_NEUTRAL[word, flag]]
    read = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return read if len(read) == len(word) else [_alone(character) for character in word]


def _alone(character: str) -> str:
    read = lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return read[0] if read else ""


def _ends(syllables: Sequence[Sequence[str]]) -> frozenset[int]:
    ends, at = set[int](), -1
    for word in syllables:
        at += len(word)
        ends.add(at)
    return frozenset(ends)


def _counted(hanzi: str) -> list[int]:
    """Where 只 is the measure word (三只) and not "only" (三只有)."""
    return [match.start() + 1 for match in _MEASURED.finditer(hanzi)]


def _figure(hanzi: str, index: int) -> bool:
    """Whether 一 is a figure among figures, an ordinal, or names something: then it keeps its tone."""
    before, after, then = hanzi[index - 1 : index] if index else "", hanzi[index + 1], hanzi[index + 2 : index + 3]
    figures = before in _FIGURES or after in _FIGURES - {"点"} or (after == "点" and then in _FIGURES)
    return figures or before == "第" or after in _NAMED


def _one(following: str, after: str, here: str) -> str:
    tone = _tone(after)
    if following == "个" or tone == "4":
        return "yi2"
    return "yi4" if tone in {"1", "2", "3"} else here


def _tone(pinyin: str) -> str:
    return pinyin[-1:]
