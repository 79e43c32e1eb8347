"""Pages on which anybody who has the address may watch a film."""

import re

import pytest

from tests import exporting
from webapp.models.export import Export
from webapp.services import artefacts, exports, jobs

FILES = {"video": "a" * 64 + ".mp4", "srt": "b" * 64 + ".srt", "vtt": "c" * 64 + ".vtt", "cover": "d" * 64 + ".jpg"}


@pytest.fixture
def film(database, signed_in, settings, clock):
    """A finished export with its files."""
    project = exporting.keep(database, signed_in.tenant, exporting.small_document("你好", title="清露"))
    exporting.voice(database, signed_in.tenant, project.id)
    export = exporting.quoted(database, signed_in.tenant, project.id)
    for name in FILES.values():
        path = artefacts.place(settings.artefacts, *name.split("."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"0123456789" + name.encode())
    with database.transaction() as session:
        exports.order(session, signed_in.tenant, export.id, clock())
        claim = jobs.claim(session, session.get_one(Export, export.id).job_id, "worker")
        exports.begin(session, export.id)
        jobs.finish(session, claim.job_id, claim.fence)
        exports.publish(session, export.id)
        return exports.complete(session, export.id, FILES | {"bytes": 74}, 1_000)


@pytest.fixture
def share(film, signed_in):
    """Share the film; the path of its page."""
    known = set()

    def ask(life="week", password=""):
        answer = signed_in.client.post(f"/exports/{film.id}/shares", data={"life": life, "password": password})
        path = (set(re.findall(r"http://localhost(/watch/[0-9a-f]{32})", answer.text)) - known).pop()
        known.add(path)
        return path

    return ask


def files_on(page):
    return re.findall(r'"(/watch/[^"]+/(?:video|vtt|cover))"', page)


def test_whoever_has_the_address_watches_without_signing_in(share, client):
    page = client.get(share()).text

    assert "清露" in page
    assert len(files_on(page)) == 3
    for path in files_on(page):
        with client.get(path, headers={"Range": "bytes=0-9"}) as answer:
            assert (answer.status_code, answer.get_data()) == (206, b"0123456789")


def test_a_page_with_a_password_shows_nothing_before_it_is_told(share, client):
    path = share(password="correct horse")
    closed = client.get(path).text

    assert "清露" not in closed
    assert files_on(closed) == []
    assert "not the password" in client.post(path, data={"password": "battery staple"}).text
    assert "清露" in client.post(path, data={"password": "correct horse"}).text


def test_a_page_ends_when_its_time_is_up(share, client, clock):
    path, lasting = share("week"), share("always")
    files = files_on(client.get(path).text)
    clock.forward(days=7, seconds=1)

    assert client.get(path).status_code == 404
    assert client.get(files[0]).status_code == 404
    assert client.get(lasting).status_code == 200


def test_a_page_that_was_ended_shows_nothing_not_even_to_those_who_have_it_open(share, signed_in, client, film):
    path = share()
    files = files_on(client.get(path).text)
    share_id = re.search(r"/shares/(\w+)/revoke", signed_in.client.get(f"/exports/{film.id}/shares").text)[1]
    signed_in.client.post(f"/shares/{share_id}/revoke")

    assert client.get(path).status_code == 404
    assert client.get(files[0]).status_code == 404
    assert path not in signed_in.client.get(f"/exports/{film.id}/shares").text


def test_a_film_of_a_project_in_the_trash_is_not_shown(share, signed_in, client, film):
    path = share()
    signed_in.client.post(f"/projects/{film.project_id}/trash")

    assert client.get(path).status_code == 404


def test_views_are_counted(share, signed_in, client, film):
    path = share()
    for _ in range(3):
        client.get(path)

    assert "Opened 3 times" in signed_in.client.get(f"/exports/{film.id}/shares").text


@pytest.mark.parametrize(("wish", "words"), [({"life": "x"}, "offered times"), ({"life": "week", "password": "12345"}, "at least 6")])
def test_a_wish_that_cannot_be_had_is_told_in_words(film, signed_in, wish, words):
    answer = signed_in.client.post(f"/exports/{film.id}/shares", data=wish)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_proof_of_one_page_opens_no_other(share, client):
    mine = files_on(client.get(share()).text)[0].split("/")
    other = share().split("/")
    mine[2] = other[2]

    assert client.get("/".join(mine)).status_code == 404
    assert client.get("/watch/" + "0" * 32).status_code == 404


def test_only_the_tenant_shares_and_ends(share, stranger, signed_in, film):
    share()
    share_id = re.search(r"/shares/(\w+)/revoke", signed_in.client.get(f"/exports/{film.id}/shares").text)[1]

    assert stranger.client.get(f"/exports/{film.id}/shares").status_code == 404
    assert stranger.client.post(f"/exports/{film.id}/shares", data={"life": "week"}).status_code == 404
    assert stranger.client.post(f"/shares/{share_id}/revoke").status_code == 404


def test_a_page_is_kept_by_no_search_engine_and_no_cache(share, client):
    answer = client.get(share())

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]
