"""The presenters that come with the studio, read from the JSON beside their pictures."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from webapp.errors import NotFound
from webapp.settings import REPOSITORY

FOLDER: Final = REPOSITORY / "render" / "avatar" / "gallery"


@dataclass(frozen=True, slots=True)
class GalleryPerson:
    """A presenter as it is offered. `names` are by interface language."""

    id: str
    names: dict[str, str]
    sex: Literal["female", "male"]
    poster: Path
    tags: tuple[str, ...]
    age_group: str
    look: str
    samples: dict[str, str]
    """What she would say, by language."""

    def name(self, language: str) -> str:
        """What this presenter is called in an interface language."""
        return self.names.get(language) or self.names["en"]

    def sample(self, language: str) -> str:
        """A sentence of hers, in the language of an interface, else in English. What is heard in Chinese is the Simplified one."""
        return self.samples.get(self._written(language), "")

    def sample_language(self, language: str) -> str:
        """The language her sentence is really in, as a page states it."""
        written = self._written(language)
        return "zh-Hans" if written == "zh" else written

    def _written(self, language: str) -> str:
        base = language.split("-", maxsplit=1)[0]
        return next((written for written in (language, base) if self.samples.get(written)), "en")


@cache
def people() -> tuple[GalleryPerson, ...]:
    """Everybody in the gallery, in the order of their ids."""
    return tuple(_person(path) for path in sorted(FOLDER.glob("*/avatar.json")))


def person(person_id: str) -> GalleryPerson:
    """The one with this id. Raises NotFound."""
    for candidate in people():
        if candidate.id == person_id:
            return candidate
    raise NotFound


def sentences_of(person_id: str) -> dict[str, str]:
    """What somebody of the gallery would say, by language; nothing for anybody else."""
    return next((candidate.samples for candidate in people() if candidate.id == person_id), {})


def _person(path: Path) -> GalleryPerson:
    description: dict[str, Any] = json.loads(path.read_bytes())
    shown = description["person"]
    return GalleryPerson(
        id=description["id"],
        names=dict(shown["names"]),
        sex=shown["sex"],
        poster=path.parent / description["poster"],
        tags=tuple(shown["tags"]),
        age_group=shown["age_group"],
        look=shown["look"],
        samples=dict(shown.get("samples", {})),
    )
