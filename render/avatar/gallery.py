"""The presenters that come with the studio: nobody real, drawn from CC0 assets. Data only: no picture is opened here."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from render.errors import MissingSource

GALLERY: Final = Path(__file__).parent / "gallery"
"""One folder per presenter, in the presenter folder format (`docs/avatar.md`)."""


@dataclass(frozen=True, slots=True)
class GalleryPerson:
    """A presenter as it is offered. `names` are by UI language (`zh-Hans`, `zh-Hant`, `en`, `th`)."""

    id: str
    names: dict[str, str]
    sex: Literal["female", "male"]
    age_group: Literal["young", "adult", "middle", "senior"]
    look: str
    tags: tuple[str, ...]
    folder: Path
    poster: Path


@cache
def people() -> tuple[GalleryPerson, ...]:
    """Everybody in the gallery, in the order of their ids."""
    return tuple(_person(path) for path in sorted(GALLERY.glob("*/avatar.json")))


def person(person_id: str) -> GalleryPerson:
    """The one with this id. Raises MissingSource."""
    for candidate in people():
        if candidate.id == person_id:
            return candidate
    raise MissingSource(what="presenter", name=person_id)


def _person(path: Path) -> GalleryPerson:
    description: dict[str, Any] = json.loads(path.read_bytes())
    shown = description["person"]
    return GalleryPerson(
        id=description["id"],
        names=dict(shown["names"]),
        sex=shown["sex"],
        age_group=shown["age_group"],
        look=shown["look"],
        tags=tuple(shown["tags"]),
        folder=path.parent,
        poster=path.parent / description["poster"],
    )
