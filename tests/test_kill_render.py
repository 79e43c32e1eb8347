"""A real render worker, killed half-way: what was finished stays finished, there is one film, and it is paid for once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from render.media.marks import inspect
from render.timeline import codec
from roles.lifeline import tied
from tests import exporting
from webapp import jobs as doorbells
from webapp.database import Database
from webapp.ledger.kinds import Kind
from webapp.models.columns import utc_now
from webapp.models.everything import METADATA
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.tenant import Tenant
from webapp.services import entitlements, exports, statements

HERE = Path(__file__).parent
SCENES = 8
START_S, RECOVERY_S = 120, 120
"""A busy machine is slow, not wrong."""


@dataclass
class House:
    """Tables, a queue, a render worker and a clock, all of them real."""

    database: Database
    home: Path
    queue_url: str
    worker: subprocess.Popen[bytes]

    def told(self, export: Export) -> tuple[Export, Job]:
        with self.database.reading() as session:
            return session.get_one(Export, export.id), session.get_one(Job, export.job_id)

    def pieces(self) -> dict[str, int]:
        """Finished segments, with the file that each is."""
        return {path.name: path.stat().st_ino for path in (self.home / "pieces").glob("*/*/[0-9a-f]*.mp4")}

    def settled(self, export: Export) -> tuple[int, int]:
        """What is held and what was used; the audit has found nothing wrong."""
        with self.database.reading() as session:
            assert statements.verify(session) == []
            found = entitlements.balance(session, session.get_one(Tenant, export.tenant_id), Kind.VIDEO, utc_now())
        return found.held, found.used


@pytest.fixture
def house(queue_url: str, tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'piying.sqlite3'}")
    METADATA.create_all(database.engine)
    environment = {
        **os.environ,
        "PIYING_HOME": str(tmp_path),
        "REDIS_URL": queue_url,
        "FRAMES_URL": queue_url,
        "PYTHONPATH": str(HERE.parent),
    }
    environment.pop("DATABASE_URL", None)
    processes = [
        subprocess.Popen((sys.executable, "worker.py", role), cwd=HERE.parent, env=environment, preexec_fn=tied())  # noqa: PLW1509 - one thread
        for role in ("render", "clock")
    ]
    yield House(database, tmp_path, queue_url, processes[0])
    for process in processes:
        process.kill()
        process.wait()
    database.dispose()


def moving_document():
    """Eight scenes in which something moves in every frame, so that each is worth not drawing again."""
    move = [{"property": "x", "at": at, "value": value} for at, value in ((0, 0), (480_000, 10_000))]
    document = exporting.small_document(*(f"第{index}幕的话" for index in range(SCENES)))
    data = document.model_dump(mode="json")
    for scene in data["scenes"]:
        scene["layers"][0]["keyframes"] = move
        scene["duration"] = {"kind": "script", "least": 480_000}
    return codec.read(data)


def ordered(house: House) -> Export:
    with house.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
    project = exporting.keep(house.database, tenant, moving_document())
    exporting.voice(house.database, tenant, project.id, house.home / "artefacts")
    quoted = exporting.quoted(house.database, tenant, project.id)
    with house.database.transaction() as session:
        export = exports.order(session, tenant, quoted.id, utc_now())
    doorbells.ring_job(house.told(export)[1], url=house.queue_url)
    return export


def until(holds, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_render_worker_killed_half_way_is_followed_by_one_that_goes_on(house: House) -> None:
    export = ordered(house)
    until(lambda: len(house.pieces()) >= SCENES // 2, START_S)
    workers = children(house.worker.pid)
    drawing = [child for worker in workers for child in children(worker)]
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    until(lambda: all(gone(child) for child in drawing), 5)
    finished = house.pieces()
    assert house.settled(export) == (house.told(export)[0].quote["charge"], 0)
    until(lambda: house.told(export)[0].state in exports.ENDED, RECOVERY_S)

    row, job = house.told(export)
    assert (row.state, job.attempt) == (ExportState.DONE, 2)
    assert drawing
    assert SCENES // 2 <= len(finished) < SCENES
    assert row.files["segments_reused"] >= len(finished)
    assert row.files["segments_rendered"] + row.files["segments_reused"] == SCENES
    pieces = house.pieces()
    assert {name: pieces[name] for name in finished} == finished
    assert len(pieces) == SCENES
    assert house.settled(export) == (0, row.quote["milliseconds"])
    film = house.home / "artefacts" / row.files["video"][:2] / row.files["video"]
    assert inspect(film).c2pa == "valid"
    with av.open(str(film)) as opened:
        assert sum(1 for packet in opened.demux(video=0) if packet.size) == row.files["frame_count"] == SCENES * 50
