"""Portraits in the worker: judged in a cell, written down with the job's end, and never without a consent."""

import io
import json
import os
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render.avatar.gallery import person
from roles import ingest, sandbox
from roles.base import claimed
from roles.house import House
from roles.sandbox import Walls
from webapp.models.job import JobState
from webapp.models.presenter import Presenter, PresenterState
from webapp.services import consents, jobs, presenters
from webapp.services.consents import Evidence, Given
from webapp.services.presenters import Brought
from webapp.settings import Environment

EVIDENCE = Evidence("203.0.113.9", "Browser 1")


def photograph(name="mei"):
    """Somebody of the gallery before a wall, as JPEG."""
    cut = Image.open(person(name).folder / "portrait.webp")
    scene = Image.new("RGBA", cut.size, (190, 200, 205, 255))
    scene.alpha_composite(cut)
    return jpeg(scene.convert("RGB"))


def jpeg(picture):
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=92)
    return data.getvalue()


def noise():
    return jpeg(Image.fromarray(np.random.default_rng(0).integers(0, 255, (400, 300, 3), dtype=np.uint8)))


@pytest.fixture
def here(settings, database, monkeypatch):
    """The worker's house is the application's."""
    place = House(replace(settings, models=Path(os.environ.get("PIYING_MODELS", ".models")).resolve()), database)
    monkeypatch.setattr(ingest, "house", lambda: place)
    monkeypatch.setattr(ingest, "nudge_tenant", lambda *_: None)
    return place


@pytest.fixture
def brought(here, signed_in, clock):
    """Brings a portrait; gives its presenter and job."""

    def bring(data):
        presenter_id = presenters.new_portrait_id()
        presenters.keep_original(here.settings.presenters, presenter_id, io.BytesIO(data), here.storage)
        shown = consents.digest_of(consents.statement("en", "Mei Lin", signed_in.tenant.name))
        given = Given("Mei Lin", "Mei Lin", "en", shown, agreed=True)
        with here.database.transaction() as session:
            return presenters.bring(
                session, signed_in.tenant, signed_in.user, Brought(presenter_id, "female", given), evidence=EVIDENCE, now=clock()
            )

    return bring


@pytest.fixture
def work(here, monkeypatch):
    """Does a job as the door does, with a line of shell for the cell if one is given; gives job and presenter as they stand afterwards."""

    def run(job, cell=""):
        if cell:
            monkeypatch.setattr(sandbox, "command", lambda *_, **__: ["sh", "-c", cell])
        with claimed(job.id, here.database) as running:
            ingest.ingest(running)
        return standing(job)

    def standing(job):
        with here.database.reading() as session:
            return session.get_one(jobs.Job, job.id), session.get_one(Presenter, job.subject_id)

    return run


def test_a_good_portrait_becomes_a_presenter_that_can_be_rendered(here, brought, work, signed_in):
    presenter, job = brought(photograph())

    job, presenter = work(job)

    assert (job.state, presenter.state, presenter.verdict["reasons"]) == (JobState.DONE, PresenterState.READY, [])
    assert presenter.verdict["facts"]["face_width_px"] > 120
    with here.database.reading() as session:
        folder = presenters.presenter_folder(session, signed_in.tenant.id, presenter.id, 1, root=here.settings.presenters)
    description = json.loads((folder / "avatar.json").read_text())
    assert (description["id"], description["consent"]) == (presenter.id, presenter.consent_id)
    assert (folder / "poster.webp").is_file()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["1", "original"]


def test_a_portrait_without_a_face_is_refused_and_leaves_nothing_to_render(here, brought, work):
    presenter, job = brought(noise())

    job, presenter = work(job)

    assert (job.state, presenter.state, presenter.verdict["reasons"]) == (JobState.DONE, PresenterState.REFUSED, ["no-face"])
    assert [path.name for path in (here.settings.presenters / presenter.id).iterdir()] == ["original"]


def test_a_truncated_portrait_is_refused_as_unreadable(brought, work):
    whole = photograph()
    _, job = brought(whole[: len(whole) // 3])

    assert work(job)[1].verdict["reasons"] == ["unreadable"]


def test_a_picture_that_kills_its_cell_is_unreadable(brought, work):
    job, presenter = work(brought(photograph())[1], "kill -SEGV $$")

    assert (job.state, presenter.verdict["reasons"]) == (JobState.DONE, ["unreadable"])


def test_a_cell_that_takes_too_long_is_ended(brought, work, monkeypatch):
    monkeypatch.setattr(ingest, "CELL_S_MAX", {"photo": 0.4})

    assert work(brought(photograph())[1], "sleep 60")[1].verdict["reasons"] == ["unreadable"]


def test_a_cell_that_breaks_down_is_tried_again_and_then_said_to_be_our_fault(here, brought, work):
    job, presenter = work(brought(photograph())[1], "echo broken >&2; exit 1")
    assert (job.state, presenter.state) == (JobState.QUEUED, PresenterState.CHECKING)

    with here.database.transaction() as session:
        job.attempt, job.attempts_max = job.attempts_max, job.attempts_max + 1
        session.add(job)
    job, presenter = work(job)
    assert (job.state, presenter.state, presenter.verdict["unjudged"]) == (JobState.FAILED, PresenterState.REFUSED, "unexpected")


def test_missing_models_are_told_as_such(brought, work):
    job, presenter = work(brought(photograph())[1], """echo '{"error": "setup-incomplete", "facts": {"name": "faces"}}'""")

    assert (job.state, job.error_code, job.error_facts["name"]) == (JobState.FAILED, "setup-incomplete", "faces")
    assert presenter.verdict["unjudged"] == "setup-incomplete"


def test_a_consent_withdrawn_meanwhile_stops_the_ingest(here, brought, work, signed_in, clock):
    presenter, job = brought(photograph())
    with here.database.transaction() as session:
        consents.revoke(session, signed_in.tenant, presenter.consent_id, clock())

    job, presenter = work(job, "exit 7")
    assert (job.state, job.error_code, presenter.state) == (JobState.FAILED, "consent-revoked", PresenterState.REFUSED)


def test_cancelling_ends_the_cell(here, brought, work, signed_in, monkeypatch):
    _, job = brought(photograph())
    real = ingest._wait

    def cancelled_meanwhile(running, child, told, s_max):
        with here.database.transaction() as session:
            jobs.cancel(session, signed_in.tenant, job.id)
        running._verdict = jobs.JobCancelled()
        return real(running, child, told, s_max)

    monkeypatch.setattr(ingest, "_wait", cancelled_meanwhile)
    assert work(job, "sleep 60")[0].state is JobState.CANCELLED


def test_production_does_not_read_uploads_without_walls(here, brought, work, monkeypatch):
    monkeypatch.setattr(sandbox, "walls", lambda: Walls.LIMITS)
    monkeypatch.setattr(ingest, "house", lambda: House(replace(here.settings, environment=Environment.PRODUCTION), here.database))

    assert work(brought(photograph())[1])[0].error_code == "sandbox-missing"


SPY = """
import json, os, socket, sys
from pathlib import Path
def reached():
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)
        return True
    except OSError:
        return False
print(json.dumps({"secret": Path(sys.argv[1]).exists(), "network": reached(), "key": os.environ.get("PIYING_SECRET_KEY")}))
"""


@pytest.mark.parametrize("kind", [Walls.BUBBLEWRAP, Walls.NAMESPACES])
def test_in_a_cell_there_is_no_network_and_behind_bubblewrap_nothing_of_the_house(tmp_path: Path, kind, monkeypatch):
    if kind is Walls.BUBBLEWRAP and sandbox.walls() is not kind:
        pytest.skip("bubblewrap is not installed")
    secret = tmp_path / "secret"
    secret.write_text("hush")
    command = sandbox.command(kind, "roles.portrait", [], sandbox.Sight())
    at = command.index("-m")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        spying = [*command[:at], "-c", SPY, str(secret), str(port)]
        said = subprocess.run(spying, capture_output=True, check=True, env=sandbox.environment(), text=True)

    found = json.loads(said.stdout)
    assert found == {"secret": kind is Walls.NAMESPACES, "network": False, "key": None}
