"""A presenter chosen by picture, by its routes."""

import pytest

from tests.webapp.views.test_editor import Editor
from webapp.services import projects


@pytest.fixture
def mei(signed_in, database, clock):
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, projects.Wishes(language="en", presenter="mei", script="One.\n\nTwo."), clock())
    return Editor(signed_in, project.id, database)


def content(mei, scene=0):
    layers = [layer for layer in mei.document().scenes[scene].layers if layer.content.kind == "presenter"]
    return layers[0].content if layers else None


def cast(mei, **form):
    return mei.do(f"scenes/{mei.document().scenes[0].id}/presenter", **form)


def test_the_dialog_shows_pictures_and_checks_who_is_there(mei):
    text = mei.client.get("/casting?picked=mei").text

    assert text.count("poster.webp") >= 12
    assert 'value="mei"' in text
    assert text.count(" checked") == 1
    assert "Nobody fits" in mei.client.get("/casting?words=zzz").text
    assert 'value="mei"' not in mei.client.get("/casting?sex=male").text


def test_whoever_is_picked_stands_in_the_scene_in_the_shot_and_outfit_that_were_chosen(mei):
    assert cast(mei, value="anna", shot="close", outfit="").status_code == 200
    assert (content(mei).presenter, content(mei).shot, content(mei).outfit) == ("anna", "close", "")
    mei.do("undo")
    assert (content(mei).presenter, content(mei).shot) == ("mei", "medium")


def test_somebody_else_does_not_wear_her_outfit(mei):
    cast(mei, value="mei", outfit="summer")
    cast(mei, value="mei")
    assert content(mei).outfit == "summer"
    cast(mei, value="anna")
    assert content(mei).outfit == ""


def test_a_scene_without_anybody_gets_somebody_and_nobody_takes_her_out(mei):
    assert cast(mei, value="").status_code == 200
    assert content(mei) is None
    cast(mei, value="hans", shot="extreme", outfit="")
    assert (content(mei).presenter, content(mei).shot) == ("hans", "extreme")


def test_what_is_not_on_offer_is_refused(mei):
    assert cast(mei, value="nobody").status_code == 422
    assert cast(mei, value="anna", shot="from-behind").status_code == 422
    assert content(mei).presenter == "mei"


def test_presenter_and_shot_go_into_all_scenes(mei):
    cast(mei, value="anna", shot="close", outfit="")
    mei.do(f"scenes/{mei.document().scenes[0].id}/everywhere")
    assert (content(mei, 1).presenter, content(mei, 1).shot) == ("anna", "close")
