"""Clips of tracks in the scene view: each stands in the card of the scene in which it starts, with what handles must know of it."""

import json
import re

import pytest

from tests.webapp.views.test_editor import Editor, mei, project  # noqa: F401 - fixtures
from webapp.services import shapes

LATE = 60_000


@pytest.fixture
def disc(mei) -> Editor:  # noqa: F811 - the fixture
    """Somebody with a disc on a track, from the second scene on."""
    start = {"kind": "scene-start", "of": mei.document().scenes[1].id, "offset": LATE}
    content = {"kind": "shape", "shape": "ellipse"}
    layer = {"id": "disc", "span": {"start": start, "end": start | {"offset": 2 * LATE}}, "content": content}
    track = {"id": "over", "layers": [layer]}
    assert mei.edit({"kind": "insert-item", "parent": "document", "collection": "tracks", "item": track}).status_code == 200
    return mei


def parts(editor, what, opened="", shape=""):
    headers = {"X-View": f"scenes?open={opened}", "X-Shape": shape}
    return editor.client.get(f"{editor.path}/parts?what={what}", headers=headers).text


def strip(html, scene):
    return re.search(rf'<section class="layers__across" id="across-{scene.id}".*?</section>', html, re.DOTALL)[0]


def test_it_stands_where_it_starts_and_counts_from_there(disc):
    first, second = disc.document().scenes
    page = disc.page()

    assert "disc" not in strip(page, first)
    assert f'data-from="{LATE}" data-until="{2 * LATE}"' in strip(page, second)
    assert "data-unread" in strip(page, second)
    assert "transform-x-disc" not in page


def test_what_can_be_set_of_it_comes_when_it_is_opened(disc):
    html = parts(disc, f"scene:{disc.document().scenes[1].id}", "layer-disc")

    assert 'id="transform-x-disc"' in html
    assert "chosen=disc" in html
    assert "data-unread" not in strip(html, disc.document().scenes[1])


def test_an_edit_of_it_is_answered_with_the_strips_of_all_cards_and_no_card(disc):
    answer = disc.edit({"kind": "set-field", "target": "disc", "field": "transform", "value": {"x": 1_234}})

    assert answer.text.count('class="layers__across"') == 2
    assert "&#34;x&#34;: 1234" in answer.text or '"x": 1234' in answer.text
    assert 'class="scene card"' not in answer.text


def test_it_is_still_where_its_track_is_locked_or_it_moves_along_points(disc):
    second = disc.document().scenes[1]
    assert "data-still" not in strip(disc.page(), second)
    disc.edit({"kind": "set-field", "target": "over", "field": "locked", "value": True})
    assert "data-still" in strip(disc.page(), second)


def test_in_a_shape_it_says_that_it_is_that_shapes_own(disc):
    disc.edit(shapes.add(disc.document(), "1:1").model_dump(mode="json"))
    shape = disc.document().variants[0].id
    edit = {"kind": "set-field", "target": "disc", "field": "transform.x", "value": 2_000}
    data = {"id": next(disc.ids), "base": disc.revision(), "edit": json.dumps(edit)}
    assert disc.client.post(f"{disc.path}/shapes/{shape}/edits", data=data).status_code == 200

    assert 'id="own-disc"' in parts(disc, "tracks", "layer-disc", shape)
    assert 'id="own-disc"' not in parts(disc, "tracks", "layer-disc")
