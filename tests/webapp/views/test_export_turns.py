"""Pausing, resuming and putting first, and several shapes at once, as the pages ask for it."""

import pytest

from tests import exporting
from webapp.models.columns import utc_now
from webapp.services import bundles, exports
from webapp.services.bundles import ITSELF, Wished

HX = {"HX-Request": "true"}
TALL = {"id": "tall", "name": "Tall", "canvas": {"width_px": 1080, "height_px": 1920, "frame_rate": 25}}


@pytest.fixture
def project(database, signed_in):
    document = exporting.small_document("你好", "再见")
    shaped = type(document).model_validate(document.model_dump() | {"variants": [TALL]})
    project = exporting.keep(database, signed_in.tenant, shaped)
    exporting.voice(database, signed_in.tenant, project.id)
    return project


@pytest.fixture
def quoted(database, signed_in, project):
    with database.transaction() as session:
        bundle = bundles.make(session, signed_in.tenant, project.id, Wished([ITSELF, "tall"], "720p", ["zh"]), utc_now())
    return [export.id for export in bundle.exports]


def test_the_dialog_shows_every_shape_and_every_further_file(signed_in, project):
    text = signed_in.client.get(f"/projects/{project.id}/exports/dialog").text

    assert all(shown in text for shown in ("As in the editor", "1:1", "Tall", "9:16", "Sound alone", "4K"))


def test_all_shapes_are_offered_and_ordered_with_one_button(signed_in, project, quoted):
    wish = {"preset": "720p", "language": "zh", "shape": [ITSELF, "tall"]}
    offer = signed_in.client.post(f"/projects/{project.id}/exports/offer", data=wish, headers=HX).text
    assert "Make 2 videos" in offer
    assert all(export_id in offer for export_id in quoted)

    answer = signed_in.client.post(f"/projects/{project.id}/exports/order", data={"export": quoted}, headers=HX)
    assert answer.status_code == 202
    assert answer.text.count("Waiting for its turn") == 2


def test_an_order_is_paused_resumed_and_put_first(signed_in, project, quoted):
    signed_in.client.post(f"/projects/{project.id}/exports/order", data={"export": quoted})

    def said(deed):
        return signed_in.client.post(f"/exports/{quoted[1]}/{deed}", headers=HX).text

    assert "Paused" in said("pause")
    assert "Make this one next" in said("resume")
    assert "Waiting for its turn" in said("first")


def test_all_are_paused_and_resumed_together(signed_in, database, project, quoted):
    signed_in.client.post(f"/projects/{project.id}/exports/order", data={"export": quoted})
    for deed, paused in (("pause", True), ("resume", False)):
        answer = signed_in.client.post(f"/exports/{deed}", data={"project": project.id})
        assert answer.location == f"/projects/{project.id}/exports"
        with database.reading() as session:
            assert [told.job.paused for told in exports.all_of(session, signed_in.tenant)] == [paused, paused]


def test_too_many_at_once_are_refused(signed_in, project):
    answer = signed_in.client.post(f"/projects/{project.id}/exports/order", data={"export": ["0" * 32] * 51}, headers=HX)

    assert answer.status_code == 422
