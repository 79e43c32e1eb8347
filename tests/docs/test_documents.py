"""The documents: what they point at is there, and what an operator must know stands in them."""

import re
from pathlib import Path

import pytest

from webapp.services.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md"), *ROOT.glob("bench/*.md")])
PICTURE_BYTES_MAX = 150_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (document.parent / target).exists()] == []


def test_every_setting_is_explained_to_the_operator() -> None:
    sources = [ROOT / "webapp/settings.py", ROOT / "deploy/gunicorn.conf.py", *ROOT.glob("tools/**/*.py")]
    named = {name for path in sources for name in re.findall(r'"(PIYING_[A-Z_]+|[A-Z]+_URL)"', path.read_text("utf-8"))}
    explained = (ROOT / "docs/operating.md").read_text("utf-8")
    assert {"PIYING_HOME", "REDIS_URL"} < named
    assert sorted(name for name in named if f"`{name}`" not in explained) == []


def test_every_decision_stands_in_the_index_under_its_own_title() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    for decision in sorted(ROOT.glob("docs/decisions/0*.md")):
        title = re.sub(r"^# \d+(\.|:| ·) ", "", decision.read_text("utf-8").partition("\n")[0])
        assert f"]({decision.name}) | {title} |" in index


def test_pictures_are_there_in_every_language_and_none_is_heavy() -> None:
    pictures = {path.stem: path.stat().st_size for path in (ROOT / "docs/pictures").iterdir()}
    assert set(pictures) == {f"{sight}-{language}" for sight in ("editor", "phone", "exports") for language in LANGUAGES}
    assert max(pictures.values()) <= PICTURE_BYTES_MAX


def test_make_does_everything_that_the_readme_says() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    said = {name for path in DOCUMENTS for name in re.findall(r"`make ([a-z-]+)", path.read_text("utf-8"))}
    assert {"run", "check"} <= said
    assert said <= targets
