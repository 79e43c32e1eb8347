"""The workers' door."""

import pytest

import worker
from roles.registry import KINDS, ROLES


def test_without_a_queue_the_door_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr(worker.logs, "configure", lambda _: None)  # it would hold for every test after this

    assert worker.main(["render"]) == 2
    assert "REDIS_URL" in capsys.readouterr().err


def test_every_role_but_the_clock_answers_a_queue() -> None:
    assert {name: bool(role.queues) for name, role in ROLES.items()} == {
        "preview": True,
        "render": True,
        "speech": True,
        "ingest": True,
        "clock": False,
    }


def test_every_kind_of_job_is_done_behind_the_door() -> None:
    assert all(kind.work.startswith("roles.") for kind in KINDS.values())
