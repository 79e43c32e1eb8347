"""Shapes of one ad by their routes: one more, one looked at and changed, back to the main one, one less."""

import json
import re

import pytest

from render.timeline.variants import in_variant
from tests.webapp.views.test_editor import Editor
from webapp.services import projects


class Shaper(Editor):
    """Somebody at a project who may look at one of its shapes."""

    def shape(self, name="16:9"):
        """One more shape; its id."""
        assert self.do("shapes", value=name).status_code == 200
        return self.document().variants[-1].id

    def edit_in(self, shape, target, field, value):
        edit = {"kind": "set-field", "target": target, "field": field, "value": value}
        return self.send(f"shapes/{shape}/edits", shape, edit)

    def send(self, what, shape, edit):
        data = {"id": next(self.ids), "base": self.revision(), "edit": json.dumps(edit)}
        return self.client.post(f"{self.path}/{what}", data=data, headers={"X-Shape": shape})

    def seen(self, shape, what="scenes"):
        return self.client.get(f"{self.path}/parts", query_string={"what": what}, headers={"X-Shape": shape}).text


@pytest.fixture
def mei(signed_in, database, clock):
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, projects.Wishes(language="en", presenter="mei", script="Hello."), clock())
    return Shaper(signed_in, project.id, database)


def presenter(document):
    return document.scenes[0].layers[0]


def pressed(page):
    return re.findall(r'data-shows-shape="(\w*)" data-ratio="[\d.]+" aria-pressed="true"', page)


def test_a_shape_is_added_once_and_has_the_videos_frame_rate(mei):
    shape = mei.shape()

    assert mei.document().variants[0].canvas.model_dump() == {"width_px": 1920, "height_px": 1080, "frame_rate": 25}
    assert mei.do("shapes", value="16:9").status_code == 409
    assert mei.do("shapes", value="9:16").status_code == 409
    assert mei.do("shapes", value="5:1").status_code == 422
    assert len(mei.document().variants) == 1
    assert pressed(mei.page()) == [""]
    assert pressed(mei.client.get(f"{mei.path}/edit?shape={shape}").text) == [shape]


def test_what_is_moved_in_a_shape_moves_there_alone_and_is_told_as_its_own(mei):
    shape, before = mei.shape(), mei.document()
    answer = mei.edit_in(shape, presenter(before).id, "transform.x", 2_000)

    assert answer.status_code == 200
    assert mei.document().scenes == before.scenes
    assert presenter(in_variant(mei.document(), shape)).transform.x == 2_000
    assert '"x": 2000' in answer.text
    assert f"back-{presenter(before).id}" in answer.text
    assert '"x": 2000' not in mei.seen("")


def test_captions_that_are_moved_in_a_shape_move_there_alone(mei):
    shape = mei.shape()
    mei.edit_in(shape, "document", "captions.y", 5_000)

    assert mei.document().captions.y == 8_300
    assert mei.document().variants[0].captions.y == 5_000
    assert 'id="own-captions"' in mei.seen(shape, "settings")
    assert 'id="own-captions"' not in mei.seen("", "settings")


def test_a_change_is_told_to_whoever_looks_at_the_scene(mei):
    shape, document = mei.shape(), mei.document()
    answer = mei.edit_in(shape, presenter(document).id, "hidden", value=True)

    assert f"scene:{document.scenes[0].id}" in answer.headers["HX-Trigger"]
    assert "shapes" in answer.headers["HX-Trigger"]
    assert "data-hidden" in mei.seen(shape)
    assert "data-hidden" not in mei.seen("")


def test_one_thing_or_all_go_back_to_the_main_shape_and_undo_brings_them_again(mei):
    shape, name = mei.shape(), presenter(mei.document()).id
    mei.edit_in(shape, name, "transform.x", 2_000)
    mei.edit_in(shape, mei.document().scenes[0].id, "background.colour", "#ffffff")
    mei.edit_in(shape, "document", "captions.y", 5_000)
    own = mei.document().variants[0]

    assert mei.do(f"shapes/{shape}/back", value=name).status_code == 200
    assert name not in mei.document().variants[0].overrides
    mei.do("undo")
    assert mei.document().variants[0] == own
    mei.do(f"shapes/{shape}/back", value="")
    assert (mei.document().variants[0].overrides, mei.document().variants[0].captions) == ({}, None)
    assert mei.do(f"shapes/{shape}/back", value="nothing").status_code == 409


def test_undo_takes_back_what_was_done_in_a_shape(mei):
    shape, before = mei.shape(), mei.document()
    mei.edit_in(shape, presenter(before).id, "opacity", 300)
    mei.do("undo")
    assert mei.document() == before


def test_words_written_in_a_shape_are_written_in_all(mei):
    shape, block = mei.shape(), mei.document().scenes[0].blocks[0].id
    edit = {"kind": "splice-text", "block": block, "language": "en", "at": 0, "delete": 0, "insert": "Oh. "}

    assert mei.send(f"shapes/{shape}/edits", shape, edit).status_code == 200
    assert mei.document().scenes[0].blocks[0].texts["en"].text == "Oh. Hello."
    assert "Oh. Hello." in mei.seen("")


def test_a_shape_that_was_removed_gives_way_to_the_main_one(mei):
    shape = mei.shape()
    mei.edit({"kind": "remove-item", "id": shape})

    assert pressed(mei.seen(shape)) == [""]
    assert mei.edit_in(shape, presenter(mei.document()).id, "hidden", value=True).status_code == 409
    mei.do("undo")
    assert pressed(mei.seen(shape)) == [shape]


def test_nobody_looks_at_or_changes_the_shapes_of_others(mei, stranger):
    shape = mei.shape()
    other = Shaper(stranger, mei.id, mei.database)
    data = {"id": "x", "base": 1, "edit": '{"kind": "group", "edits": []}'}
    assert other.client.post(f"{mei.path}/shapes/{shape}/edits", data=data).status_code == 404
    assert other.client.get(f"{mei.path}/edit?shape={shape}").status_code == 404


def test_whoever_looks_at_a_platform_is_told_what_it_covers(mei):
    assert "covers:" not in mei.seen("", "shapes")
    mei.client.set_cookie("piying_platforms", "reels.nowhere")

    shown = mei.seen("", "shapes")
    assert "Instagram Reels covers:" in shown
    assert "Captions" in shown
    assert '"bottom": 3500' in shown.replace("&#34;", '"')
    assert "wants another shape" in mei.seen(mei.shape(), "shapes")
