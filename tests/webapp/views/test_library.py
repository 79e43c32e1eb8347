"""The pages of the library."""

import re

import pytest

from tests.webapp.material import keep
from webapp.models.asset import AssetState
from webapp.services import assets


@pytest.fixture
def kept(settings, database, signed_in, clock):
    """Puts material into the library."""

    def put(name="cup.png", kind="image", **given):
        clock.forward(minutes=1)
        return keep(settings, database, signed_in.tenant, clock(), name=name, kind=kind, **given)

    return put


def test_the_page_shows_what_there_is_and_how_full_it_is(signed_in, kept):
    kept("<b>cup</b>.png")
    page = signed_in.client.get("/library").text

    assert "&lt;b&gt;cup&lt;/b&gt;.png" not in page  # a file's name has no folders: what stood before the last slash is gone
    assert "b&gt;.png" in page
    assert re.search(r"\d+ Bytes of 20\.0 GB used", page)


def test_searching_gives_the_list_alone(signed_in, kept):
    kept("tea.png")
    kept("cup.png")
    part = signed_in.client.get("/library?words=tea", headers={"HX-Request": "true"}).text

    assert "tea.png" in part
    assert "cup.png" not in part
    assert "<html" not in part


def test_a_refused_file_says_why_and_can_be_tried_again_where_that_helps(signed_in, database, kept):
    asset = kept(state=AssetState.CHECKING)
    with database.transaction() as session:
        assets.refused(session, asset.id, "pixels", {"pixels_max": 40})
    assert "at most 40 pixels" in signed_in.client.get(f"/library/{asset.id}").text
    with database.transaction() as session:
        assets.refused(session, asset.id, "disk-full", {})
    assert "Try again" in signed_in.client.get(f"/library/{asset.id}").text

    assert "Being looked at" in signed_in.client.post(f"/library/{asset.id}/again").text


@pytest.mark.parametrize(
    "reason",
    [
        "empty",
        "format",
        "truncated",
        "pixels",
        "small",
        "length",
        "silent",
        "memory",
        "unreadable",
        "disk-full",
        "unexpected",
        "worker-lost",
        "sandbox-missing",
        "cancelled",
    ],
)
def test_every_reason_has_words(signed_in, database, kept, reason):
    asset = kept()
    with database.transaction() as session:
        assets.refused(session, asset.id, reason, {"pixels_max": 1, "side_px_min": 2, "seconds_max": 3})

    assert re.search(r'asset__refusal">[^<…]{15,}<', signed_in.client.get(f"/library/{asset.id}").text)


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_one_is_shown_large_or_played(signed_in, kept, kind):
    asset = kept(kind=kind)
    page = signed_in.client.get(f"/library/{asset.id}/about").text

    assert {"image": "<img", "video": "<video", "audio": "<audio"}[kind] in page
    assert "No project uses it." in page


def test_the_editor_offers_what_is_usable_of_the_kinds_it_wants(signed_in, kept):
    cup, tea = kept("cup.png"), kept("tea.mp4", "video")
    kept("soon.png", state=AssetState.CHECKING)

    def offered(query):
        return re.findall(r'data-picture="(\w+)"', signed_in.client.get(f"/library/choices?{query}").text)

    assert offered("kinds=image") == [cup.digest]
    assert offered("kinds=image+video") == [tea.digest, cup.digest]
    assert offered("kinds=image+video&words=tea") == [tea.digest]


def test_a_card_goes_into_the_trash_comes_back_and_goes_for_good(signed_in, settings, kept):
    asset = kept()
    for way in ("trash", "restore", "trash", "delete"):
        answer = signed_in.client.post(f"/library/{asset.id}/{way}", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.text) == (200, "")

    assert signed_in.client.get(f"/library/{asset.id}").status_code == 404
    assert not assets.path_of(settings.assets, asset.digest).exists()
