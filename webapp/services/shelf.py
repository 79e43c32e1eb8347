"""The shelf of projects: how long each film is, or about how long while words are still to be voiced."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from render.errors import DocumentRefused
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND
from webapp.models.project import Project
from webapp.services import documents, linking

_KEPT_MAX: Final = 2_000
_kept: Final[dict[tuple[str, int], "Length"]] = {}
"""Exact lengths by project and revision: neither changes any more."""


@dataclass(frozen=True, slots=True)
class Length:
    """A film's length in whole seconds; estimated while not all of its words are voiced."""

    seconds: int
    estimated: bool


def lengths(session: Session, found: Iterable[Project]) -> dict[str, Length]:
    """The length of each project, by id; a project whose document cannot be read has none."""
    measured = ((project.id, _length(session, project)) for project in found)
    return {project_id: length for project_id, length in measured if length}


def _length(session: Session, project: Project) -> Length | None:
    key = (project.id, project.revision)
    if key in _kept:
        return _kept[key]
    try:
        length = _measured(session, project)
    except DocumentRefused:
        return None
    if not length.estimated:
        _keep(key, length)
    return length


def _measured(session: Session, project: Project) -> Length:
    document = documents.at_revision(session, project, project.revision)
    manifest = linking.gather(session, document, document.language).manifest
    seconds = round(resolve(document, manifest).duration / TICKS_PER_SECOND)
    return Length(seconds, any(block.times.estimated for block in manifest.blocks.values()))


def _keep(key: tuple[str, int], length: Length) -> None:
    _kept[key] = length
    while len(_kept) > _KEPT_MAX:
        _kept.pop(next(iter(_kept)), None)
