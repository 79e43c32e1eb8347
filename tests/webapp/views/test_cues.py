"""Captions by hand, by their routes."""

import pytest

from tests.webapp.views.test_editor import Editor
from webapp.services import projects
from webapp.services.projects import Wishes


@pytest.fixture
def editor(signed_in, database, clock):
    wishes = Wishes(language="en", presenter="mei", script="A bottle for hot days. It keeps the cold for a day.")
    with database.transaction() as session:
        return Editor(signed_in, projects.start(session, signed_in.tenant, wishes, clock()).id, database)


def captions(editor):
    """What stands in the captions as a file."""
    return [part.split("\n", 2)[2].strip() for part in editor.client.get(f"{editor.path}/captions.srt").text.strip().split("\n\n")]


def change(editor, at, what, **form):
    block = editor.document().scenes[0].blocks[0].id
    return editor.do(f"blocks/{block}/captions/{at}/{what}", **form)


def test_captions_are_changed_parted_hidden_and_taken_back(editor):
    assert captions(editor) == ["A bottle for hot days.", "It keeps the cold for a day."]
    answer = change(editor, 0, "words", value="For hot days")
    assert 'value="For hot days"' in answer.text
    assert change(editor, 23, "split", value="8").status_code == 200
    assert captions(editor) == ["For hot days", "It keeps", "the cold for a day."]
    assert change(editor, 0, "hide").status_code == 200
    assert captions(editor) == ["It keeps", "the cold for a day."]
    assert change(editor, 23, "start", value="2.5").status_code == 200
    assert change(editor, 23, "size", value="820").status_code == 200
    for _ in range(5):
        assert editor.do("undo").status_code == 200
    assert captions(editor) == ["A bottle for hot days.", "It keeps the cold for a day."]


def test_nonsense_is_refused_in_words(editor):
    assert change(editor, 0, "sing").status_code == 404
    assert change(editor, 7, "hide").status_code == 409
    for what, value in (("start", "nan"), ("length", "-1"), ("size", "much"), ("split", "")):
        assert change(editor, 0, what, value=value).status_code == 422
    assert editor.revision() == 0


def test_a_caption_is_put_somewhere_and_the_canvas_is_told_where_it_stands(editor):
    scene = editor.document().scenes[0]
    address = f"{editor.path}/scenes/{scene.id}/captions"
    assert change(editor, 23, "place", x="2500", y="1500").status_code == 200
    told = editor.client.get(address).text
    assert told.count('data-kind="caption"') == 2
    assert told.count("data-own") == 1
    assert '"x": 2500' in told
    assert editor.do("undo").status_code == 200
    assert "data-own" not in editor.client.get(address).text
    assert change(editor, 23, "place", x="10001", y="0").status_code == 422
    assert change(editor, 23, "place", x="1", y="0", shape="gone").status_code == 409
    assert editor.client.get(f"{editor.path}/scenes/gone/captions").status_code == 404


def test_captions_come_out_from_under_an_app_in_one_edit_in_the_shape_that_is_seen(editor):
    editor.client.set_cookie("piying_platforms", "douyin")
    assert "captions/into-sight" in editor.page()
    assert editor.do("captions/into-sight", value="").status_code == 200
    assert editor.document().captions.y < 7_200
    assert "captions/into-sight" not in editor.page()
    assert editor.do("undo").status_code == 200
    assert editor.document().captions.y == 8_300
    assert editor.do("shapes", value="1:1").status_code == 200
    shape = editor.document().variants[0].id
    editor.client.set_cookie("piying_platforms", "facebook")
    assert editor.do("captions/into-sight", value=shape).status_code == 200
    assert editor.document().captions.y == 8_300
    assert editor.do("captions/into-sight", value="gone").status_code == 409
