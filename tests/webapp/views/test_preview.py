"""The preview's page, its sound and its words on the socket: for the project's own tenant only."""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlmodel import select

from render.media.flac import write_flac
from tests.conftest import FakeClock, Person, sign_in
from tests.exporting import keep, small_document
from webapp import create_app
from webapp.database import Database
from webapp.extensions import detach, socketio
from webapp.models.project import Project, Version
from webapp.services import artefacts, previews
from webapp.settings import Settings
from webapp.views.preview_sockets import pump

DIGEST = "ab" * 32


@pytest.fixture
def app(settings: Settings, clock: FakeClock, queue_url: str) -> Iterator[Flask]:
    """The application with a frames server for previews; its sockets stay in this process, as the test client wants them."""
    previews.at.cache_clear()
    app = create_app(settings, clock)
    app.extensions["piying"] = (replace(settings, frames_url=queue_url, queue_url=queue_url), *app.extensions["piying"][1:])
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    detach(app)


@pytest.fixture
def mei(app: Flask, clock: FakeClock) -> Person:
    return sign_in(app, app.extensions["piying"][1], clock, "mei@example.com")


@pytest.fixture
def project(app: Flask, mei: Person) -> Project:
    return keep(app.extensions["piying"][1], mei.tenant, small_document("早上好。"))


def socket_of(app: Flask, person: Person) -> SocketIOTestClient:
    return socketio.test_client(app, flask_test_client=person.client)


def test_the_page_holds_the_player_of_the_project(mei: Person, project: Project) -> None:
    answer = mei.client.get(f"/projects/{project.id}/preview")

    assert answer.status_code == 200
    assert f'data-project="{project.id}"' in answer.text
    assert "<canvas" in answer.text


def test_sound_is_kept_for_a_year_and_given_out_in_ranges(app: Flask, mei: Person, project: Project, settings: Settings) -> None:
    write_flac(artefacts.place(settings.artefacts, previews.sound_name(project.id, DIGEST), previews.SOUND), np.zeros((2, 480), np.float32))

    with mei.client.get(f"/projects/{project.id}/sound/{DIGEST}.flac") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "audio/flac")
        assert "immutable" in answer.headers["Cache-Control"]
    with mei.client.get(f"/projects/{project.id}/sound/{DIGEST}.flac", headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, part.data) == (206, b"fLaC")


def test_another_tenant_finds_neither_page_nor_sound_nor_session(
    app: Flask, clock: FakeClock, project: Project, settings: Settings
) -> None:
    stranger = sign_in(app, app.extensions["piying"][1], clock, "li@example.com")

    pages = [stranger.client.get(f"/projects/{project.id}/{rest}") for rest in ("preview", f"sound/{DIGEST}.flac")]
    answer = socket_of(app, stranger).emit("preview:open", {"project": project.id}, callback=True)

    assert [page.status_code for page in pages] == [404, 404]
    assert answer == {"problem": "not-found"}


@pytest.mark.parametrize("name", [f"{DIGEST[:-1]}.flac", f"{DIGEST}.mp4", "..%2F..%2Fsecret.flac"])
def test_sound_has_no_other_names(mei: Person, project: Project, name: str) -> None:
    assert mei.client.get(f"/projects/{project.id}/sound/{name}").status_code == 404


def test_a_tab_opens_a_session_steers_it_and_gives_it_back(app: Flask, mei: Person, project: Project) -> None:
    socket = socket_of(app, mei)
    session = socket.emit("preview:open", {"project": project.id, "short_side_px": 500}, callback=True)["session"]
    with app.app_context():
        there = pump().previews
    record = there.record(session)
    assert record is not None
    assert (record.project_id, record.language, record.short_side_px) == (project.id, "zh", 540)

    socket.emit("preview:control", {"session": session, "messages": [{"type": "seek", "ticks": 9}]})
    assert there.hear(session, 0.0) == [{"type": "seek", "ticks": 9}]

    socket.emit("preview:close", {"session": session})
    assert there.record(session) is None


def test_a_tab_is_told_of_edits_and_of_versions_gone_back_to(app: Flask, mei: Person, project: Project, database: Database) -> None:
    session = socket_of(app, mei).emit("preview:open", {"project": project.id}, callback=True)["session"]
    with app.app_context():
        there = pump().previews
    path, edit = f"/projects/{project.id}", {"kind": "set-field", "target": "s0", "field": "background.colour", "value": "#123456"}

    mei.client.post(f"{path}/versions", data={"name": "One"})
    mei.client.post(f"{path}/edits", data={"id": "e1", "base": 0, "edit": json.dumps(edit)})
    assert there.hear(session, 0.0) == [{"type": "revision", "revision": 1}]

    with database.reading() as sql:
        version = sql.exec(select(Version)).one()
    mei.client.post(f"{path}/versions/{version.id}/restore", headers={"Idempotency-Key": "back"})
    assert there.hear(session, 0.0) == [{"type": "revision", "revision": 2}]


def test_nobody_steers_or_ends_a_session_of_another_socket(app: Flask, mei: Person, project: Project) -> None:
    session = socket_of(app, mei).emit("preview:open", {"project": project.id}, callback=True)["session"]
    other = socket_of(app, mei)
    with app.app_context():
        there = pump().previews

    other.emit("preview:control", {"session": session, "messages": [{"type": "seek", "ticks": 9}]})
    other.emit("preview:close", {"session": session})

    assert there.hear(session, 0.0) == []
    assert there.record(session) is not None


@pytest.mark.parametrize(
    "payload", [None, "x", {}, {"session": 5}, {"messages": "x"}, {"session": "SESSION", "messages": [{"type": "close"}]}]
)
def test_what_is_malformed_is_not_passed_on(app: Flask, mei: Person, project: Project, payload: object) -> None:
    socket = socket_of(app, mei)
    session = socket.emit("preview:open", {"project": project.id}, callback=True)["session"]
    if isinstance(payload, dict) and payload.get("session") == "SESSION":
        payload = {**payload, "session": session}

    socket.emit("preview:control", payload)

    with app.app_context():
        assert pump().previews.hear(session, 0.0) == []
    assert socket.is_connected()


def test_a_tab_that_comes_back_is_given_its_session_again(app: Flask, mei: Person, project: Project) -> None:
    session = socket_of(app, mei).emit("preview:open", {"project": project.id}, callback=True)["session"]

    again = socket_of(app, mei).emit("preview:open", {"project": project.id, "session": session}, callback=True)

    assert again == {"session": session}


def test_without_a_frames_server_a_tab_is_told(settings: Settings, clock: FakeClock) -> None:
    app = create_app(settings, clock)
    app.config.update(WTF_CSRF_ENABLED=False)
    person = sign_in(app, app.extensions["piying"][1], clock, "mei@example.com")
    project = keep(app.extensions["piying"][1], person.tenant, small_document("早上好。"))

    assert socket_of(app, person).emit("preview:open", {"project": project.id}, callback=True) == {"problem": "unavailable"}
    detach(app)


def test_a_socket_without_a_login_is_not_let_in(app: Flask) -> None:
    assert not socketio.test_client(app, flask_test_client=app.test_client()).is_connected()
