"""Figures and shortenings in English text, put so that the English reader says them in full."""

import re
from collections.abc import Callable
from typing import Final

from hibari.g2p.normalize import UNITS, normalize

SHORTENED: Final = {
    "mr.": "mister", "mrs.": "missus", "ms.": "miz", "dr.": "doctor", "st.": "saint", "vs.": "versus", "inc.": "incorporated",
    "ltd.": "limited", "co.": "company", "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "approx.": "approximately",
    "no.": "number", "dept.": "department",
}  # fmt: skip
CURRENCIES: Final = {
    "¥": "yuan", "rmb": "yuan", "cny": "yuan", "thb": "baht", "hkd": "Hong Kong dollars", "$": "dollars", "€": "euros", "£": "pounds",
}  # fmt: skip
SIGNS: Final = {"+": "plus", "=": "equals", "&": "and", "@": "at", "%": "percent", "×": "times", "≈": "about", "±": "plus or minus"}

_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TO: Final = r"\s?[-~–—]\s?"
_SCALE: Final = r"(?:\s?(?:hundred|thousand|million|billion|trillion|[kmb])\b)?"
_UNIT: Final = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_CODE: Final = "rmb|cny|thb|hkd"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"

Reading = Callable[[re.Match[str]], str]


def _as_is(match: re.Match[str]) -> str:
    return str(normalize(match[0]))


def _own_currency(match: re.Match[str]) -> str:
    low, high, scale = match["low"], match["high"], _scale(match["scale"])
    amount = f"{low} to {high}" if high else low
    return f"{amount} {scale}{CURRENCIES[match['sign'].strip().lower()]}"


def _scale(written: str) -> str:
    short = {"k": "thousand", "m": "million", "b": "billion"}
    word = written.strip().lower()
    return f"{short.get(word, word)} " if word else ""


def _span(match: re.Match[str]) -> str:
    return f"{match['low']} to {normalize(match['high'] + match['rest'])}"


def _degrees(match: re.Match[str]) -> str:
    scale = "Celsius" if match["scale"] == "℃" else "Fahrenheit"
    low = f"{match['low']} to " if match["low"] else ""
    return f"{'minus ' if match['sign'] else ''}{low}{match['number']} degrees {scale}"


def _more(match: re.Match[str]) -> str:
    return f"{match['number']} plus"


def _digits(match: re.Match[str]) -> str:
    return " ".join(character for character in match[0] if character.isdigit())


def _shortened(match: re.Match[str]) -> str:
    return SHORTENED[match[0].lower().removesuffix(".") + "."]


def _sign(match: re.Match[str]) -> str:
    return SIGNS[match[0]]


READINGS: Final[tuple[tuple[re.Pattern[str], Reading], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), reading)
    for pattern, reading in (
        (
            rf"(?<![a-z])(?P<sign>¥|(?:rmb|cny|thb|hkd)\s?)(?P<low>{_NUMBER})(?:{_TO}¥?(?P<high>{_NUMBER}))?(?P<scale>{_SCALE})",
            _own_currency,
        ),
        (rf"(?P<sign>[$€£])(?P<low>{_NUMBER}){_TO}[$€£]?(?P<high>{_NUMBER})(?P<scale>{_SCALE})", _own_currency),
        (rf"(?:[$€£₩₹]|(?:usd|eur|gbp)\s?)(?:{_NUMBER}){_SCALE}", _as_is),
        (r"(?:\d{1,2}:\d{2})(?::\d{2})?(?:\s?(?:[ap]m\b|[ap]\.m\.))?", _as_is),
        (r"\d{1,2}\s?(?:[ap]m\b|[ap]\.m\.)", _as_is),
        (r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})", _as_is),
        (rf"\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?![\d:%])(?:,?\s\d{{4}}\b)?", _as_is),
        (r"(?<!\d)(?:\d{3}-)?\d{3}-\d{4}(?!\d)", _as_is),
        (r"(?<!\d)(?:0\d{2,}|\d{10,})(?![\d.,])", _digits),
        (rf"(?P<sign>(?<![\w\-])-)?(?:(?P<low>{_NUMBER}){_TO})?(?P<number>{_NUMBER})\s?(?P<scale>[℃℉])", _degrees),
        (rf"(?P<low>{_NUMBER})%?{_TO}(?P<high>{_NUMBER})(?P<rest>\s?(?:%|(?:{_UNIT})\b)?)", _span),
        (rf"(?<![\w.])-?(?:{_NUMBER})\s?(?:°\s?[CF]?|(?:{_UNIT})(?!\w))", _as_is),
        (r"\d{1,2}/\d{1,2}(?![\d/])", _as_is),
        (rf"(?P<number>{_NUMBER})\+", _more),
        (rf"(?:{_NUMBER})(?:%|st\b|nd\b|rd\b|th\b|'?s\b)?", _as_is),
        (r"\b(?:mrs?|ms|dr|vs|inc|ltd|co|e\.g|i\.e|approx|dept)\.|\betc\.(?!\s*$|\s+(?-i:[A-Z]))|\betc(?=\.)", _shortened),
        (r"\b(?:no)\.(?=\s?\d)|\bst\.(?=\s[A-Z])", _shortened),
        (r"[+=&@×≈±]", _sign),
    )
)


def figure_at(text: str, at: int) -> tuple[int, str] | None:
    """The figure or shortening that begins at `at` of a plain text: where it ends and how it is said; None where there is none."""
    for pattern, reading in READINGS:
        match = pattern.match(text, at)
        if match:
            return match.end(), reading(match)
    return None
