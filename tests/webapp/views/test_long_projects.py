"""A project of 200 scenes and 2,000 clips: its page and the answers to its edits stay small, and nothing of it is out of reach."""

import json
import re

import pytest
from sqlmodel import select

from render.timeline import codec
from tests.webapp.views.test_editor import Editor
from webapp.models.project import Snapshot
from webapp.services import projects
from webapp.services.projects import Wishes

SCENES, CLIPS_EACH = 200, 10
ANSWER_BYTES_MAX = 30 * 1_024
ELEMENTS_MAX = 1_500


def long_document():
    """Scenes that say a sentence or two, under a presenter and nine titles."""

    def scene(number):
        titles = [
            {"id": f"t{number}-{n}", "lane": 20 + n, "content": {"kind": "text", "texts": {"en": f"Line {n}"}}}
            for n in range(CLIPS_EACH - 1)
        ]
        presenter = {"id": f"p{number}", "lane": 10, "content": {"kind": "presenter", "presenter": "mei"}}
        said = {"en": {"text": f"This is sentence number {number} of a long advertisement. It has a second sentence too."}}
        return {"id": f"scene{number}", "blocks": [{"id": f"b{number}", "texts": said}], "layers": [presenter, *titles]}

    return codec.read({"language": "en", "scenes": [scene(number) for number in range(SCENES)]})


@pytest.fixture
def editor(signed_in, database, clock):
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, Wishes(language="en", presenter="mei", script="Hello."), clock())
        snapshot = session.exec(select(Snapshot).where(Snapshot.project_id == project.id)).one()
        snapshot.document = codec.write(long_document()).decode()
        session.add(snapshot)
    return Editor(signed_in, project.id, database)


def post(editor, what, held, **form):
    """What a page that holds some cards is answered."""
    headers = {"Idempotency-Key": next(editor.ids), "X-View": f"scenes?held={'+'.join(held)}"}
    return editor.client.post(f"{editor.path}/{what}", data={"base": editor.revision(), **form}, headers=headers)


def whole(html):
    return re.findall(r'class="scene card" id="scene-(\w+)"', html)


def test_the_page_holds_few_elements_and_the_words_of_every_scene(editor):
    html = editor.page()
    assert len(re.findall(r"<[a-z]", html)) <= ELEMENTS_MAX
    assert whole(html) == ["scene0", "scene1", "scene2", "scene3"]
    assert len(re.findall(r'data-scene="', html)) == SCENES
    assert all(f"sentence number {number} of" in html for number in range(SCENES))


def test_no_answer_to_an_edit_is_large(editor):
    held = [f"scene{number}" for number in range(60, 68)]
    splice = {"kind": "splice-text", "block": "b61", "language": "en", "at": 0, "insert": "Now: "}
    look = {"kind": "set-field", "target": "t62-3", "field": "opacity", "value": 500}
    move = {"kind": "move-item", "id": "scene150", "parent": "document", "after": "scene60"}
    answers = [
        *(post(editor, "edits", held, edit=json.dumps(edit)) for edit in (splice, look, move)),
        post(editor, "scenes", held, after="scene61"),
        post(editor, "scenes/scene63/duplicate", held),
        post(editor, "undo", held),
    ]
    assert [answer.status_code for answer in answers] == [200] * 6
    assert max(len(answer.data) for answer in answers) <= ANSWER_BYTES_MAX


def test_a_new_scene_comes_alone_and_the_others_by_name(editor):
    html = post(editor, "scenes", ["scene5", "scene6"], after="scene5").text
    assert len(re.findall(r"data-same", html)) == SCENES
    assert 'id="scene-scene6" data-same data-place="8"' in html
    assert len(re.findall(r'class="scene card', html)) == 1


def test_the_author_of_an_edit_gets_the_card_and_others_get_what_they_hold(editor):
    splice = {"kind": "splice-text", "block": "b99", "language": "en", "at": 0, "insert": "Now: "}
    assert whole(post(editor, "edits", ["scene1"], edit=json.dumps(splice)).text) == ["scene99"]

    headers = {"X-View": "scenes?held=scene1"}
    seen = editor.client.get(f"{editor.path}/parts?what=scene:scene99+scene:scene1", headers=headers).text
    assert whole(seen) == ["scene1"]
    assert "Now: This is sentence number 99" in seen


def test_a_drawer_is_filled_when_it_is_open(editor):
    def part(opened):
        headers = {"X-View": f"scenes?held=scene1&open={opened}"}
        return editor.client.get(f"{editor.path}/parts?what=scene:scene1", headers=headers).text

    assert 'id="layer-t1-3"' not in part("")
    assert 'id="layer-t1-3"' in part("look-scene1")
    assert 'id="place-t1-3"' not in part("look-scene1")
    assert 'id="place-t1-3"' in part("look-scene1+layer-t1-3")
    assert 'id="voice-b1"' in part("said-b1")


def test_lengths_of_far_scenes_come_without_their_words(editor):
    headers = {"X-View": "scenes?held=scene1"}
    html = editor.client.get(f"{editor.path}/parts?what=lengths", headers=headers).text
    assert 'id="length-scene1"' in html
    assert re.search(r'<li id="scene-scene2" data-same data-ticks="\d+"></li>', html)
    assert "sentence number" not in html
