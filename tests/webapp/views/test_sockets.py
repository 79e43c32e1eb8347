"""Sockets: only with a login, only for one's own projects, only as long as the login lasts."""

from dataclasses import replace
from socket import create_connection
from urllib.parse import urlsplit

import pytest
from socketio.pubsub_manager import PubSubManager
from sqlmodel import select

from tests.conftest import sign_in
from tests.serving import served
from webapp import create_app
from webapp.extensions import detach, socketio
from webapp.models.identity import Login
from webapp.models.tenant import Membership
from webapp.services import projects, signin
from webapp.views import sockets
from webapp.views.preview_sockets import pump
from webapp.views.sockets import watch


@pytest.fixture
def project(signed_in, database, clock):
    with database.transaction() as session:
        return projects.start(session, signed_in.tenant, projects.Wishes(language="en", presenter="mei", script="Hello."), clock())


@pytest.fixture
def plug(app):
    """Opens sockets of somebody's browser, and closes them in the end."""
    opened = []

    def open_socket(person):
        opened.append(socketio.test_client(app, flask_test_client=person.client))
        return opened[-1]

    yield open_socket
    for socket in opened:
        if socket.is_connected():
            socket.disconnect()


@pytest.fixture
def colleague(app, database, clock, signed_in):
    person = sign_in(app, database, clock, "anna@example.com")
    with database.transaction() as session:
        session.add(Membership(tenant_id=signed_in.tenant.id, user_id=person.user.id))
        session.exec(select(Login).where(Login.user_id == person.user.id)).one().tenant_id = signed_in.tenant.id
    return person


def heard(socket):
    return [message["args"][0] for message in socket.get_received() if message["name"] == "presence"]


def join(socket, project_id):
    return socket.emit("join_project", {"project": project_id}, callback=True)


def test_nobody_listens_without_a_login(app):
    assert not socketio.test_client(app, flask_test_client=app.test_client()).is_connected()


def test_whoever_joins_learns_the_revision(plug, signed_in, project):
    assert join(plug(signed_in), project.id) == {"revision": 0}


@pytest.mark.parametrize("payload", [None, 7, "x", [], {}, {"project": None}, {"project": {"a": 1}}, {"project": "0" * 32}])
def test_nonsense_is_answered_with_nothing(plug, signed_in, payload):
    socket = plug(signed_in)

    assert not socket.emit("join_project", payload, callback=True)
    socket.emit("here", payload)
    assert socket.is_connected()


def test_another_tenants_project_is_not_joined(plug, signed_in, stranger, project):
    mine, foreign = plug(signed_in), plug(stranger)
    join(mine, project.id)

    assert not join(foreign, project.id)
    foreign.emit("here", {"project": project.id, "to": "anything"})
    assert heard(mine) == []


def test_who_comes_answers_and_goes_is_told_by_name(plug, signed_in, colleague, project):
    mine, hers = plug(signed_in), plug(colleague)
    join(mine, project.id)
    join(hers, project.id)
    (joined,) = heard(mine)
    assert (joined["what"], joined["name"]) == ("joined", "anna")

    mine.emit("here", {"project": project.id, "to": joined["id"]})
    (here,) = heard(hers)
    assert (here["what"], here["name"]) == ("here", "mei")

    hers.disconnect()
    assert [message["what"] for message in heard(mine)] == ["left"]


def test_presence_is_told_to_one_socket_and_never_to_a_room(plug, signed_in, colleague, project):
    mine, hers = plug(signed_in), plug(colleague)
    join(mine, project.id)
    join(hers, project.id)
    heard(mine), heard(hers)

    mine.emit("here", {"project": project.id, "to": f"project:{project.id}"})
    assert heard(hers) == []


def test_a_socket_is_closed_when_its_login_has_ended(plug, signed_in, database, clock, project):
    socket = plug(signed_in)
    join(socket, project.id)
    watch.close_ended()
    assert socket.is_connected()

    with database.transaction() as session:
        signin.end_all(session, signed_in.user.id, clock())
    watch.close_ended()
    assert not socket.is_connected()
    assert not plug(signed_in).is_connected()


def test_an_application_without_a_server_for_frames_keeps_its_sockets_to_itself(settings, clock, queue_url):
    with_server = create_app(replace(settings, frames_url=queue_url), clock)
    alone = create_app(settings, clock)
    try:
        assert not isinstance(alone.extensions["socketio"].server.manager, PubSubManager)
    finally:
        for app in (with_server, alone):
            detach(app)


def test_the_threads_of_an_application_that_is_let_go_of_end(settings, clock, queue_url):
    app = create_app(replace(settings, frames_url=queue_url, queue_url=queue_url), clock)
    with app.app_context():
        pump().start()
        manager = app.extensions["socketio"].server.manager
        manager.initialize()  # as the first connection does
        listening = [pump()._thread, manager.thread]
    assert all(thread.is_alive() for thread in listening)

    detach(app)
    for thread in listening:
        thread.join(10)
        assert not thread.is_alive()


def test_a_tab_that_goes_away_while_it_is_let_in_joins_nothing(plug, signed_in, project, monkeypatch):
    socket = plug(signed_in)
    found = sockets.allowed

    def slowly(project_id):
        socket.disconnect()
        return found(project_id)

    monkeypatch.setattr(sockets, "allowed", slowly)
    socket.emit("join_project", {"project": project.id})

    assert not socket.is_connected()


def test_no_socket_squeezes_what_it_sends(app):
    places = []
    offer = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {'A' * 22}==")
    request = ("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", "Host: here", *offer, "Sec-WebSocket-Extensions: permessage-deflate")
    with (
        served(lambda address: places.append(urlsplit(address)) or app),
        create_connection((places[0].hostname, places[0].port), timeout=10) as line,
    ):
        line.sendall("\r\n".join((*request, "", "")).encode())
        answer = line.recv(4_096)

    assert answer.startswith(b"HTTP/1.1 101")
    assert b"deflate" not in answer
