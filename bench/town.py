"""Production under load: `python -m bench town [--films 50] [--preset 720p] [--seconds 1500]`.

PostgreSQL behind its wall, a Valkey with password and TLS, nginx, two webs, three render workers and the clock, on this machine. One film
is made alone; then a tenant orders a batch, and another one film as soon as one of the batch is finished; then processes are killed, each
while a film is made. Prints one JSON object. Words are tones, so that drawing and encoding are measured and no voice. Ends within
`--seconds`: a batch that is not finished by then is counted as far as it came.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests
from sqlmodel import select

from bench.stand import ROOT
from render.timeline import codec
from render.timeline.document import Document
from tests import exporting
from tests.plugins.postgres import installed, running_server
from tests.production.roles import admit, stripped
from tests.production.town import Town
from webapp import jobs as doorbells
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.tenant import Tenant
from webapp.services import exports, statements

WORKERS: Final = ("render", "render", "render", "clock")
VICTIMS: Final = ("web-1", "render-0", "valkey", "clock-3")
LOOK_S: Final = 0.1
FILM_S: Final = 600
TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")


@dataclass
class Customers:
    """Whoever orders films in the town, each another one: nothing of one can be used for the next."""

    town: Town
    books: Database
    preset: str
    until_s: float
    ordered: int = 0

    def welcome(self, name: str) -> Tenant:
        """Somebody new."""
        tenant = Tenant(name=name)
        with self.books.transaction() as session:
            session.add(tenant)
        return tenant

    def order(self, tenant: Tenant) -> Export:
        """A film of our demo's, with words of its own."""
        self.ordered += 1
        project = exporting.keep(self.books, tenant, film(self.ordered))
        exporting.voice(self.books, tenant, project.id, self.town.home / "artefacts")
        quoted = exporting.quoted(self.books, tenant, project.id, self.preset)
        with self.books.transaction() as session:
            export = exports.order(session, tenant, quoted.id, utc_now())
            job = session.get_one(Job, export.job_id)
        doorbells.ring_job(job, url=self.town.settings["REDIS_URL"])
        return export

    def told(self, export: Export) -> tuple[Export, Job]:
        """How far it is."""
        with self.books.reading() as session:
            return session.get_one(Export, export.id), session.get_one(Job, export.job_id)

    def ended(self, export: Export) -> bool:
        """Whether it is finished or given up."""
        return self.told(export)[0].state in exports.ENDED

    def done(self, tenant: Tenant) -> list[Export]:
        """The tenant's finished films."""
        with self.books.reading() as session:
            rows = select(Export).where(Export.tenant_id == tenant.id, Export.state == ExportState.DONE)
            return list(session.exec(rows).all())

    def wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Whether it came true in time."""
        deadline = min(time.monotonic() + seconds, self.until_s)
        while not (held := holds()) and time.monotonic() < deadline:
            time.sleep(LOOK_S)
        return held


@dataclass
class Doorman:
    """Asks the town's front again and again, and counts how often it did not answer."""

    town: Town
    asked: int = 0
    refused: int = 0
    _left: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self) -> Iterator["Doorman"]:
        """Ask while the block runs."""
        thread = threading.Thread(target=self._ask)
        thread.start()
        try:
            yield self
        finally:
            self._left.set()
            thread.join()

    def _ask(self) -> None:
        with self.town.browser() as browser:
            while not self._left.wait(LOOK_S):
                self.asked += 1
                answered = False
                with suppress(requests.RequestException):
                    answered = browser.get(f"{self.town.address}/signin", timeout=10).ok
                self.refused += not answered


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench town", description="Production under load.")
    parser.add_argument("--films", type=int, default=50, help="how many the batch has")
    parser.add_argument("--preset", default="720p")
    parser.add_argument("--seconds", type=float, default=1_500)
    options = parser.parse_args(arguments)
    until_s = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as town:
        customers = Customers(town, town.database(), options.preset, until_s)
        found = measured(customers, options.films)
        customers.books.dispose()
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


@contextmanager
def started(folder: Path) -> Iterator[Town]:
    """A town in `folder`. Raises SystemExit where there is no PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed")
    with running_server(programs) as server, server.database() as url:
        admit(url)
        with Town(folder, stripped(url).render_as_string(hide_password=False), url, workers=WORKERS) as town:
            yield town


def measured(customers: Customers, films: int) -> dict[str, Any]:
    """All of it, and how busy the machine was."""
    mei, batch = customers.welcome("Mei"), customers.welcome("A batch")
    found: dict[str, Any] = {"cores": os.cpu_count(), "load": [round(os.getloadavg()[0], 1)], "preset": customers.preset}
    alone = customers.order(mei)
    customers.wait(lambda: customers.ended(alone), FILM_S)
    found["film"] = {"length_s": length_s(alone), "alone_s": took_s(customers.told(alone)[1])}
    found["batch"] = beside(customers, mei, batch, films)
    found["kills"] = {name: killed(customers, mei, name) for name in VICTIMS}
    with customers.books.reading() as session:
        found["audit"] = "right" if statements.verify(session) == [] else "wrong"
    found["load"].append(round(os.getloadavg()[0], 1))
    return found


def beside(customers: Customers, single: Tenant, batch: Tenant, films: int) -> dict[str, Any]:
    """A batch, and beside it another's film: what both had of it."""
    before, began = cpu_s(customers.town), time.monotonic()
    for _ in range(films):
        customers.order(batch)
    customers.wait(lambda: bool(customers.done(batch)), FILM_S)
    other = customers.order(single)
    customers.wait(lambda: customers.ended(other), FILM_S)
    customers.wait(lambda: len(customers.done(batch)) == films, FILM_S * films)
    took, made = time.monotonic() - began, [export for export in [*customers.done(batch), customers.told(other)[0]] if is_done(export)]
    minutes = sum(length_s(export) for export in made) / 60
    return {
        "films_ordered": films + 1,
        "films_finished": len(made),
        "films_per_hour": round(3_600 * len(made) / took, 1),
        "worker_cpu_s_per_minute_of_film": round((cpu_s(customers.town) - before) / minutes, 1) if made else None,
        "single": waited(customers, other, batch),
    }


def waited(customers: Customers, export: Export, batch: Tenant) -> dict[str, Any]:
    """How long the single film waited for its turn, and what of the batch was finished meanwhile."""
    job = customers.told(export)[1]
    begun = job.started_at or utc_now()
    first, last = job.created_at.timestamp(), begun.timestamp()
    pieces = (customers.town.home / "pieces" / batch.id).rglob("[0-9a-f]*.mp4")
    return {
        "begun_after_s": round(last - first, 1),
        "pieces_of_the_batch_meanwhile": sum(first < path.stat().st_mtime <= last for path in pieces),
        "ended_after_s": took_s(job),
    }


def killed(customers: Customers, tenant: Tenant, name: str) -> dict[str, Any]:
    """A process killed and started again while a film is made; nothing where no time is left."""
    if time.monotonic() > customers.until_s:
        return {}
    export = customers.order(tenant)
    customers.wait(lambda: (customers.told(export)[1].progress or {}).get("done", 0) > 0, FILM_S)
    with Doorman(customers.town).asking() as doorman:
        customers.town.kill(name)
        customers.town.start_again(name)
        customers.wait(lambda: customers.ended(export), FILM_S)
    row, job = customers.told(export)
    return {
        "film": row.state.value,
        "attempts": job.attempt,
        "ended_after_s": took_s(job),
        "front_refused": f"{doorman.refused} of {doorman.asked}",
    }


def film(number: int) -> Document:
    """Our demo with other words."""
    document = json.loads((ROOT / "bench/documents/serum-zh.json").read_bytes())
    for scene in document["scenes"]:
        for block in scene["blocks"]:
            text = block["texts"]["zh"]
            text["text"] = f"第{number}支。{text['text']}"
    return codec.read(document)


def is_done(export: Export) -> bool:
    """Whether there is a film."""
    return export.state is ExportState.DONE


def length_s(export: Export) -> float:
    """How long the film is."""
    return float(round(export.quote["milliseconds"] / 1_000, 1))


def took_s(job: Job) -> float | None:
    """From the order to its end."""
    return round((job.finished_at - job.created_at).total_seconds(), 1) if job.finished_at else None


def cpu_s(town: Town) -> float:
    """Processor time of the render workers so far, their children's included."""
    return sum(_tree_s(process.pid) for name, process in town.processes.items() if name.startswith("render"))


def _tree_s(pid: int) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        own = sum(int(field) for field in fields[11:15]) / TICKS_PER_SECOND
        return own + sum(_tree_s(int(child)) for child in children)
    return 0.0
