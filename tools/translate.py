"""The catalogues of the interface: `python -m tools.translate extract | update | compile | check | pseudo FOLDER`.

extract writes the template of all source strings, update brings every catalogue up to it, compile makes the binary files, check says
what is missing or broken, pseudo writes an English catalogue in which every string is marked, for tests that look for bare words.
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

REPOSITORY: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = REPOSITORY / "translations"
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
LOCALES: Final = ("zh_Hans", "zh_Hant", "en", "th")
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
"""What a translation takes over as it is: filled in by the server, or, in braces, by the page's scripts."""
BARE_PERCENT: Final = re.compile(r"%(?!%|\(\w+\)[sd])")
"""A sign that a page would fill in, and fail."""

_ACCENTED: Final = str.maketrans("aceinosuyACEINOSUY", "àçéîñõšüýÀÇÉÎÑÕŠÜÝ")


def main(arguments: list[str]) -> int:
    """Run one of the actions."""
    parser = argparse.ArgumentParser(prog="python -m tools.translate", description=__doc__)
    parser.add_argument("action", choices=("extract", "update", "compile", "check", "pseudo"))
    parser.add_argument("folder", nargs="?", type=Path, help="where pseudo writes")
    chosen = parser.parse_args(arguments)
    if chosen.action == "check":
        return _report(problems(FOLDER))
    if chosen.action == "pseudo":
        pseudo(chosen.folder or parser.error("pseudo needs a folder"))
    else:
        {"extract": extract, "update": update, "compile": compile_all}[chosen.action](FOLDER)
    return 0


def extract(folder: Path) -> None:
    """Write messages.pot from the sources."""
    folder.mkdir(exist_ok=True)
    _babel("extract", "-F", "babel.cfg", "-k", "_l", "--add-comments=Translators:", "--sort-by-file", "--no-location", "--omit-header",
           "-o", str(folder / "messages.pot"), ".")  # fmt: skip


def update(folder: Path) -> None:
    """Bring every catalogue up to the sources: new strings stand empty, old ones go."""
    template = _source()
    for locale in LOCALES:
        path = folder / locale / "LC_MESSAGES" / "messages.po"
        catalogue = _read(path, locale) if path.exists() else Catalog(locale)
        template.creation_date = catalogue.creation_date = catalogue.revision_date = BEGINNING
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        _head(catalogue)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_text(catalogue))


def compile_all(folder: Path) -> None:
    """Make messages.mo beside every messages.po."""
    for locale in LOCALES:
        path = folder / locale / "LC_MESSAGES" / "messages.po"
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, _read(path, locale))


def problems(folder: Path) -> Iterator[str]:
    """What keeps the catalogues from being complete, one sentence each. English may stay empty: it is the source."""
    source = _source()
    for locale in LOCALES:
        path = folder / locale / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            yield f"{locale}: there is no catalogue"
            continue
        catalogue = _read(path, locale)
        for message in _strings(source):
            wrong = _wrong(message, catalogue.get(message.id, message.context), must_have=locale != "en")
            if wrong:
                yield f"{locale}: {wrong}: {_first(message.id)!r}"


def pseudo(folder: Path) -> None:
    """Write an English catalogue in which every string is accented and stands in ⟦brackets⟧, with its placeholders kept."""
    marked = Catalog(locale="en")
    for message in _strings(_source()):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = tuple(mark(text) for text in ids)
        marked.add(message.id, strings if len(strings) > 1 else strings[0], context=message.context)
    target = folder / "en" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, marked)


def mark(text: str) -> str:
    """One string as the pseudo-locale has it."""
    parts = PLACEHOLDER.split(text)
    kept = [*PLACEHOLDER.findall(text), ""]
    return "⟦" + "".join(part.translate(_ACCENTED) + placeholder for part, placeholder in zip(parts, kept, strict=True)) + "⟧"


def _head(catalogue: Catalog) -> None:
    """A header without names and dates, which would only differ for nothing."""
    catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "Piying", "", ""
    catalogue.last_translator = catalogue.language_team = ""
    catalogue.fuzzy = False
    catalogue.header_comment = f"# {catalogue.locale.english_name if catalogue.locale else ''}: the words of the interface."


def _text(catalogue: Catalog) -> bytes:
    """The file without the line that names the version which wrote it."""
    written = BytesIO()
    write_po(written, catalogue, ignore_obsolete=True, no_location=True)
    return re.sub(rb'"Generated-By: .*\n', b"", written.getvalue())


def _wrong(source: Message, translated: Message | None, *, must_have: bool) -> str:
    texts = [text for text in _texts(translated.string) if text] if translated else []
    if not texts:
        return "not translated" if must_have else ""
    if translated and translated.fuzzy:
        return "marked as uncertain"
    if any(BARE_PERCENT.search(text.replace("%%", "")) for text in texts):
        return "has a bare %"
    wanted = set(PLACEHOLDER.findall(_first(source.id)))
    return "" if all(set(PLACEHOLDER.findall(text)) == wanted for text in texts) else "has other placeholders"


@cache
def _source() -> Catalog:
    """What the sources say: read once in a run."""
    folder = Path(tempfile.mkdtemp())
    try:
        extract(folder)
        return _read(folder / "messages.pot", None)
    finally:
        shutil.rmtree(folder)


def _strings(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _texts(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ())


def _first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return _texts(message_id)[0]


def _read(path: Path, locale: str | None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _babel(*arguments: str) -> None:
    CommandLineInterface().run(["pybabel", "--quiet", *arguments])  # type: ignore[no-untyped-call]


def _report(found: Iterator[str]) -> int:
    count = 0
    for count, problem in enumerate(found, 1):  # noqa: B007 - the count outlives the loop
        print(f"translate: {problem}", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
