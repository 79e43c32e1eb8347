"""The doorbell, on a real queue."""

import pytest
from rq import Queue

from tools.stack.ports import free_port
from webapp import jobs
from webapp.models.job import Job


def bells(url: str) -> Queue:
    return jobs.queue("render", url)


def test_a_bell_carries_ids_as_json_and_no_time_limit(queue_url: str) -> None:
    assert jobs.ring("render", "roles.door.answer", "j1", url=queue_url)

    (bell,) = bells(queue_url).jobs
    assert (bell.func_name, list(bell.args), bell.timeout) == ("roles.door.answer", ["j1"], -1)
    assert bell.data.startswith(b"[")


def test_a_bell_still_waiting_is_not_rung_twice(queue_url: str) -> None:
    job = Job(id="j1", tenant_id="t", kind="export", subject_id="e", queue="render")

    jobs.ring_job(job, url=queue_url)
    jobs.ring_job(job, url=queue_url)

    assert len(bells(queue_url)) == 1


def test_a_queue_that_does_not_answer_is_no_error(queue_url: str) -> None:
    assert queue_url
    assert not jobs.ring("render", "roles.door.answer", "j1", url=f"redis://127.0.0.1:{free_port()}/0")


def test_without_a_queue_a_bell_is_lost_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_queue_url", lambda: "")

    assert not jobs.ring("render", "roles.door.answer", "j1")
