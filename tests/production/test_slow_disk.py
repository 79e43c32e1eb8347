"""A disk on which everything takes longer than a lease: the lease is renewed all the same, and what is written appears whole."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from render.presets.exports import PRESETS, ExportPreset
from render.presets.platforms import OFFERED
from roles import house as houses
from roles import render
from roles.base import claimed
from roles.house import House
from tests import exporting
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.providers.storage.folder import FolderStorage
from webapp.services import exports, jobs
from webapp.settings import Settings

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]

TINY = ExportPreset("tiny", 180, "ultrafast", 24)
LEASE_S = 3.0
SLOW_S = 4.0


class SlowStorage(FolderStorage):
    """A home on a disk that is asked too much of."""

    def keep(self, path: Path) -> None:
        time.sleep(SLOW_S)
        super().keep(path)

    def move(self, source: Path, target: Path) -> None:
        time.sleep(SLOW_S / 4)
        super().move(source, target)


@pytest.fixture
def house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    for presets in (PRESETS, OFFERED):
        monkeypatch.setitem(presets, "tiny", TINY)
    house = House(replace(settings), Database(settings.database_url))
    monkeypatch.setattr(render, "house", lambda: house)
    monkeypatch.setattr(houses, "storage_of", lambda settings, _patience_s: SlowStorage(settings.home))
    yield house
    house.database.dispose()


def ordered(house: House) -> Export:
    tenant = Tenant(name="Mei")
    with house.database.transaction() as session:
        session.add(tenant)
    project = exporting.keep(house.database, tenant, exporting.small_document("你好大家好"))
    exporting.voice(house.database, tenant, project.id, house.settings.artefacts)
    quoted = exporting.quoted(house.database, tenant, project.id, "tiny")
    with house.database.transaction() as session:
        return exports.order(session, tenant, quoted.id, utc_now())


def told(house: House, export: Export) -> tuple[Export, Job]:
    with house.database.reading() as session:
        return session.get_one(Export, export.id), session.get_one(Job, export.job_id)


def test_an_export_on_a_slow_disk_keeps_its_lease_and_says_how_far_it_is(house: House) -> None:
    export, seen = ordered(house), []

    def work() -> None:
        with claimed(export.job_id, house.database, LEASE_S) as running:
            assert running is not None
            render.export(running)

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        seen.append(told(house, export))
        with house.database.transaction() as session:
            jobs.sweep(session, utc_now())
        time.sleep(0.1)
    worker.join()
    row, job = told(house, export)

    assert (row.state, job.state, job.attempt, job.fence) == (ExportState.DONE, JobState.DONE, 1, 1)
    assert {other.state for other, _ in seen} <= {ExportState.QUEUED, ExportState.RUNNING, ExportState.PUBLISHING, ExportState.DONE}
    assert {other.progress["stage"] for _, other in seen if other.progress} >= {"composing", "sound"}
    film = house.settings.artefacts / row.files["video"][:2] / row.files["video"]
    assert film.stat().st_size == row.files["bytes"]
