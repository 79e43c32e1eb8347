import pytest
from sqlmodel import select

from render.timeline.voicing import estimate, times_to_json
from webapp.models.project import Snapshot
from webapp.services import demo_documents, linking, projects, shelf


@pytest.fixture
def project(database, signed_in, clock):
    with database.transaction() as session:
        return projects.keep(session, signed_in.tenant, demo_documents.summer_cup(), clock())


@pytest.fixture
def length(database, project):
    """The project's length now."""

    def measure():
        with database.reading() as session:
            return shelf.lengths(session, [project]).get(project.id)

    return measure


def voice(database, clock):
    """Write every sentence down as voiced, each a second longer than was thought; how many there were."""
    document = demo_documents.summer_cup()
    with database.transaction() as session:
        linked = linking.gather(session, document, "zh")
        linking.want(session, linked.missing, clock())
        for digest, request in linked.missing.items():
            times = times_to_json(estimate(request))
            linking.voiced(session, digest, times | {"duration": times["duration"] + 240_000, "estimated": False}, 1, clock())
    return len(linked.missing)


def test_a_length_is_estimated_until_every_word_is_voiced(database, clock, length):
    before = length()
    sentences = voice(database, clock)
    after = length()

    assert (before.estimated, after.estimated) == (True, False)
    assert after.seconds == before.seconds + sentences


def test_the_shelf_shows_it(signed_in, project, database, clock, length):
    about = length().seconds
    assert f"≈ {about // 60}:{about % 60:02d}" in signed_in.client.get("/projects").text
    voice(database, clock)
    assert "≈" not in signed_in.client.get("/projects").text


def test_a_document_that_cannot_be_read_has_no_length_and_hides_no_other(signed_in, project, database, clock):
    with database.transaction() as session:
        broken = projects.keep(session, signed_in.tenant, demo_documents.cold_brew(), clock())
        snapshot = session.exec(select(Snapshot).where(Snapshot.project_id == broken.id)).one()
        snapshot.document = '{"schema_version": 99}'
        session.add(snapshot)

    with database.reading() as session:
        assert set(shelf.lengths(session, shelf.search(session, signed_in.tenant, shelf.Wanted()).projects)) == {project.id}
    assert signed_in.client.get("/projects").text.count("≈") == 1
