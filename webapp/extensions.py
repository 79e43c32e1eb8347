"""What hangs on the Flask application: the extensions themselves, and how a request reaches the settings, database and clock."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Flask, current_app
from flask_babel import Babel
from flask_htmx import HTMX
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect
from socketio import RedisManager

from webapp.database import Database
from webapp.settings import Environment, Settings

SOCKET_CHANNEL = "flask-socketio"
SOCKET_MESSAGE_BYTES_MAX = 64 * 1024

csrf = CSRFProtect()
htmx = HTMX()
limiter = Limiter(get_remote_address, strategy="sliding-window-counter", in_memory_fallback_enabled=True)
socketio = SocketIO()

Clock = Callable[[], datetime]


def attach(app: Flask, settings: Settings, clock: Clock, locale_selector: Callable[[], str]) -> None:
    """Hang everything on `app`."""
    app.extensions["piying"] = (settings, Database(settings.database_url), clock)
    app.config["RATELIMIT_STORAGE_URI"] = settings.frames_url or "memory://"
    Babel(app, default_locale="en", default_translation_directories=str(settings.translations), locale_selector=locale_selector)
    csrf.init_app(app)
    htmx.init_app(app)
    limiter.init_app(app)
    socketio.init_app(
        app,
        async_mode="threading",
        transports=["websocket"],
        client_manager=RedisManager(settings.frames_url, channel=SOCKET_CHANNEL) if settings.frames_url else None,
        cors_allowed_origins=_origins(settings),
        max_http_buffer_size=SOCKET_MESSAGE_BYTES_MAX,
        manage_session=False,
    )


def _origins(settings: Settings) -> list[str] | None:
    """Whose pages may open a socket: ours. One's own machine has many names on its network, so there it is the name asked for."""
    return None if settings.environment is Environment.EMBEDDED else [settings.public_url]


def settings() -> Settings:
    """The settings of the application at hand."""
    return _held()[0]


def database() -> Database:
    """The database of the application at hand."""
    return _held()[1]


def now() -> datetime:
    """This moment, by the application's clock."""
    return _held()[2]()


def _held() -> tuple[Settings, Database, Clock]:
    return cast("tuple[Settings, Database, Clock]", current_app.extensions["piying"])
