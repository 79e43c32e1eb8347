"""Addresses of finished exports that work without a cookie, for the phone in one's hand; and what their files are called there."""

import unicodedata
from datetime import datetime
from typing import Final

from webapp.services import media_links

STEP_S: Final = 3600
LIFE_S: Final = 24 * 3600
NAME_LENGTH_MAX: Final = 80
_KIND: Final = "export"
_FORBIDDEN: Final = frozenset('/\\:*?"<>|%')


def expiry(now: datetime) -> int:
    """When an address made now stops working, in seconds since 1970: in 23 to 24 hours. Within an hour it is always the same address."""
    return int(now.timestamp()) // STEP_S * STEP_S + LIFE_S


def proof(key: str, tenant_id: str, export_id: str, expires: int) -> str:
    """The proof that we made the address of this export."""
    return media_links.signature(key, tenant_id, _KIND, export_id, expires)


def is_good(key: str, tenant_id: str, export_id: str, expires: int, given: str, now: datetime) -> bool:  # noqa: PLR0917 - an address's parts
    """Whether the address is ours, and still works."""
    return media_links.is_good(key, tenant_id, _KIND, export_id, expires, given, now)


def file_name(title: str, preset: str, language: str, extension: str) -> str:
    """What a downloaded file is called: the title, as far as file systems take it, then what tells the files of one project apart."""
    return f"{tidy(title) or 'video'} {preset} {language}.{extension}"


def tidy(title: str) -> str:
    """A title as far as file systems take it; nothing may be left of it."""
    kept = "".join(" " if letter in _FORBIDDEN or unicodedata.category(letter)[0] in "CZ" else letter for letter in title)
    return " ".join(kept.split())[:NAME_LENGTH_MAX].strip(" .")
