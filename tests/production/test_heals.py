"""What a server that goes away does to those at work: an export waits and is made, an edit is asked for again and taken once."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import av
import psycopg
import pytest
import sqlalchemy as sa

from render.timeline import codec
from roles.lifeline import tied
from tests import exporting
from tests.conftest import SECRET, sign_in
from tests.plugins.bucket import Bucket
from tests.production.gate import Gate
from tools.stack import valkey
from tools.stack.ports import free_port
from webapp import create_app
from webapp import jobs as doorbells
from webapp.database import Database
from webapp.extensions import detach
from webapp.ledger.kinds import Kind
from webapp.models.columns import utc_now
from webapp.models.everything import METADATA
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.tenant import Tenant
from webapp.providers.storage.bucket import BucketStorage, Place
from webapp.services import entitlements, exports, statements
from webapp.settings import Environment, Settings

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

REPOSITORY = Path(__file__).resolve().parents[2]
SCENES = 6
HALF = re.compile(r"\.[0-9a-f]{16}")
"""What files are called while they are written."""
AWAY_S = {"database": 30, "queue": 6, "frames": 6, "bucket": 20}
"""The database longer than a lease."""
NARROW_BYTES_PER_S = 12_000
PATIENCE_S = 1500
"""A busy machine is slow, not wrong."""


@dataclass
class Works:
    """A worker that renders and a clock, as processes, and between them and their servers what can be cut."""

    home: Path
    bucket: Bucket
    database: Database
    """Past the gate: it always answers."""
    seen_url: str
    queue: valkey.Instance
    gates: dict[str, Gate]
    processes: dict[str, subprocess.Popen[bytes]]

    def start_queue(self) -> None:
        command = (str(valkey.server_binary()), str(self.queue.write_config()))
        self.processes["queue"] = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=tied())  # noqa: PLW1509 - one thread
        valkey.wait_until_ready(self.queue, lambda: self.processes["queue"].poll() is None)

    def lose(self, name: str) -> None:
        """The server is gone, with everybody's connections."""
        if name == "queue":
            self.processes["queue"].kill()
            self.processes["queue"].wait()
            return
        if name == "database":
            terminate(self.database.url)
        self.gates[name].shut()

    def mend(self, name: str) -> None:
        """It is back."""
        self.start_queue() if name == "queue" else self.gates[name].open()

    def told(self, export: Export) -> tuple[Export, Job]:
        with self.database.reading() as session:
            return session.get_one(Export, export.id), session.get_one(Job, export.job_id)

    def pieces(self) -> int:
        return len(list((self.home / "worker").glob("pieces/**/[0-9a-f]*.mp4")))

    def settled(self, export: Export) -> tuple[int, int]:
        """What is held and what was used; the audit has found nothing wrong."""
        with self.database.reading() as session:
            assert statements.verify(session) == []
            found = entitlements.balance(session, session.get_one(Tenant, export.tenant_id), Kind.VIDEO, utc_now())
        return found.held, found.used

    def storage(self, home: Path) -> BucketStorage:
        return BucketStorage(Place(home, self.bucket.name, "studio"), 10**9, 0.0)


def terminate(url: sa.URL) -> None:
    """What a server that shuts down says to those who are connected."""
    with psycopg.connect(url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (url.database,))


def until(holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def works(tmp_path: Path, postgres_url: str, bucket: Bucket) -> Iterator[Works]:
    database = Database(postgres_url)
    METADATA.create_all(database.engine)
    address, (front, back, side) = urlsplit(bucket.endpoint), (free_port() for _ in range(3))
    queue = valkey.new_instance("queue", tmp_path / "valkey", free_port(), lasting=True)
    gates = {
        "bucket": Gate(front, address.port or 80),
        "database": Gate(back, database.url.port or 5432),
        "frames": Gate(side, queue.port),
    }
    seen_url = database.url.set(drivername="postgresql", port=back).render_as_string(hide_password=False)
    here = Works(tmp_path, bucket, database, seen_url, queue, gates, {})
    environment = {
        **os.environ,
        **bucket.environment,
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{front}",
        "PIYING_HOME": str(tmp_path / "worker"),
        "PIYING_STORAGE": bucket.address,
        "DATABASE_URL": seen_url,
        "REDIS_URL": queue.url,
        "FRAMES_URL": queue.url.replace(f":{queue.port}/", f":{side}/"),
    }
    with ExitStack() as ends:
        for gate in gates.values():
            ends.enter_context(gate)
        here.start_queue()
        for role in ("render", "clock"):
            with (tmp_path / f"{role}.log").open("wb") as log:
                here.processes[role] = subprocess.Popen(
                    (sys.executable, "worker.py", role),
                    cwd=REPOSITORY,
                    env=environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    preexec_fn=tied(),  # noqa: PLW1509 - one thread starts them
                )
        yield here
        for process in here.processes.values():
            process.kill()
            process.wait()
    database.dispose()


def moving_document():
    """Scenes in which something moves in every frame, so that each takes a while."""
    move = [{"property": "x", "at": at, "value": value} for at, value in ((0, 0), (480_000, 10_000))]
    data = exporting.small_document(*(f"第{index}幕的话" for index in range(SCENES))).model_dump(mode="json")
    for scene in data["scenes"]:
        scene["layers"][0]["keyframes"] = move
        scene["duration"] = {"kind": "script", "least": 480_000}
    return codec.read(data)


def ordered(works: Works) -> Export:
    with works.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
    project = exporting.keep(works.database, tenant, moving_document())
    exporting.voice(works.database, tenant, project.id, works.home / "brought" / "artefacts")
    works.storage(works.home / "brought").keep(works.home / "brought" / "artefacts")
    quoted = exporting.quoted(works.database, tenant, project.id)
    with works.database.transaction() as session:
        export = exports.order(session, tenant, quoted.id, utc_now())
    doorbells.ring_job(works.told(export)[1], url=works.queue.url)
    return export


@pytest.mark.parametrize("lost", ["database", "queue", "frames", "bucket"])
def test_an_export_outlives_a_server_that_is_away_for_a_while_and_loses_no_attempt(works: Works, lost: str) -> None:
    export = ordered(works)
    until(lambda: works.pieces() >= 2)
    works.lose(lost)
    time.sleep(AWAY_S[lost])
    assert works.told(export)[0].state not in exports.ENDED or lost in {"queue", "frames"}
    works.mend(lost)
    until(lambda: works.told(export)[0].state in exports.ENDED)

    check_whole(works, export)


def test_an_export_is_one_workers_while_its_storage_takes_longer_than_a_lease_for_a_file(works: Works) -> None:
    works.gates["bucket"].bytes_per_s = NARROW_BYTES_PER_S
    export, states, fences = ordered(works), set(), set()

    def ended() -> bool:
        row, job = works.told(export)
        states.add(row.state)
        fences.add(job.fence)
        return row.state in exports.ENDED

    until(ended)

    assert fences <= {0, 1}
    assert states <= {ExportState.QUEUED, ExportState.RUNNING, ExportState.PUBLISHING, ExportState.DONE}
    works.gates["bucket"].bytes_per_s = 0
    check_whole(works, export)


def check_whole(works: Works, export: Export) -> None:
    """The film lies there whole, was paid for once, cost one attempt, and nothing half written lies about."""
    row, job = works.told(export)
    assert row.state is ExportState.DONE, (job.error_code, job.error_facts)
    assert job.attempt == 1
    assert works.settled(export) == (0, row.quote["charge"])
    film = works.home / "elsewhere" / "artefacts" / row.files["video"][:2] / row.files["video"]
    assert works.storage(works.home / "elsewhere").bring(film)
    with av.open(str(film)) as whole:
        assert sum(1 for _ in whole.decode(video=0)) == row.files["frame_count"]
    assert not [path for path in (works.home / "worker").rglob(".*") if HALF.match(path.name)]


def test_an_edit_that_no_database_took_is_taken_once_when_it_is_back(works: Works, clock) -> None:
    settings = Settings(
        works.home / "web", Path(".models").resolve(), works.seen_url, SECRET, public_url="http://localhost", environment=Environment.TEST
    )
    app = create_app(replace(settings, queue_url=works.queue.url, frames_url=works.queue.url), clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    mei = sign_in(app, app.extensions["piying"][1], clock, "mei@example.com")
    document = moving_document()
    project = exporting.keep(works.database, mei.tenant, document)
    block = document.scenes[0].blocks[0].id
    edit = f'{{"kind": "splice-text", "block": "{block}", "language": "zh", "at": 0, "delete": 0, "insert": "好"}}'
    address, data = f"/projects/{project.id}/edits", {"id": "once", "base": project.revision, "edit": edit}

    works.lose("database")
    refused = mei.client.post(address, data=data, headers={"HX-Request": "true"})
    page = mei.client.get(f"/projects/{project.id}/edit")
    works.mend("database")
    works.lose("queue")
    taken = [mei.client.post(address, data=data) for _ in range(2)]
    shown = mei.client.get(f"/projects/{project.id}/edit")
    works.mend("queue")
    detach(app)

    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in (refused, page)] == [(503, "5")] * 2
    assert "not answering" in page.text
    assert [answer.status_code for answer in (*taken, shown)] == [200, 200, 200]
    assert shown.text.count("好第0幕的话") >= 1
    assert "好好" not in shown.text
