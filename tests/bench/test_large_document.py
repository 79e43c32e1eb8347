"""A very large project in the track view: what is sent stays small, whatever the project's size."""

import re

import pytest

from render.timeline import codec
from tests.bench.large_document import large_document
from tests.webapp.views.test_clips import Cutter
from webapp.models.project import Snapshot
from webapp.services import projects

ANSWER_BYTES_MAX = 30_000
NODES_MAX = 1_500
WINDOW = re.compile(r'<div class="tracks-window".*<div class="timeline__snap"|<div class="tracks-window".*', re.DOTALL)


def open_large(signed_in, database, clock, document):
    """A project that begins with a document."""
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, projects.Wishes(language="zh", presenter="mei", script="你好。"), clock())
        session.add(Snapshot(project_id=project.id, revision=1, document=codec.write(document).decode(), created_at=clock()))
        project.revision = 1
        session.add(project)
    return Cutter(signed_in, project.id, database)


@pytest.fixture(scope="module")
def document():
    return large_document()


def nodes(html):
    """How many elements a browser makes of some HTML."""
    return len(re.findall(r"<[a-z]", html))


def test_two_thousand_clips_are_shown_and_answered_by_a_window(signed_in, database, clock, document):
    cutter = open_large(signed_in, database, clock, document)
    page = cutter.client.get(f"{cutter.path}/tracks").text
    until = cutter.layout().duration
    everything = cutter.client.get(f"{cutter.path}/parts?what=window", headers={"X-View": f"tracks?from=0&until={until}"}).text
    scenes = document.scenes
    cutter.looking = f"tracks?first={scenes[98].id}&last={scenes[108].id}&chosen=large-title-100-0"
    answers = [
        cutter.cut("trim", "large-title-100-0", edge="end", by="240000"),
        cutter.cut("move", "large-picture-100-0", by="400000"),
        cutter.cut("remove", "large-title-101-1", ripple="1"),
        cutter.cut("large-scene-3/scene-length", value="9"),
        cutter.do("undo"),
    ]

    assert everything.count("tracks-column--coarse") == len(scenes)
    assert max(nodes(page), nodes(page) - nodes(WINDOW.search(page)[0]) + nodes(WINDOW.search(everything)[0])) <= NODES_MAX
    assert max(len(answer.data) for answer in answers) <= ANSWER_BYTES_MAX
