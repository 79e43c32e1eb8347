from datetime import timedelta
from io import BytesIO

import pytest
from sqlmodel import select

from tests.webapp.pictures import jpeg, png
from webapp.models.asset import Asset
from webapp.services import assets, media_links

JSON = {"Accept": "application/json"}


def upload(person, content, name="a.png"):
    return person.client.post("/assets", data={"file": (BytesIO(content), name)}, headers=JSON)


def fetched(client, address, **headers):
    with client.get(address, headers=headers) as answer:
        return answer, answer.get_data()


def test_a_picture_is_kept_by_its_digest_and_comes_back_byte_for_byte(signed_in, settings):
    content = png(40, 30)
    told = upload(signed_in, content)

    assert told.status_code == 201
    assert (told.json["width_px"], told.json["height_px"], told.json["media_type"]) == (40, 30, "image/png")
    digest = told.json["digest"]
    assert (settings.assets / digest[:2] / digest).read_bytes() == content
    assert fetched(signed_in.client, told.json["address"])[1] == content
    assert fetched(signed_in.client, f"/assets/{told.json['id']}")[1] == content


def test_htmx_gets_a_card_that_names_the_digest(signed_in):
    answer = signed_in.client.post("/assets", data={"file": (BytesIO(png()), "a.png")}, headers={"HX-Request": "true"})

    assert answer.status_code == 201
    assert "data-digest=" in answer.text
    assert "data-digest=" in signed_in.client.get("/assets").text


def test_the_same_picture_twice_is_one_asset(signed_in, database):
    first, second = upload(signed_in, png()), upload(signed_in, png(), "b.png")

    assert first.json == second.json
    with database.reading() as session:
        assert len(session.exec(select(Asset)).all()) == 1


def test_two_tenants_with_the_same_picture_each_have_their_own_asset(signed_in, stranger):
    mine, theirs = upload(signed_in, png()).json, upload(stranger, png()).json

    assert mine["digest"] == theirs["digest"]
    assert mine["id"] != theirs["id"]
    assert stranger.client.get(f"/assets/{mine['id']}").status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-missing"),
        (b"<svg/>", "picture-format"),
        (b"GIF89a" + bytes(20), "picture-format"),
        (png(20_000, 20_000), "picture-pixels"),
    ],
)
def test_what_is_no_usable_picture_is_refused_whatever_its_name(signed_in, settings, content, code):
    answer = upload(signed_in, content, "photo.png")

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert not settings.assets.exists() or list(settings.assets.rglob("*")) == []


def test_an_upload_without_a_file_is_refused(signed_in):
    assert signed_in.client.post("/assets", data={}, headers=JSON).json["code"] == "file-missing"


def test_a_file_of_too_many_bytes_is_refused_and_leaves_nothing(signed_in, settings, monkeypatch):
    monkeypatch.setattr(assets, "PICTURE_BYTES_MAX", 1_000)
    answer = upload(signed_in, png() + bytes(2_000))

    assert (answer.status_code, answer.json["code"]) == (413, "picture-bytes")
    assert not settings.assets.exists() or list(settings.assets.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "-i", "a;b", "$(id)", "x" * 300, "a\x00b.png", "\u202egnp.exe", "CON", "%03d.png", "http://x"]
)
def test_a_file_s_name_is_only_shown(signed_in, settings, database, name):
    told = upload(signed_in, png(), name).json

    with database.reading() as session:
        kept = session.get(Asset, told["id"]).name
    assert len(kept) <= 200
    assert kept.isprintable()
    assert "/" not in kept
    assert [path.name for path in settings.assets.rglob("*") if path.is_file()] == [told["digest"]]


def test_a_file_is_served_for_good_to_its_owner_only_and_never_run(signed_in):
    address = upload(signed_in, jpeg(), "a.html").json["address"]
    headers = fetched(signed_in.client, address)[0].headers

    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_ranges_and_known_copies_are_answered_as_such(signed_in):
    content = png(64, 64)
    address = upload(signed_in, content).json["address"]
    part, body = fetched(signed_in.client, address, Range="bytes=2-9")
    whole, _ = fetched(signed_in.client, address)
    known, _ = fetched(signed_in.client, address, **{"If-None-Match": whole.headers["ETag"]})
    beyond, _ = fetched(signed_in.client, address, Range="bytes=999999-")

    assert (part.status_code, body) == (206, content[2:10])
    assert known.status_code == 304
    assert beyond.status_code == 416


def signed(settings, clock, person, digest, **changed):
    parts = {"tenant_id": person.tenant.id, "kind": "asset", "name": digest, "expires": media_links.expiry(clock())}
    proof = media_links.signature(settings.secret_key, **parts)
    return "/media/{tenant_id}/{kind}/{name}/{expires}/{proof}".format(**(parts | {"proof": proof} | changed))


def test_a_signed_address_works_without_a_cookie_until_it_expires(client, signed_in, settings, clock):
    digest = upload(signed_in, png()).json["digest"]
    address = signed(settings, clock, signed_in, digest)

    assert fetched(client, address)[1] == png()
    clock.forward(minutes=10)
    assert client.get(address).status_code == 404


def test_a_signed_address_cannot_be_bent(client, signed_in, stranger, settings, clock):
    digest = upload(signed_in, png()).json["digest"]
    upload(stranger, png())

    for changed in (
        {"tenant_id": stranger.tenant.id},
        {"expires": media_links.expiry(clock() + timedelta(days=1))},
        {"proof": "0" * 64},
        {"proof": "é"},
        {"kind": "artefact"},
        {"name": "0" * 64},
    ):
        assert client.get(signed(settings, clock, signed_in, digest, **changed)).status_code == 404, changed


def test_a_signed_address_ends_with_its_asset(client, signed_in, settings, clock, database):
    digest = upload(signed_in, png()).json["digest"]
    with database.transaction() as session:
        session.exec(select(Asset)).one().trashed_at = clock()

    assert client.get(signed(settings, clock, signed_in, digest)).status_code == 404


def test_signed_addresses_of_the_same_minutes_are_the_same(clock):
    first = media_links.expiry(clock())
    clock.forward(seconds=20)

    assert media_links.expiry(clock()) == first
    assert 300 <= first - clock().timestamp() <= 600


def test_an_artefact_is_served_by_a_signed_address(client, signed_in, settings, clock):
    name = "ab" * 32 + ".wav"
    path = settings.artefacts / "ab" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"RIFF")
    parts = (signed_in.tenant.id, "artefact", name, media_links.expiry(clock()))
    address = "/media/{}/{}/{}/{}/{}".format(*parts, media_links.signature(settings.secret_key, *parts))

    answer, body = fetched(client, address)
    assert (answer.mimetype, body) == ("audio/wav", b"RIFF")
