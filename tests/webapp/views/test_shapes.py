"""Shapes of one ad by their routes: one more, one looked at and changed, back to the main one, one less."""

import json
import re

import pytest

from render.timeline.document import Anchor, ImageContent, Layer, Span, Track, Transform
from render.timeline.edits import InsertItem, write_edit
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


class Cutter(Shaper):
    """The same at the track view, with a logo on a track, in a shape of another frame rate than the main one's."""

    def lay(self):
        """A logo from the first second to the sixth; the shape's id."""
        edge = [Anchor(kind="project", offset=second * SECOND) for second in (1, 6)]
        place = Transform(x=8_000, y=1_000, width=2_000, height=1_000)
        logo = Layer(id="logo", span=Span(start=edge[0], end=edge[1]), transform=place, content=ImageContent(asset="b" * 64))
        scene = self.document().scenes[0].id
        self.edit(
            {"kind": "set-field", "target": scene, "field": "duration", "value": {"kind": "fixed", "fixed": 8 * SECOND, "least": SECOND}}
        )
        item = Track(id="over", layers=(logo,)).model_dump(mode="json")
        self.edit(write_edit(InsertItem(parent="document", collection="tracks", item=item)))
        shape = self.shape()
        self.edit_in(shape, "document", "canvas.frame_rate", 30)
        return shape

    def cut(self, shape, what, **form):
        headers = {"Idempotency-Key": next(self.ids), "X-Shape": shape, "X-View": "tracks?chosen=logo"}
        return self.client.post(f"{self.path}/{what}", data={"base": self.revision(), **form}, headers=headers)

    def tracks(self, shape, chosen="logo"):
        return self.client.get(f"{self.path}/tracks", query_string={"shape": shape, "chosen": chosen}).text

    def looks(self):
        """What the one shape does otherwise, without what it leaves."""
        return {name: look.model_dump(exclude_none=True) for name, look in self.document().variants[0].overrides.items()}


SECOND = 240_000


@pytest.fixture
def cutter(signed_in, mei):
    return Cutter(signed_in, mei.id, mei.database)


def test_a_clip_of_a_track_is_placed_in_a_shape_alone_and_goes_back(cutter):
    shape, before = cutter.lay(), cutter.document().tracks
    answer = cutter.edit_in(shape, "logo", "transform.x", 2_000)

    assert cutter.document().tracks == before
    assert in_variant(cutter.document(), shape).tracks[0].layers[0].transform.x == 2_000
    assert "tracks" in answer.headers["HX-Trigger"]
    assert {'"x": 2000' in cutter.tracks(shape), 'id="own-logo"' in cutter.tracks(shape)} == {True}
    assert {'"x": 2000' in cutter.tracks(""), 'id="own-logo"' in cutter.tracks("")} == {False}
    assert 'id="back-logo"' in cutter.tracks(shape)

    cutter.do(f"shapes/{shape}/back", value="logo")
    assert cutter.looks() == {}


def test_a_split_clip_keeps_its_look_on_both_halves_where_it_was_cut_in_the_shape(cutter):
    shape = cutter.lay()
    cutter.edit_in(shape, "logo", "opacity", 300)
    before = cutter.document()
    frame_ticks = SECOND // 30
    answer = cutter.cut(shape, "clips/split", clips="logo", at=str(2 * SECOND + frame_ticks))

    first, second = cutter.document().tracks[0].layers
    assert answer.status_code == 200
    assert first.span.end.offset == 2 * SECOND + frame_ticks or second.span.start.offset == 2 * SECOND + frame_ticks
    assert cutter.looks() == {"logo": {"opacity": 300}, second.id: {"opacity": 300}}
    assert (first.opacity, second.opacity) == (1_000, 1_000)
    cutter.do("undo")
    assert cutter.document() == before


@pytest.mark.parametrize("verb", ["clips/duplicate", "clips/remove"])
def test_a_copy_has_the_look_of_its_clip_and_a_removed_one_leaves_none(cutter, verb):
    shape = cutter.lay()
    cutter.edit_in(shape, "logo", "hidden", value=True)
    before = cutter.document()
    cutter.cut(shape, verb, clips="logo", ripple="1")

    there = [layer.id for layer in cutter.document().tracks[0].layers]
    assert cutter.looks() == {name: {"hidden": True} for name in there}
    cutter.do("undo")
    assert cutter.document() == before
    cutter.do("redo")
    assert cutter.looks() == {name: {"hidden": True} for name in there}


def test_a_copied_layer_stands_aside_in_every_shape(cutter):
    shape, layer = cutter.shape(), Layer(id="disc", transform=Transform(width=1_000, height=1_000), content=ImageContent(asset="c" * 64))
    scene = cutter.document().scenes[0].id
    cutter.edit(write_edit(InsertItem(parent=scene, collection="layers", item=layer.model_dump(mode="json"))))
    cutter.edit_in(shape, "disc", "transform.x", 2_000)
    cutter.do("layers/disc/copy")

    (copy,) = cutter.looks().keys() - {"disc"}
    assert cutter.looks()[copy]["transform"]["x"] == 2_300


def test_the_track_view_answers_in_the_shape_that_it_shows(cutter):
    shape = cutter.lay()
    edit = {"kind": "set-field", "target": "logo", "field": "hidden", "value": True}
    data = {"id": "once", "base": cutter.revision(), "edit": json.dumps(edit)}
    answer = cutter.client.post(
        f"{cutter.path}/shapes/{shape}/edits", data=data, headers={"X-Shape": shape, "X-View": "tracks?chosen=logo"}
    )

    assert 'id="shapes"' in answer.text
    assert re.search(r'id="clip-logo"[^>]* data-off', answer.text)
    assert f"{cutter.path}/edit?shape={shape}" in cutter.tracks(shape)
