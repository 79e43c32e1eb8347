"""What an edit of a project of 200 scenes and 2,000 clips takes, counted: one scene is looked into, the others are taken as they were."""

import json
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from render.timeline import codec
from render.timeline.voicing import estimate, times_to_json
from tests.webapp.views.test_long_projects import SCENES, editor, post  # noqa: F401 - a fixture
from webapp.services import documents, linking
from webapp.services.documents import Kept

HELD = [f"scene{number}" for number in range(60, 64)]
MADE_OF_A_SCENE = ("_made", "_passage", "_joined", "_written_part", "scene_digest")
"""Functions that look into a scene, or into what is said in it."""
CALLS_MAX = 100 * SCENES
"""Of our own functions, for everything: to look at each clip by itself would take more."""


@pytest.fixture
def voiced(editor, clock, monkeypatch):  # noqa: F811 - the fixture
    """The same editor, every sentence of her project said, and its page shown once."""
    monkeypatch.setattr(linking, "_times", Kept(1_000))
    with editor.database.transaction() as session:
        missing = linking.gather(session, editor.document(), "en", tenant_id=editor.tenant.id).missing
        linking.want(session, missing, clock(), tenant_id=editor.tenant.id)
        clock.forward(minutes=1)
        for digest, request in missing.items():
            linking.voiced(session, digest, times_to_json(replace(estimate(request), estimated=False)), 1, clock())
    editor.page()
    return editor


@contextmanager
def counted():
    """Calls of our own functions, by name."""
    calls = Counter()

    def note(frame, event, _):
        if event == "call" and ("/render/timeline/" in frame.f_code.co_filename or "/webapp/" in frame.f_code.co_filename):
            calls[frame.f_code.co_name] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


@contextmanager
def statements(database):
    """What the database is asked."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(database.engine, "before_cursor_execute", note)


SPLICE = {"kind": "splice-text", "block": "b61", "language": "en", "at": 0, "insert": "Now: "}
LOOK = {"kind": "set-field", "target": "t62-3", "field": "opacity", "value": 500}
LANE = {"kind": "set-field", "target": "t62-4", "field": "lane", "value": 40}


def test_an_edit_looks_into_one_scene_and_reads_no_times_again(voiced):
    post(voiced, "edits", HELD, edit=json.dumps(LOOK | {"target": "t60-1"}))
    for what in (SPLICE, LOOK, LANE, "undo"):
        with counted() as calls, statements(voiced.database) as asked:
            answer = post(voiced, "undo", HELD) if what == "undo" else post(voiced, "edits", HELD, edit=json.dumps(what))
        assert answer.status_code == 200
        assert {name: calls[name] for name in MADE_OF_A_SCENE if calls[name] > 1} == {}
        assert sum(calls.values()) <= CALLS_MAX
        assert not [statement for statement in asked if "voiced.times" in statement]


def test_the_first_edit_after_the_page_writes_down_one_scene(editor):  # noqa: F811 - the fixture
    editor.client.get(f"{editor.path}/edit").close()
    with counted() as calls:
        post(editor, "edits", HELD, edit=json.dumps(SPLICE))
    assert calls["_written_part"] == 1


def test_an_edit_of_the_newest_revision_asks_for_no_edits_since(editor):  # noqa: F811 - the fixture
    post(editor, "edits", HELD, edit=json.dumps(LOOK))
    with statements(editor.database) as asked:
        post(editor, "edits", HELD, edit=json.dumps(LANE))
    before_commit = asked[: next(place for place, statement in enumerate(asked) if statement.startswith("UPDATE project"))]
    assert not [statement for statement in before_commit if "edit_record.revision <=" in statement]
    assert len([statement for statement in before_commit if "FROM project" in statement]) <= 3  # the test's own, the view's, the one held


def test_what_is_written_down_of_parts_is_the_document(editor):  # noqa: F811 - the fixture
    post(editor, "edits", HELD, edit=json.dumps(SPLICE))
    track = {"id": "music", "kind": "audio", "layers": [{"id": "m", "content": {"kind": "audio", "asset": "music:calm-1"}}]}
    insert = {"kind": "insert-item", "parent": "document", "collection": "tracks", "item": track}
    assert post(editor, "edits", HELD, edit=json.dumps(insert)).status_code == 200
    document = editor.document()
    assert documents.written(document) == codec.write(document)
