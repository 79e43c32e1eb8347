"""Figures for the collector."""

from dataclasses import replace
from datetime import timedelta

import pytest

from webapp import create_app
from webapp.extensions import detach
from webapp.models.export import Export, ExportState
from webapp.models.job import JobState
from webapp.models.ledger import Hold
from webapp.services import figures, jobs, projects

TOKEN = "figures-for-the-collector"


@pytest.fixture
def told(settings, clock):
    """What the collector is told, line by line."""
    app = create_app(replace(settings, metrics_token=TOKEN), clock)

    def ask():
        answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
        return answer.text.splitlines()

    yield ask
    detach(app)


@pytest.mark.parametrize("brought", ["", "Bearer ", "Bearer wrong", "Bearer é"])
def test_without_the_right_token_there_is_no_such_page(settings, clock, client, brought):
    guarded = create_app(replace(settings, metrics_token=TOKEN), clock)

    assert guarded.test_client().get("/metrics", headers={"Authorization": brought}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": brought}).status_code == 404
    detach(guarded)


def test_the_age_of_a_queue_is_that_of_the_job_that_waits_longest(told, database, signed_in, clock):
    with database.transaction() as session:
        for age_s in (30, 90):
            jobs.create(session, signed_in.tenant.id, "export", "x", queue="render", now=clock() - timedelta(seconds=age_s))

    assert 'piying_queue_age_seconds{queue="render"} 90' in told()
    assert 'piying_jobs{queue="render",state="queued"} 2' in told()


def test_render_seconds_are_those_of_films_over_those_of_their_jobs(told, database, signed_in, clock):
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, projects.Wishes(language="en", presenter="mei", script="Hello."), clock())
        for number, worked_s in enumerate((40, 60)):
            job = jobs.create(session, signed_in.tenant.id, "export", str(number), queue="render", now=clock())
            job.state, job.finished_at = JobState.DONE, clock() - timedelta(minutes=5)
            job.started_at = job.finished_at - timedelta(seconds=worked_s)
            film = Export(tenant_id=signed_in.tenant.id, project_id=project.id, revision=1, language="en", preset="720p", job_id=job.id)
            film.state, film.quote, film.created_at = ExportState.DONE, {"milliseconds": 10_000}, clock()
            session.add(film)

    assert "piying_render_seconds_per_second 0.2" in told()
    assert 'piying_jobs_ended{kind="export",state="done"} 2' in told()
    clock.forward(hours=1)
    assert "piying_render_seconds_per_second 0" in told()


def test_open_holds_are_counted_with_the_age_of_the_oldest(told, database, signed_in, clock):
    with database.transaction() as session:
        session.add(Hold(tenant_id=signed_in.tenant.id, subject="export:1", amount=5, created_at=clock() - timedelta(minutes=2)))

    assert {"piying_holds 1", "piying_hold_age_seconds 120"} <= set(told())


def test_tabs_with_a_picture_and_tabs_in_line_are_told_apart():
    text = figures.exposition(figures.of_previews({"a": 0, "b": 0, "c": 1}))

    assert text.splitlines()[2:] == ['piying_preview_sessions{state="shown"} 2', 'piying_preview_sessions{state="waiting"} 1']


def test_a_figure_is_explained_once_however_many_labels_it_has():
    text = figures.exposition(
        [figures.Figure("b", "B.", 2), figures.Figure("a", "A.", 1, (("x", "1"),)), figures.Figure("a", "A.", 0.5, (("x", "2"),))]
    )

    assert text == '# HELP a A.\n# TYPE a gauge\na{x="1"} 1\na{x="2"} 0.5\n# HELP b B.\n# TYPE b gauge\nb 2\n'
