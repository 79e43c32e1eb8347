"""The ingest of material: an uploaded file is read in a cell, and what the cell made takes its place among the artefacts.

Stages: `looking` (what is it; afterwards a picture is ready, and the first seconds of a film can be used), `making` (all the rest).
"""

import errno
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from render.errors import MediaRefused
from render.timeline.time import TICKS_PER_SECOND
from roles import cells
from roles.base import Running
from roles.cells import Cell
from roles.house import House, house
from roles.sandbox import Sight
from webapp.models.asset import Asset, AssetState
from webapp.models.job import Job
from webapp.nudges import nudge_tenant
from webapp.services import assets, library, material, uploads
from webapp.services.material import Part

LOOK_S_MAX: Final = 120
MAKE_S_LEAST: Final = 300
MAKE_S_PER_SECOND: Final = 60
SECONDS_LOOKED_AT: Final = 10
KILLED: Final = "unreadable"
"""The reason given for a file that drove its cell out of its time, memory or mind."""


def ingest(running: Running) -> None:
    """Make of the job's asset all that is worked with. What is refused is written down with its reason, and the job is done."""
    here = house()
    with here.database.reading() as session:
        asset = assets.to_be_made(session, running.claim.subject_id)
    work = _Work(running, here, asset)
    try:
        work.do()
    except MediaRefused as refusal:
        with here.database.transaction() as session:
            assets.refused(session, asset.id, refusal.reason, refusal.facts)
            running.finish(session)
    nudge_tenant(asset.tenant_id, "asset", asset.id)


def ended(session: Session, job: Job) -> None:
    """The job failed or was cancelled for good: the asset says so, and may be tried again."""
    assets.refused(session, job.subject_id, job.error_code or job.state.value, {})


def clear_out(session: Session, now: datetime) -> None:
    """Remove uploads that were never finished, and what has lain in the trash for long, with their files."""
    here = house()
    uploads.forget_expired(session, here.storage.landing, now)
    library.remove_files(session, library.delete_expired(session, now), here.settings, here.storage)


@dataclass(frozen=True, slots=True)
class _Work:
    running: Running
    here: House
    asset: Asset

    def do(self) -> None:
        """Look, then make what a look does not. A file that another tenant brought too has been made already."""
        with self._aside() as aside:
            self.running.progress("looking", 0, 100)
            facts = self._cell("look", aside, SECONDS_LOOKED_AT, LOOK_S_MAX)
            self._keep(aside, (Part.POSTER, Part.PICTURE, Part.HEAD))
            if facts["kind"] == "image":
                return self._write(AssetState.READY, facts, done=True)
            if facts["kind"] == "video":
                self._write(AssetState.USABLE, facts, done=False)
                nudge_tenant(self.asset.tenant_id, "asset", self.asset.id)
            seconds = self._seconds(facts)
            facts = self._cell("make", aside, seconds, MAKE_S_LEAST + MAKE_S_PER_SECOND * seconds)
            self._keep(aside, (Part.FILM, Part.PROXY, Part.SOUND, Part.PEAKS, Part.STRIP))
        self.here.storage.remove(material.place(self.here.settings.artefacts, self.asset.digest, Part.HEAD))
        return self._write(AssetState.READY, facts, done=True)

    def _seconds(self, facts: dict[str, Any]) -> int:
        """How long it is, or may be where it does not say."""
        told = int(facts["duration_ticks"]) // TICKS_PER_SECOND
        return told + SECONDS_LOOKED_AT if told else 3600

    def _cell(self, task: str, aside: Path, seconds: int, seconds_max: int) -> dict[str, Any]:
        original = assets.path_of(self.here.settings.assets, self.asset.digest)
        self.here.storage.bring(original)
        arguments = [task, str(original), str(aside), str(seconds)]
        cell = Cell("roles.material", arguments, Sight([original], [aside]), seconds_max)
        said = cells.run(cell, cells.walls(self.here.settings), aside, self.running.check)
        return self._heard(said, seconds)

    def _heard(self, said: Iterable[dict[str, Any]], seconds: int) -> dict[str, Any]:
        for words in said:
            if "ticks" in words:
                done = min(99, 100 * int(words["ticks"]) // (seconds * TICKS_PER_SECOND))
                self.running.progress("making", done, 100)
            elif "refused" in words:
                raise MediaRefused(str(words["refused"]), **_plain(words["facts"]))
            elif "full" in words:
                raise OSError(errno.ENOSPC, "the disk is full")
            else:
                facts: dict[str, Any] = words["facts"]
                return facts
        raise MediaRefused(KILLED)

    def _keep(self, aside: Path, parts: Iterable[Part]) -> None:
        """Put what was made in its place, in this order; each file appears whole."""
        for part in parts:
            made = aside / part.value
            if made.exists():
                place = material.place(self.here.settings.artefacts, self.asset.digest, part)
                place.parent.mkdir(parents=True, exist_ok=True)
                made.replace(place)
                self.here.storage.keep(place)

    def _write(self, state: AssetState, facts: dict[str, Any], *, done: bool) -> None:
        with self.here.database.transaction() as session:
            assets.made(session, self.asset.id, state, facts)
            if done:
                self.running.finish(session)

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """A folder on the artefacts' own disk that is gone afterwards."""
        self.here.settings.artefacts.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ingest-", dir=self.here.settings.artefacts) as name:
            yield Path(name)


def _plain(facts: dict[str, Any]) -> dict[str, str | int]:
    """The facts that fill words; the name of a stored file is none of them."""
    return {key: value for key, value in facts.items() if key != "name" and isinstance(value, str | int)}
