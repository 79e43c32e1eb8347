"""Layers of a scene by their routes: put in, copied, brought forward; and subtitle files taken in and given out."""

import json
import re

import pytest

from tests.webapp.material import keep
from tests.webapp.views.test_editor import Editor
from webapp.services import projects

SRT = "1\n00:00:00,000 --> 00:00:01,000\nHello\n\n2\n00:00:01,000 --> 00:00:02,000\nthere.\n\n"


@pytest.fixture
def mei(signed_in, database, clock):
    with database.transaction() as session:
        wishes = projects.Wishes(language="en", presenter="mei", script="Hello there.")
        project = projects.start(session, signed_in.tenant, wishes, clock())
    return Editor(signed_in, project.id, database)


def layers(mei):
    return mei.document().scenes[0].layers


def scene(mei):
    return mei.document().scenes[0].id


def test_titles_shapes_and_material_come_in_front_and_in_their_own_shape(mei, signed_in, settings, database, clock):
    asset = keep(settings, database, signed_in.tenant, clock())
    assert mei.do(f"scenes/{scene(mei)}/titles").status_code == 200
    assert mei.do(f"scenes/{scene(mei)}/shapes", value="ellipse").status_code == 200
    answer = mei.do(f"scenes/{scene(mei)}/material", value=asset.digest)

    assert answer.status_code == 200
    assert [layer.content.kind for layer in layers(mei)] == ["presenter", "text", "shape", "image"]
    assert [layer.lane for layer in layers(mei)] == sorted(layer.lane for layer in layers(mei))
    place, canvas = layers(mei)[-1].transform, mei.document().canvas
    shown = place.width * canvas.width_px / (place.height * canvas.height_px)
    assert shown == pytest.approx(asset.width_px / asset.height_px, rel=0.01)


def test_nobody_puts_in_what_is_not_hers_or_no_shape(mei):
    assert mei.do(f"scenes/{scene(mei)}/material", value="0" * 64).status_code == 404
    assert mei.do(f"scenes/{scene(mei)}/shapes", value="star").status_code == 422


def test_a_layer_goes_one_step_forward_and_back_and_undo_restores_it(mei):
    mei.do(f"scenes/{scene(mei)}/titles")
    before = mei.document()
    presenter, title = layers(mei)

    mei.do(f"layers/{presenter.id}/forward")
    lanes = {layer.id: layer.lane for layer in layers(mei)}
    assert lanes[presenter.id] > lanes[title.id]
    mei.do("undo")
    assert mei.document().scenes == before.scenes
    mei.do(f"layers/{presenter.id}/back")
    assert mei.document().scenes == before.scenes


def test_a_copy_stands_aside_and_a_presenter_is_not_copied(mei):
    mei.do(f"scenes/{scene(mei)}/shapes", value="rectangle")
    presenter, shape = layers(mei)
    mei.do(f"layers/{shape.id}/copy")

    again = layers(mei)[-1]
    assert (again.content, again.transform.x) == (shape.content, shape.transform.x + 300)
    assert mei.do(f"layers/{presenter.id}/copy").status_code == 422
    assert mei.do("layers/nowhere/copy").status_code in {404, 409}


def test_captions_go_out_and_a_subtitle_file_comes_in(mei):
    assert "Hello there." in mei.client.get(f"{mei.path}/captions.srt").text
    assert mei.client.get(f"{mei.path}/captions.vtt").text.startswith("WEBVTT")
    assert mei.do("captions", value=SRT).status_code == 200
    assert "Hello\n" in mei.client.get(f"{mei.path}/captions.srt").text
    assert "no subtitles" in mei.do("captions", value="nothing").text


def test_every_row_tells_the_picture_where_its_layer_stands(mei):
    mei.do(f"scenes/{scene(mei)}/shapes", value="rectangle")
    told = re.findall(r"data-layer=\"([\w-]+)\"[^>]*data-transform='([^']+)'", mei.page())
    assert {name: json.loads(place) for name, place in told} == {layer.id: layer.transform.model_dump() for layer in layers(mei)}
