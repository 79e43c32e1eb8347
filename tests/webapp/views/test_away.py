"""What people see while a part of the studio is away: a page in their language and when to ask again, never a fault of ours."""

import errno
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.conftest import sign_in
from tests.plugins.bucket import KEYS
from tests.webapp import material
from tools.stack.ports import free_port
from webapp import create_app
from webapp.database import Database
from webapp.extensions import detach
from webapp.models.asset import AssetState
from webapp.providers.storage.chosen import storage_of


@pytest.fixture
def opened(clock):
    """Opens an application with these settings, and closes it."""
    apps = []

    def opening(settings):
        app = create_app(settings, clock)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        apps.append(app)
        return app

    yield opening
    for app in apps:
        detach(app)


def test_a_lost_database_is_a_page_with_when_to_ask_again(signed_in, app):
    settings, database, clock = app.extensions["piying"]
    app.extensions["piying"] = (settings, Database(f"postgresql://piying@127.0.0.1:{free_port()}/piying"), clock)
    answers = [signed_in.client.get("/projects", headers=how) for how in ({}, {"HX-Request": "true"}, {"Accept": "application/json"})]
    app.extensions["piying"] = (settings, database, clock)

    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in answers] == [(503, "5")] * 3
    assert "not answering" in answers[0].text
    assert "<html" in answers[0].text
    assert answers[2].json["code"] == "unavailable"
    assert signed_in.client.get("/projects").status_code == 200


def test_a_full_disk_is_said_in_words(signed_in, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("webapp.services.shelf.search", full)
    answer = signed_in.client.get("/projects")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "disk is full" in answer.text


@pytest.fixture
def bucketed(settings, bucket, clock, opened):
    """An application whose files lie in a bucket, and somebody in it with a film."""

    def opening(**changes):
        kept = replace(settings, storage=bucket.address, **changes)
        app = opened(kept)
        mei = sign_in(app, app.extensions["piying"][1], clock, "mei@example.com")
        asset = material.keep(kept, app.extensions["piying"][1], mei.tenant, clock(), kind="video", state=AssetState.READY)
        for path in (path for path in settings.artefacts.rglob("*") if path.is_file()):
            storage_of(kept, 2.0).keep(path)
            path.unlink()
        return mei.client, asset

    return opening


def test_a_film_comes_from_the_bucket_itself_where_browsers_reach_it(bucketed, bucket):
    client, asset = bucketed(storage_address=bucket.endpoint)
    film, page = client.get(f"/assets/{asset.digest}"), client.get("/projects")

    assert film.status_code == 302
    assert film.headers["Location"].startswith(f"{bucket.endpoint}/{bucket.name}/studio/artefacts/")
    assert "max-age=300" in film.headers["Cache-Control"]
    with client.get(f"/assets/{asset.digest}/poster") as poster:
        assert poster.status_code == 200, "a picture comes from here: no policy lets it come from elsewhere"
    assert f"media-src 'self' {bucket.endpoint} blob:" in page.headers["Content-Security-Policy"]


def test_a_film_is_fetched_by_nginx_where_browsers_do_not_reach_the_bucket(bucketed, bucket):
    client, asset = bucketed(hands_files=True)
    film, page = client.get(f"/assets/{asset.digest}"), client.get("/projects")

    assert film.headers["X-Accel-Redirect"].startswith(f"/stored/{bucket.name}/studio/artefacts/")
    assert film.headers["Content-Type"] == "video/mp4"
    assert film.data == b""
    assert bucket.endpoint not in page.headers["Content-Security-Policy"]
    assert client.get(f"/assets/{'0' * 64}").status_code == 404


def test_without_nginx_a_film_is_brought_and_sent_in_parts(bucketed):
    client, asset = bucketed()
    with client.get(f"/assets/{asset.digest}", headers={"Range": "bytes=1-2"}) as part:
        assert (part.status_code, len(part.data)) == (206, 2)
        assert "immutable" in part.headers["Cache-Control"]


def test_a_storage_that_is_away_is_a_page_with_when_to_ask_again(settings, clock, opened, monkeypatch):
    for name, value in {**KEYS, "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{free_port()}"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("webapp.extensions.STORAGE_PATIENCE_S", 0.0)
    app = opened(replace(settings, storage="s3://away"))
    mei = sign_in(app, app.extensions["piying"][1], clock, "mei@example.com")
    asset = material.keep(settings, app.extensions["piying"][1], mei.tenant, datetime.now(UTC))
    for path in [path for path in settings.artefacts.rglob("*") if path.is_file()]:
        path.unlink()
    answer = mei.client.get(f"/assets/{asset.digest}")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "storage is not answering" in answer.text
    assert mei.client.get("/readyz").json["checks"]["storage"] is False
