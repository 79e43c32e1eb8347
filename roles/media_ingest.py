"""The ingest of material: an uploaded file is read in a cell, and what the cell made takes its place among the artefacts.

Stages: `looking` (what is it; afterwards a picture is ready, and the first seconds of a film can be used), `making` (all the rest, for a
film in a job of its own).
"""

import errno
import tempfile
from collections.abc import Callable, Iterable, Iterator
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
from webapp.jobs import ring_job
from webapp.models.asset import Asset, AssetState
from webapp.models.columns import utc_now
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
    """Look at the job's asset: a still or a sound is ready then, a film can be used.

    All of the film is made by a job of its own (`make`), for which nothing quick has to wait. What is refused is written down with its
    reason, and the job is done.
    """
    _work_on(running, _Work.look)


def make(running: Running) -> None:
    """Make all of a film that has been looked at. Refusals as above."""
    _work_on(running, _Work.make)


def ended(session: Session, job: Job) -> None:
    """The job failed or was cancelled for good: the asset says so, and may be tried again."""
    assets.refused(session, job.subject_id, job.error_code or job.state.value, {})


def _work_on(running: Running, task: Callable[["_Work"], Job | None]) -> None:
    """Do it and ring for the job that follows, if any."""
    here, following = house(), None
    with here.database.reading() as session:
        asset = assets.to_be_made(session, running.claim.subject_id)
    try:
        following = task(_Work(running, here, asset))
    except MediaRefused as refusal:
        with here.database.transaction() as session:
            assets.refused(session, asset.id, refusal.reason, refusal.facts)
            running.finish(session)
    if following is not None:
        ring_job(following, url=here.settings.queue_url)
    nudge_tenant(asset.tenant_id, "asset", asset.id)


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

    def look(self) -> Job | None:
        """Say what it is and make what there is to see at once: of a still or a sound, all of it. Gives the job for the rest of a film."""
        with self._aside() as aside:
            self.running.progress("looking", 0, 100)
            facts = self._cell("look", aside, SECONDS_LOOKED_AT, LOOK_S_MAX)
            self._keep(aside, (Part.POSTER, Part.PICTURE, Part.HEAD))
            if facts["kind"] == "audio":
                facts = self._made(aside, int(facts["duration_ticks"]))
        return self._write(AssetState.USABLE if facts["kind"] == "video" else AssetState.READY, facts)

    def make(self) -> Job | None:
        """Make all of it; its first seconds are not needed any more."""
        with self._aside() as aside:
            facts = self._made(aside, self.asset.duration_ticks or 0)
        self.here.storage.remove(material.place(self.here.settings.artefacts, self.asset.digest, Part.HEAD))
        return self._write(AssetState.READY, facts)

    def _made(self, aside: Path, ticks: int) -> dict[str, Any]:
        """What a look does not make, of something that is so long, or may be, where it does not say, an hour."""
        seconds = ticks // TICKS_PER_SECOND + SECONDS_LOOKED_AT if ticks else 3600
        facts = self._cell("make", aside, seconds, MAKE_S_LEAST + MAKE_S_PER_SECOND * seconds)
        self._keep(aside, (Part.FILM, Part.PROXY, Part.SOUND, Part.PEAKS, Part.STRIP))
        return facts

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

    def _write(self, state: AssetState, facts: dict[str, Any]) -> Job | None:
        """Write it down with the job's end; gives the job that goes on, if any."""
        with self.here.database.transaction() as session:
            assets.made(session, self.asset.id, state, facts)
            self.running.finish(session)
            return assets.go_on(session, self.asset.id, utc_now())

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """A folder on the artefacts' own disk that is gone afterwards."""
        self.here.settings.artefacts.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ingest-", dir=self.here.settings.artefacts) as name:
            yield Path(name)


def _plain(facts: dict[str, Any]) -> dict[str, str | int]:
    """The facts that fill words; the name of a stored file is none of them."""
    return {key: value for key, value in facts.items() if key != "name" and isinstance(value, str | int)}
