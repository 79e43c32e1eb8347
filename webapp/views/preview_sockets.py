"""The preview's words on the socket: a tab opens a session, steers it, and gives it back.

`preview:open` {project, language?, shape?, short_side_px, session?} is answered {session} or {problem}; then the tab hears `preview:state`,
`preview:program`, `preview:sound`, `preview:problem`, and `preview:frame` (binary: header and JPEG), which it acknowledges once drawn.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, request
from redis.exceptions import RedisError

from webapp.errors import Invalid
from webapp.extensions import on_detach, settings, socketio
from webapp.models.project import Project
from webapp.services import previews
from webapp.services.preview_pump import Pump
from webapp.services.preview_wire import read_control, shape, short_side
from webapp.views.headers import elapsed_s
from webapp.views.session import present
from webapp.views.sockets import allowed

SESSIONS_PER_SOCKET_MAX = 2
MESSAGES_MAX = 16
PICTURE_S = 0.08
"""So long after an edit has come its picture goes before the page that tells of it."""


def open_preview(payload: object) -> dict[str, str]:
    """Begin a session on a project of the acting tenant, or take up the one this tab had before its socket was lost."""
    wish = payload if isinstance(payload, dict) else {}
    found, project = present(), allowed(wish.get("project"))
    if found is None or project is None:
        return {"problem": "not-found"}
    if not settings().frames_url:
        return {"problem": "unavailable"}
    try:
        return {"session": _session(wish, project, found.login.id)}
    except RedisError:
        return {"problem": "unavailable"}


def control(payload: object) -> None:
    """Steer one's own session: a list of messages. What is malformed is not passed on."""
    wish = payload if isinstance(payload, dict) else {}
    session, messages = wish.get("session"), wish.get("messages")
    if not isinstance(session, str) or not isinstance(messages, list) or not pump().holds(session, _socket()):
        return
    try:
        read = [read_control(message) for message in messages[:MESSAGES_MAX]]
    except Invalid:
        return
    if read:
        pump().previews.say(session, *read)


def close(payload: object) -> None:
    """Give one's own session back."""
    session = payload.get("session") if isinstance(payload, dict) else None
    if isinstance(session, str) and pump().holds(session, _socket()):
        pump().release(session)


def let_picture_go_first(project_id: str, revision: int) -> None:
    """Wait a moment for the picture of an edit to be seen: writing a page would keep it from the same processor."""
    held: Pump | None = current_app.extensions.get("piying.pump")
    if held is not None:
        held.await_frame(project_id, revision, PICTURE_S - elapsed_s())


def pump() -> Pump:
    """This application's pump, made on first use."""
    held: dict[str, Any] = current_app.extensions
    if "piying.pump" not in held:
        held["piying.pump"] = _new_pump()
        on_detach(held["piying.pump"].close)
    return held["piying.pump"]  # type: ignore[no-any-return]


def _new_pump() -> Pump:
    server = current_app.extensions["socketio"].server

    def send(socket: str, event: str, payload: Any, landed: Callable[..., None] | None) -> None:
        server.emit(event, payload, to=socket, callback=landed, ignore_queue=True)

    def connected(socket: str) -> bool:
        return bool(server.manager.is_connected(socket, "/"))

    here = settings()
    return Pump(previews.at(here.frames_url, here.preview_slots), send, here.queue_url, connected=connected)


def _session(wish: dict[str, Any], project: Project, login_id: str) -> str:
    there, owner = pump().previews, pump().owner
    former, language = wish.get("session"), wish.get("language")
    if isinstance(former, str) and there.adopt(former, project.id, login_id, owner):
        session = former
    else:
        spoken = language if isinstance(language, str) and 0 < len(language) <= 12 else project.language  # noqa: PLR2004 - as the column
        session = there.open(
            project.id,
            project.tenant_id,
            spoken,
            login_id,
            owner,
            short_side_px=short_side(wish.get("short_side_px")),
            shape=shape(wish.get("shape")),
        )
    pump().attach(session, _socket())
    return session


def _socket() -> str:
    return str(request.sid)  # type: ignore[attr-defined]  # set by Flask-SocketIO


socketio.on_event("preview:open", open_preview)
socketio.on_event("preview:control", control)
socketio.on_event("preview:close", close)
