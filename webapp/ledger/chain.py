"""The chain: every line of a book carries a digest over itself and the one before, so that no line can change alone."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

START: Final = "0" * 64


def canonical(value: Mapping[str, Any]) -> str:
    """One spelling for one value: JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def link(before: str, value: Mapping[str, Any]) -> str:
    """The digest of a line, given that of the line before: SHA-256 over both, one a line."""
    return hashlib.sha256(f"{before}\n{canonical(value)}".encode()).hexdigest()
