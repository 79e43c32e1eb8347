"""With a bucket, workers on different machines go on with each other's work, and sign with one authority."""

from dataclasses import replace

import pytest

from render.graph.store import SegmentStore
from roles.authority import authority
from roles.base import claimed
from roles.house import House
from roles.render import KeptByTurns
from webapp.errors import StorageAway
from webapp.models.columns import utc_now
from webapp.models.job import Job, JobState
from webapp.services import jobs

NAME = "ab" * 16


@pytest.fixture
def machines(settings, database, bucket, tmp_path):
    """Two homes that share a database and a bucket."""
    return [House(replace(settings, home=tmp_path / name, storage=bucket.address), database) for name in ("one", "two")]


def store_of(house):
    return KeptByTurns(house.settings.pieces / "tenant", house.storage, lambda: None)


def test_a_piece_that_one_machine_made_another_has(machines):
    one, two = map(store_of, machines)
    one.put(NAME, lambda path: path.write_bytes(b"piece"))

    assert two.has(NAME)
    assert two.whole(NAME).read_bytes().startswith(b"piece")
    assert not two.has("cd" * 16)


def test_a_near_piece_that_was_cut_short_is_brought_whole(machines):
    one, two = map(store_of, machines)
    one.put(NAME, lambda path: path.write_bytes(b"piece"))
    two.path(NAME).parent.mkdir(parents=True)
    two.path(NAME).write_bytes(b"pie")

    assert two.has(NAME)
    assert SegmentStore(two.folder).has(NAME)


def test_all_machines_sign_with_one_authority(machines):
    assert len({authority(house).certificate_pem for house in (*machines, *machines)}) == 1


def test_a_job_that_found_no_storage_waits_for_it_and_loses_no_attempt(database, signed_in):
    with database.transaction() as session:
        job = jobs.create(session, signed_in.tenant.id, "fake", "subject", queue="render")
    with claimed(job.id, database):
        raise StorageAway(retry_after_s=10)

    with database.reading() as session:
        row = session.get_one(Job, job.id)
    assert (row.state, row.attempt, row.error_code) == (JobState.QUEUED, 0, None)
    assert (row.lease_until - utc_now()).total_seconds() > 10
