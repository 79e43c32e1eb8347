"""Sockets: who may listen to a project, who else is there, and an end when the login ends.

A tab sends `join_project` {project}; it is answered {revision} and hears `nudge`, `presence` and whatever other views add.
Presence is told by the tabs themselves: whoever hears `joined` answers `here` to the newcomer; names come from logins only.
"""

from threading import Lock, Thread
from time import sleep
from typing import Any, Final

from flask import Flask, current_app, request
from flask_socketio import emit, join_room, leave_room, rooms

from webapp.errors import NotFound
from webapp.extensions import database, socketio
from webapp.models.project import Project
from webapp.services import projects
from webapp.views.session import present

LOGIN_CHECK_S: Final = 4.0
_ROOM: Final = "project:"


class Watch:
    """The open sockets with the environment they were opened in; a thread of its own closes those whose login has ended."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[Flask, dict[str, Any]]] = {}
        self._lock, self._thread = Lock(), Thread()

    def add(self, sid: str, app: Flask, environ: dict[str, Any]) -> None:
        """Look after a socket from now on."""
        with self._lock:
            self._open[sid] = (app, environ)
            if not self._thread.is_alive():
                self._thread = Thread(target=self._look, name="sockets", daemon=True)
                self._thread.start()

    def drop(self, sid: str) -> None:
        """It has closed."""
        with self._lock:
            self._open.pop(sid, None)

    def close_ended(self) -> None:
        """Close every socket whose login has ended."""
        with self._lock:
            held = list(self._open.items())
        for sid, (app, environ) in held:
            with app.request_context(environ):
                if present() is None:
                    self.drop(sid)
                    app.extensions["socketio"].server.disconnect(sid, namespace="/")

    def _look(self) -> None:
        while self._open:
            sleep(LOGIN_CHECK_S)
            self.close_ended()


watch: Final = Watch()


def allowed(project_id: object) -> Project | None:
    """The project, if whoever holds this socket may listen to it."""
    found = present()
    if found is None or not isinstance(project_id, str):
        return None
    try:
        with database().reading() as session:
            return projects.find(session, found.tenant, project_id)
    except NotFound:
        return None


@socketio.on("connect")  # type: ignore[untyped-decorator]
def connect(_auth: object = None) -> bool:
    """Only with a login."""
    found = present()
    if found is None:
        return False
    watch.add(_sid(), current_app._get_current_object(), dict(request.environ))  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    join_room(f"tenant:{found.tenant.id}")
    return True


@socketio.on("join_project")  # type: ignore[untyped-decorator]
def join_project(payload: object) -> dict[str, int] | None:
    """Listen to a project; the others are told who came."""
    project = allowed(_member(payload, "project"))
    if project is None:
        return None
    if not _enter(_ROOM + project.id):
        return None
    _tell("joined", _ROOM + project.id)
    return {"revision": project.revision}


@socketio.on("here")  # type: ignore[untyped-decorator]
def here(payload: object) -> None:
    """Tell a newcomer (`to`, a socket in the same project) that one is there too."""
    project_id, newcomer = _member(payload, "project"), _member(payload, "to")
    alone = isinstance(newcomer, str) and ":" not in newcomer  # rooms of many have a colon in their names
    if alone and isinstance(project_id, str) and _ROOM + project_id in rooms():
        _tell("here", str(newcomer))


@socketio.on("disconnect")  # type: ignore[untyped-decorator]
def disconnect(_reason: object = None) -> None:
    """The others are told who left."""
    watch.drop(_sid())
    for room in rooms():
        if room.startswith(_ROOM):
            emit("presence", {"what": "left", "id": _sid()}, to=room, include_self=False)
            leave_room(room)


def _enter(room: str) -> bool:
    """Whether the socket is in the room now: its tab may have gone to another page while it was being let in."""
    try:
        join_room(room)
    except ValueError:  # the library's word for a socket that is no longer there
        return False
    return True


def _tell(what: str, room: str) -> None:
    found = present()
    if found:
        payload = {"what": what, "id": _sid(), "name": found.user.name, "user": found.user.id}
        emit("presence", payload, to=room, include_self=False)


def _member(payload: object, name: str) -> object:
    return payload.get(name) if isinstance(payload, dict) else None


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO sets it
