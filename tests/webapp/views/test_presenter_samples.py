"""Presenters to see and hear before they are chosen: the words are voiced, then the film is made, once."""

import pytest
from sqlmodel import select

from render.timeline.spoken import SpokenTimes
from render.timeline.voicing import times_to_json
from webapp.models.job import Job, JobState
from webapp.models.speech import Voiced
from webapp.models.tenant import Tenant
from webapp.services import artefacts, linking, presenter_samples, presenters
from webapp.views import presenter_samples as views

ADDRESS = "/presenters/mei/samples/zh.mp4"


@pytest.fixture
def heard(monkeypatch):
    """What the bell was rung for: digests of sentences, then jobs."""
    rung = []
    monkeypatch.setattr(linking, "ask", lambda digests, _project, **_: rung.extend(digests))
    monkeypatch.setattr(views, "ring_job", lambda job: rung.append(job.subject_id))
    return rung


def voice_all(database, clock):
    """What the speech worker does."""
    with database.transaction() as session:
        for row in session.exec(select(Voiced)).all():
            linking.voiced(session, row.digest, times_to_json(SpokenTimes(240_000)), 4, clock())


def jobs_of(database):
    with database.reading() as session:
        return [(job.kind, job.subject_id, job.state) for job in session.exec(select(Job)).all()]


def end(database, state):
    with database.transaction() as session:
        for job in session.exec(select(Job)).all():
            job.state = state
            session.add(job)


def test_words_are_voiced_then_the_film_is_ordered_once(signed_in, database, clock, heard):
    assert signed_in.client.get(ADDRESS).status_code == 202
    assert len(heard) == 1
    assert jobs_of(database) == []
    voice_all(database, clock)
    for _ in range(2):
        assert signed_in.client.get(ADDRESS).status_code == 202
    assert jobs_of(database) == [("sample", "mei/zh", JobState.QUEUED)]
    assert heard[1:] == ["mei/zh"]


def test_a_film_that_is_there_is_sent_to_everybody(signed_in, stranger, database, settings, heard):
    with database.reading() as session:
        offered = presenters.offer(session, session.exec(select(Tenant)).first(), "mei")
    with artefacts.publishing(presenter_samples.place_of(settings.home, offered, "zh")) as film:
        film.write_bytes(b"film")
    for person in (signed_in, stranger):
        with person.client.get(ADDRESS) as answer:
            assert (answer.status_code, answer.data, answer.mimetype) == (200, b"film", "video/mp4")
    assert heard == []


def test_a_film_that_could_not_be_made_is_tried_again_later(signed_in, database, clock, heard):
    signed_in.client.get(ADDRESS)
    voice_all(database, clock)
    signed_in.client.get(ADDRESS)
    end(database, JobState.FAILED)
    assert signed_in.client.get(ADDRESS).status_code == 422
    clock.forward(minutes=11)
    assert signed_in.client.get(ADDRESS).status_code == 202
    assert len(jobs_of(database)) == 2


@pytest.mark.parametrize(
    "address", ["/presenters/nobody/samples/zh.mp4", "/presenters/mei/samples/xx.mp4", "/presenters/mei/samples/th.mp4"]
)
def test_whom_nobody_may_choose_and_what_nobody_speaks_is_not_found(signed_in, heard, address):
    assert signed_in.client.get(address).status_code == 404
    assert heard == []
