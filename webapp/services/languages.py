"""Languages of the interface: which there are, and which one a reader gets."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel.support import NullTranslations, Translations

LANGUAGES: Final[Mapping[str, str]] = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English", "th": "ไทย"}
"""By tag, in their own words."""

DEFAULT: Final = "en"
_TRADITIONAL: Final = {"hant", "tw", "hk", "mo"}


def locale_of(language: str) -> str:
    """The catalogue's folder for an interface language: `zh-Hans` lies in `zh_Hans`."""
    return language.replace("-", "_")


def matching(tag: str) -> str:
    """Our language for any tag a browser may send, or nothing: zh-TW reads traditional characters, zh-SG simplified ones."""
    first, *rest = tag.strip().lower().replace("_", "-").split("-")
    if first == "zh":
        return "zh-Hant" if _TRADITIONAL & set(rest) and "hans" not in rest else "zh-Hans"
    return first if first in LANGUAGES else ""


def negotiate(*wishes: str) -> str:
    """The first of `wishes` that we speak, best first; else English."""
    return next((language for wish in wishes if (language := matching(wish))), DEFAULT)


@cache
def catalogue(folder: Path, language: str) -> NullTranslations:
    """The words of `language`, for what is written outside a request; without a compiled catalogue the English ones."""
    return Translations.load(str(folder), [locale_of(language)])
