"""The network's symbols: which phonemes it knows, by what number, and what the mouth does for each."""

from typing import Final

from render.timeline.spoken import Viseme

NUMBERS: Final[dict[str, int]] = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, '"': 11, "(": 12, ")": 13, "“": 14, "”": 15, " ": 16, "\u0303": 17,
    "ʣ": 18, "ʥ": 19, "ʦ": 20, "ʨ": 21, "ᵝ": 22, "ꭧ": 23, "A": 24, "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42,
    "a": 43, "b": 44, "c": 45, "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57, "p": 58,
    "q": 59, "r": 60, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68, "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "β": 75,
    "ɔ": 76, "ɕ": 77, "ç": 78, "ɖ": 80, "ð": 81, "ʤ": 82, "ə": 83, "ɚ": 85, "ɛ": 86, "ɜ": 87, "ɟ": 90, "ɡ": 92, "ɥ": 99, "ɨ": 101,
    "ɪ": 102, "ʝ": 103, "ɯ": 110, "ɰ": 111, "ŋ": 112, "ɳ": 113, "ɲ": 114, "ɴ": 115, "ø": 116, "ɸ": 118, "θ": 119, "œ": 120, "ɹ": 123,
    "ɾ": 125, "ɻ": 126, "ʁ": 128, "ɽ": 129, "ʂ": 130, "ʃ": 131, "ʈ": 132, "ʧ": 133, "ʊ": 135, "ʋ": 136, "ʌ": 138, "ɣ": 139, "ɤ": 140,
    "χ": 142, "ʎ": 143, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157, "ː": 158, "ʰ": 162, "ʲ": 164, "↓": 169, "→": 171, "↗": 172, "↘": 173,
    "ᵻ": 177,
}  # fmt: skip
"""Kokoro-82M v1.0's vocabulary (its `config.json`)."""

SYMBOLS_MAX: Final = 510
PAUSES: Final = frozenset(';:,.!?—…"()“”')
STRESS: Final = frozenset("ˈˌ")
"""Stand before the vowel they stress."""
LENGTHENERS: Final = frozenset("ːʰʲ↓→↗↘\u0303ᵝ")
"""Tone, length, breath: stand after the sound they belong to."""

_SHAPES: Final[dict[Viseme, str]] = {
    "PP": "pbmɸβ",
    "FF": "fvʋ",
    "TH": "θð",
    "DD": "tdɾTʈɖ",
    "kk": "kɡxhŋɣçʔqcɟχɴʝɰ",
    "CH": "ʧʤʃʒʨʥꭧʂɕɻʦʣS",
    "SS": "sz",
    "nn": "nlɲɳʎ",
    "RR": "ɹrʁɽ",
    "aa": "aɑɐæʌɒ",
    "E": "eɛəɚɜɤᵊœ",
    "ih": "iɪjᵻɨ",
    "oh": "oɔø",
    "ou": "uʊwɯɥy",
}
_DIPHTHONGS: Final[dict[str, tuple[Viseme, Viseme]]] = {
    "A": ("E", "ih"),
    "I": ("aa", "ih"),
    "O": ("oh", "ou"),
    "Q": ("E", "ou"),
    "W": ("aa", "ou"),
    "Y": ("oh", "ih"),
}
"""The phoneme alphabet writes diphthongs as one capital; the mouth makes two shapes."""

_ONE_SHAPE: Final[dict[str, tuple[Viseme, ...]]] = {symbol: (shape,) for shape, symbols in _SHAPES.items() for symbol in symbols}


def shapes(symbol: str) -> tuple[Viseme, ...]:
    """The mouth shapes of a sound in order: one, or two for a diphthong. Marks after the sound change nothing."""
    return _DIPHTHONGS.get(symbol[0]) or _ONE_SHAPE.get(symbol[0], ("E",))


def known(symbols: str) -> str:
    """The symbols without those that the network has no number for."""
    return "".join(symbol for symbol in symbols if symbol in NUMBERS)
