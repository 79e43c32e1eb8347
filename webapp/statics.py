"""Styles, scripts and pictures of the pages: under an address that names this very edition of them, so that a browser asks for each once.

A script that imports others by relative addresses stays in its edition. During an upgrade two editions are served side by side, each
web having one: whoever asks a web for the other edition gets what is there, and keeps it for this once.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any, Final

from flask import Flask, send_from_directory
from werkzeug.wrappers import Response

FOLDER: Final = Path(__file__).parent / "static"
ENDPOINT: Final = "static"
YEAR_S: Final = 365 * 24 * 3600
EDITION_LENGTH: Final = 12

_IMPORT: Final = re.compile(r"""^(?:import|export)\b(?:[^"';()]*\bfrom)?\s*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def attach(app: Flask) -> None:
    """Serve them, name the edition in every `url_for('static', …)`, and let templates ask which modules a script needs."""
    current = edition(FOLDER)

    def send(edition: str, filename: str) -> Response:
        response = send_from_directory(FOLDER, filename, max_age=YEAR_S if edition == current else None)
        response.cache_control.immutable = edition == current
        return response

    def name(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT:
            values.setdefault("edition", current)

    app.add_url_rule("/static/<edition>/<path:filename>", ENDPOINT, send)
    app.url_defaults(name)
    app.jinja_env.globals["modules"] = modules


@lru_cache
def edition(folder: Path) -> str:
    """A name that changes with any file of the folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:EDITION_LENGTH]


@lru_cache
def modules(filename: str) -> tuple[str, ...]:
    """The scripts that a module imports, theirs included, nearest first: named in the page, they need not be found one after the other."""
    found = [filename]
    for script in found:  # grows meanwhile
        found += [other for other in _imported(script) if other not in found]
    return tuple(found[1:])


def _imported(script: str) -> list[str]:
    """What a script imports itself; what set-up brings may not be there yet."""
    file = FOLDER / script
    named = _IMPORT.findall(file.read_text("utf-8")) if file.is_file() else []
    return list(dict.fromkeys(normpath(join(dirname(script), address)) for address in named))
