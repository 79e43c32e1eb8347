"""Uploads by tus, as a client of any make would: announced, sent in pieces, broken off, taken up, given up; and from a phone."""

import base64
import hashlib
import re

import pytest
from sqlmodel import select

from tests.webapp.pictures import png
from webapp.models.asset import Asset, AssetState
from webapp.models.job import Job
from webapp.models.upload import Upload
from webapp.providers.storage.folder import FolderLanding
from webapp.services import projects, uploads

TUS = {"Tus-Resumable": "1.0.0"}
JSON = {**TUS, "Accept": "application/json"}
PIECE = {**JSON, "Content-Type": "application/offset+octet-stream"}


def named(name):
    return {"Upload-Metadata": "filename " + base64.b64encode(name.encode()).decode()}


def announced(client, length, name="cup.png", server="/uploads"):
    answer = client.post(server, headers={**JSON, "Upload-Length": str(length), **named(name)})
    assert answer.status_code == 201, answer.text
    return answer.location


def sent(client, address, content, at=0):
    return client.patch(address, data=content, headers={**PIECE, "Upload-Offset": str(at)})


def upload(client, content, name="cup.png", server="/uploads"):
    return sent(client, announced(client, len(content), name, server), content)


@pytest.fixture
def rows(database):
    """The rows of a table."""

    def read(table):
        with database.reading() as session:
            return session.exec(select(table)).all()

    return read


def test_a_server_says_what_it_speaks(signed_in):
    answer = signed_in.client.options("/uploads")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,termination"
    assert int(answer.headers["Tus-Max-Size"]) > 10**9


def test_a_file_that_has_come_whole_is_an_asset_and_waits_for_its_ingest(signed_in, settings, rows):
    content = png(40, 30)
    answer = upload(signed_in.client, content, "杯子.png")

    (asset,), (job,) = rows(Asset), rows(Job)
    assert (answer.status_code, answer.headers["Upload-Offset"], answer.headers["Piying-Asset"]) == (204, str(len(content)), asset.id)
    assert (asset.name, asset.state, asset.bytes, asset.digest) == (
        "杯子.png",
        AssetState.CHECKING,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    assert (settings.assets / asset.digest[:2] / asset.digest).read_bytes() == content
    assert (job.kind, job.subject_id, job.queue) == ("material", asset.id, "ingest")
    assert list(settings.uploads.iterdir()) == []


def test_pieces_are_put_together_and_the_place_reached_is_told(signed_in, rows):
    content = png(64, 64) + bytes(5_000)
    address = announced(signed_in.client, len(content))
    sent(signed_in.client, address, content[:1_000])

    told = signed_in.client.head(address, headers=TUS)
    assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == ("1000", str(len(content)))
    assert told.headers["Cache-Control"] == "no-store"
    assert "Upload-Expires" in told.headers
    assert sent(signed_in.client, address, content[1_000:], 1_000).status_code == 204
    assert rows(Asset)[0].digest == hashlib.sha256(content).hexdigest()


def test_a_piece_for_another_place_is_refused_and_changes_nothing(signed_in):
    content = png() + bytes(500)
    address = announced(signed_in.client, len(content))
    sent(signed_in.client, address, content[:100])

    answer = sent(signed_in.client, address, content[50:], 50)
    assert (answer.status_code, answer.json["code"], answer.json["facts"]["offset"]) == (409, "upload-offset", 100)
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert signed_in.client.head(address, headers=TUS).headers["Upload-Offset"] == "100"


def test_a_finished_upload_still_says_what_became_of_it(signed_in, rows):
    content = png()
    address = announced(signed_in.client, len(content))
    sent(signed_in.client, address, content)

    told = signed_in.client.head(address, headers=TUS)
    again = sent(signed_in.client, address, b"", len(content))
    assert told.headers["Piying-Asset"] == again.headers["Piying-Asset"] == rows(Asset)[0].id
    assert len(rows(Job)) == 1


def test_two_writers_at_once_are_kept_apart(signed_in, database, settings, clock):
    address = announced(signed_in.client, 1_000)
    with database.reading() as session:
        row = session.exec(select(Upload)).one()
    room = uploads.Room(FolderLanding(settings.uploads), 10**9, 10**9)

    with uploads.receiving(room, row, 0):
        assert sent(signed_in.client, address, png()).json["code"] == "upload-busy"


def test_an_upload_given_up_is_gone_with_what_had_come(signed_in, settings, rows):
    address = announced(signed_in.client, 1_000)
    sent(signed_in.client, address, png())

    assert signed_in.client.delete(address, headers=TUS).status_code == 204
    assert signed_in.client.head(address, headers=TUS).status_code == 404
    assert rows(Upload) == []
    assert list(settings.uploads.iterdir()) == []


def test_an_upload_expires_with_what_had_come(signed_in, settings, database, clock):
    address = announced(signed_in.client, 1_000)
    sent(signed_in.client, address, png())
    clock.forward(days=3)

    assert signed_in.client.head(address, headers=TUS).status_code == 404
    with database.transaction() as session:
        assert uploads.forget_expired(session, FolderLanding(settings.uploads), clock()) == 1


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='x'/>" * 9, b"#EXTM3U\n" * 20, b"ffconcat version 1.0\n" * 9, b"%PDF-1.7" * 20, b"MZ" + bytes(90), b"<html>" * 20],
)
def test_what_is_no_file_we_take_is_refused_with_its_first_piece(signed_in, rows, settings, content):
    address = announced(signed_in.client, 10**6, "holiday.mp4")
    answer = sent(signed_in.client, address, content)

    assert (answer.status_code, answer.json["code"]) == (422, "media-format")
    assert (rows(Asset), rows(Upload)) == ([], [])
    assert list(settings.uploads.iterdir()) == []


@pytest.mark.parametrize(
    ("length", "status", "code"),
    [("0", 422, "file-empty"), ("x", 422, "upload-broken"), ("-5", 422, "upload-broken"), ("9" * 14, 413, "media-bytes")],
)
def test_a_length_that_cannot_be_is_refused(signed_in, length, status, code):
    answer = signed_in.client.post("/uploads", headers={**JSON, "Upload-Length": length, **named("a")})

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_more_bytes_than_were_announced_are_refused(signed_in, rows):
    answer = sent(signed_in.client, announced(signed_in.client, 40), png() + bytes(400))

    assert (answer.status_code, answer.json["code"]) == (413, "upload-longer")
    assert rows(Upload) == []


def test_a_full_storage_says_so_and_counts_what_is_still_coming(app, signed_in, settings):
    limit = settings.storage_bytes_max
    for _ in range(10):
        announced(signed_in.client, limit // 10)
    answer = signed_in.client.post("/uploads", headers={**JSON, "Upload-Length": "1", **named("a")})

    assert (answer.status_code, answer.json["code"]) == (413, "storage-full")
    assert "0 of" in answer.json["message"]


def test_a_full_disk_is_told_and_the_upload_goes_on_later(signed_in, monkeypatch):
    address = announced(signed_in.client, len(png()))

    def full(file, piece):
        raise uploads.Unavailable("disk-full")

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "_write", full)
        answer = sent(signed_in.client, address, png())
    assert (answer.status_code, answer.json["code"]) == (503, "disk-full")
    assert sent(signed_in.client, address, png()).status_code == 204


@pytest.mark.parametrize("method", ["post", "head", "patch", "delete"])
def test_another_version_of_the_protocol_is_not_spoken(signed_in, method):
    address = "/uploads" if method == "post" else announced(signed_in.client, 100)
    answer = getattr(signed_in.client, method)(address, headers={"Tus-Resumable": "0.2.2"})

    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_a_piece_of_another_type_is_refused(signed_in):
    answer = signed_in.client.patch(
        announced(signed_in.client, 100), data=b"x", headers={**TUS, "Upload-Offset": "0", "Content-Type": "text/plain"}
    )

    assert answer.status_code == 415


def test_an_upload_of_another_tenant_is_not_found(signed_in, stranger):
    address = announced(signed_in.client, 100)

    for answer in (
        stranger.client.head(address, headers=TUS),
        sent(stranger.client, address, b"x"),
        stranger.client.delete(address, headers=TUS),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "-i", "a;b", "$(id)", "x" * 300, "a\x00b.png", "\u202egnp.exe", "CON", "%03d.png", "concat:a|b", "http://x"],
)
def test_a_file_s_name_is_only_shown(signed_in, settings, rows, name):
    upload(signed_in.client, png(), name)

    kept = rows(Asset)[0].name
    assert len(kept) <= 200
    assert kept.isprintable()
    assert "/" not in kept
    assert [path.name for path in settings.assets.rglob("*") if path.is_file()] == [rows(Asset)[0].digest]


@pytest.mark.parametrize("metadata", ["filename !!!", "filename /w==", "filename"])
def test_a_broken_name_is_refused_or_none(signed_in, metadata):
    answer = signed_in.client.post("/uploads", headers={**JSON, "Upload-Length": "10", "Upload-Metadata": metadata})

    assert answer.status_code in {201, 422}


@pytest.fixture
def link(signed_in, database, clock):
    """The address that the code for a phone holds."""
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, projects.Wishes(language="en", presenter="mei", script="Hello."), clock())
    shown = signed_in.client.get(f"/projects/{project.id}/send").text
    return re.search(r'value="http://localhost(/send/[^"]+)"', shown)[1]


def test_a_phone_sends_without_signing_in_and_the_files_are_the_tenants(client, link, signed_in, rows):
    assert client.get(link).status_code == 200
    answer = upload(client, png(), "snap.png", f"{link}/uploads")

    assert answer.status_code == 204
    assert (rows(Asset)[0].name, rows(Asset)[0].tenant_id) == ("snap.png", signed_in.tenant.id)


def test_a_phone_s_upload_goes_on_and_can_be_given_up(client, link):
    address = announced(client, 1_000, server=f"{link}/uploads")
    sent(client, address, png())

    assert client.head(address, headers=TUS).headers["Upload-Offset"] == str(len(png()))
    assert client.delete(address, headers=TUS).status_code == 204


def test_a_phone_s_address_ends_and_cannot_be_bent(client, link, clock, stranger):
    parts = link.split("/")
    bent = [
        "/".join([*parts[:2], stranger.tenant.id, *parts[3:]]),
        "/".join([*parts[:-1], "0" * 64]),
        "/".join([*parts[:4], str(int(parts[4]) + 9), parts[5]]),
    ]
    assert [client.get(address).status_code for address in bent] == [404, 404, 404]
    assert client.post(f"{bent[1]}/uploads", headers=JSON).status_code == 404

    clock.forward(hours=25)
    assert client.get(link).status_code == 404


def test_the_code_is_a_picture(signed_in, link):
    answer = signed_in.client.get("/projects/" + link.split("/")[3] + "/send.svg")

    assert answer.mimetype == "image/svg+xml"
