"""What the studio gives out of a tenant's material: things made by the ingest, to their owner, and by signed addresses for a while."""

import pytest

from tests.webapp.material import LENGTH_TICKS, keep, made_bytes
from webapp.models.asset import Asset, AssetState
from webapp.services import library, material
from webapp.services.material import Part


def fetched(client, address, **headers):
    with client.get(address, headers=headers) as answer:
        return answer, answer.get_data()


@pytest.fixture
def picture(settings, database, signed_in, clock):
    """A picture in the library."""
    return keep(settings, database, signed_in.tenant, clock())


def test_a_picture_is_given_out_as_it_was_made_by_id_and_by_digest_and_never_as_it_came(signed_in, picture):
    for key in (picture.id, picture.digest):
        answer, body = fetched(signed_in.client, f"/assets/{key}")
        assert body == made_bytes(picture.digest, Part.PICTURE)
        assert answer.mimetype == "image/webp"


@pytest.mark.parametrize(
    ("kind", "name", "part"),
    [
        ("image", "poster", Part.POSTER),
        ("video", "strip", Part.STRIP),
        ("video", "peaks", Part.PEAKS),
        ("video", "sound", Part.SOUND),
        ("audio", "sound", Part.SOUND),
    ],
)
def test_the_parts_of_an_asset_have_addresses_of_their_own(signed_in, settings, database, clock, kind, name, part):
    asset = keep(settings, database, signed_in.tenant, clock(), kind=kind)

    assert fetched(signed_in.client, f"/assets/{asset.digest}/{name}")[1] == made_bytes(asset.digest, part)


def test_thumbnails_say_how_long_their_film_is(signed_in, settings, database, clock):
    asset = keep(settings, database, signed_in.tenant, clock(), kind="video")

    answer, _ = fetched(signed_in.client, f"/assets/{asset.digest}/strip")
    assert answer.headers["X-Film-Ticks"] == str(LENGTH_TICKS["video"])


def test_a_film_is_shown_by_its_first_seconds_until_the_rest_is_there_and_no_browser_keeps_those(signed_in, settings, database, clock):
    asset = keep(settings, database, signed_in.tenant, clock(), kind="video", state=AssetState.USABLE)
    proxy = material.place(settings.artefacts, asset.digest, Part.PROXY)
    whole = proxy.rename(material.place(settings.artefacts, asset.digest, Part.HEAD))

    answer, body = fetched(signed_in.client, f"/assets/{asset.digest}")
    assert (body, answer.headers["Cache-Control"]) == (whole.read_bytes(), "private, no-cache")


def test_what_is_not_made_yet_is_not_there(signed_in, settings, database, clock):
    asset = keep(settings, database, signed_in.tenant, clock(), state=AssetState.CHECKING)
    for path in material.places(settings.artefacts, asset.digest):
        path.unlink(missing_ok=True)

    assert signed_in.client.get(f"/assets/{asset.digest}").status_code == 404


def test_two_tenants_with_the_same_picture_each_have_their_own_asset(settings, database, clock, signed_in, stranger):
    mine = keep(settings, database, signed_in.tenant, clock(), content=b"same")
    theirs = keep(settings, database, stranger.tenant, clock(), content=b"same")

    assert mine.digest == theirs.digest
    assert mine.id != theirs.id
    assert stranger.client.get(f"/assets/{mine.id}").status_code == 404


def test_a_file_is_served_for_good_to_its_owner_only_and_never_run(signed_in, stranger, client, picture):
    answer, _ = fetched(signed_in.client, f"/assets/{picture.digest}")

    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert stranger.client.get(f"/assets/{picture.digest}").status_code == 404
    assert client.get(f"/assets/{picture.digest}").status_code == 302


def test_ranges_and_known_copies_are_answered_as_such(signed_in, picture):
    address, content = f"/assets/{picture.digest}", made_bytes(picture.digest, Part.PICTURE)
    part, body = fetched(signed_in.client, address, Range="bytes=2-9")
    whole, _ = fetched(signed_in.client, address)
    known, _ = fetched(signed_in.client, address, **{"If-None-Match": whole.headers["ETag"]})
    beyond, _ = fetched(signed_in.client, address, Range="bytes=999999-")

    assert (part.status_code, body) == (206, content[2:10])
    assert known.status_code == 304
    assert beyond.status_code == 416


def test_what_lies_in_the_trash_is_still_shown_and_what_is_deleted_is_not(signed_in, clock, database, picture):
    address = f"/assets/{picture.digest}"
    with database.transaction() as session:
        library.throw_away(session, signed_in.tenant, picture.id, clock())
    assert fetched(signed_in.client, address)[0].status_code == 200

    with database.transaction() as session:
        session.delete(session.get_one(Asset, picture.id))
    assert signed_in.client.get(address).status_code == 404
