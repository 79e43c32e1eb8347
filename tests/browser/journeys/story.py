"""What a film ought to show: the document that was exported, with what its words became, resolved and compiled anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from sqlmodel import col, select

from render.avatar.engine import WarpEngine
from render.engine import mixed
from render.graph.compile import compile_program
from render.graph.program import Program
from render.graph.words import label_for
from render.link import FolderSources
from render.ports.sources import Sources
from render.presets.exports import PRESETS
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from render.timeline.time import TICKS_PER_SECOND
from webapp.database import Database
from webapp.models.export import Export, ExportState
from webapp.models.project import Project
from webapp.services import documents, quotes

REST_S = 0.1
"""A word is said after a pause when nothing was said for so long before it."""

Stretch = tuple[float, float]
"""Seconds from the film's start, from and up to."""


@dataclass(frozen=True)
class Story:
    """A document, what its words became, and where its parts are."""

    document: Document
    manifest: LinkManifest
    sources: Sources
    models: Path
    preset: str = "720p"

    @classmethod
    def exported(cls, database: Database, home: Path, models: Path, project_id: str) -> "Story":
        """What the newest finished export of a project was made from, read from the studio's own tables."""
        query = select(Export).where(Export.project_id == project_id, Export.state == ExportState.DONE)
        with database.reading() as session:
            export = session.exec(query.order_by(col(Export.created_at).desc())).first()
            assert export is not None, "no finished export"
            document = documents.at_revision(session, session.get_one(Project, project_id), export.revision)
        sources = FolderSources(home / "assets", models / "music", home / "presenters", home / "artefacts")
        return cls(document, quotes.manifest_from_json(export.manifest), sources, models, export.preset)

    @cached_property
    def timeline(self) -> PlacedTimeline:
        """Everything at its place in time."""
        return resolve(self.document, self.manifest)

    @cached_property
    def program(self) -> Program:
        """Its pictures, at the size of the film."""
        canvas, avatars = self.timeline.canvas, WarpEngine(self.models)
        size_px = PRESETS[self.preset].size_px(canvas.width_px, canvas.height_px)
        label = label_for(self.manifest.language)
        return compile_program(self.timeline, size_px=size_px, sources=self.sources, avatars=avatars, label=label)

    @cached_property
    def sound(self) -> np.ndarray:
        """The mix, (n,) at 48 kHz, both channels together."""
        return np.concatenate([*mixed(self.timeline, self.sources)], axis=1).mean(0).astype(np.float64)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.timeline.duration / TICKS_PER_SECOND

    def passages(self) -> Iterator[Stretch]:
        """When somebody speaks."""
        for scene in self.timeline.scenes:
            for block in scene.blocks:
                yield _stretch(scene.range.start + block.range.start, block.range.duration)

    def visemes(self, *wanted: str) -> Iterator[Stretch]:
        """When one of these mouth shapes is due."""
        for scene in self.timeline.scenes:
            for block in scene.blocks:
                for shape in block.times.visemes:
                    if shape.viseme in wanted:
                        yield _stretch(scene.range.start + block.range.start + shape.at, shape.duration)

    def words_after_rest(self) -> Iterator[tuple[str, float]]:
        """Words before which nothing is said for a while, and when they begin."""
        for scene in self.timeline.scenes:
            for block in scene.blocks:
                start, quiet_since = (scene.range.start + block.range.start) / TICKS_PER_SECOND, -1.0
                for word in block.times.words:
                    at = word.at / TICKS_PER_SECOND
                    if at - quiet_since >= REST_S:
                        yield block.text[word.start : word.end], start + at
                    quiet_since = at + word.duration / TICKS_PER_SECOND

    def rests(self) -> Iterator[Stretch]:
        """When nobody speaks, between the passages and after the last one."""
        ends = [(0.0, 0.0), *self.passages(), (self.seconds, self.seconds)]
        for (_, end), (start, _) in pairwise(ends):
            if start > end:
                yield end, start


def _stretch(start_ticks: int, duration_ticks: int) -> Stretch:
    return start_ticks / TICKS_PER_SECOND, (start_ticks + duration_ticks) / TICKS_PER_SECOND
