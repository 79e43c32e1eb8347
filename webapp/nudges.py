"""Nudges: a socket says what changed, never to what. The page fetches the rest as HTML."""

import os
from functools import lru_cache
from typing import Any, Final

import socketio
from flask import current_app, has_app_context

from webapp.settings import Settings

CHANNEL: Final = "flask-socketio"
EVENT: Final = "nudge"


def nudge_project(project_id: str, what: str, revision: int) -> None:
    """Tell every tab on the project that `what` changed at `revision`."""
    _emit({"what": what, "revision": revision}, f"project:{project_id}")


def nudge_tenant(tenant_id: str, what: str, subject_id: str) -> None:
    """Tell every tab of the tenant that `what` changed for one subject, an export for example."""
    _emit({"what": what, "id": subject_id}, f"tenant:{tenant_id}")


def _emit(payload: dict[str, str | int], room: str) -> None:
    manager = _manager(_frames_url(), os.getpid())
    if manager is not None:
        manager.emit(EVENT, payload, room=room)


@lru_cache(maxsize=4)
def _manager(url: str, _pid: int) -> Any:
    """One writer per server and process: a connection must not cross a fork. None where there is no server."""
    return socketio.RedisManager(url, channel=CHANNEL, write_only=True) if url else None


def _frames_url() -> str:
    """Of the application at hand, else (in a worker) of the environment."""
    if has_app_context():
        return str(current_app.extensions["piying"][0].frames_url)
    return _environment().frames_url


@lru_cache(maxsize=1)
def _environment() -> Settings:
    return Settings.from_environment(os.environ)
