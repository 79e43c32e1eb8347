"""What hangs on the Flask application: the extensions themselves, and how a request reaches the settings, database and clock."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import cast

import structlog
from flask import Flask, current_app, g, has_app_context
from flask_babel import Babel
from flask_htmx import HTMX
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect
from redis import Redis
from redis.exceptions import RedisError
from socketio import RedisManager

from webapp.database import HOUSE, Database, Reach
from webapp.providers.storage.chosen import storage_of
from webapp.providers.storage.port import Storage
from webapp.settings import Environment, Settings

SOCKET_CHANNEL = "flask-socketio"
SOCKET_MESSAGE_BYTES_MAX = 64 * 1024
SOCKET_LOOK_S = 0.5
SOCKET_AWAY_S = 2.0
STORAGE_PATIENCE_S = 2.0

csrf = CSRFProtect()
htmx = HTMX()
limiter = Limiter(get_remote_address, strategy="sliding-window-counter", in_memory_fallback_enabled=True)
socketio = SocketIO()

Clock = Callable[[], datetime]

log = structlog.get_logger("sockets")


class SocketManager(RedisManager):  # type: ignore[misc]  # the library has no types
    """Brings socket messages from process to process. Unlike what it is made from, it can be told to stop."""

    def __init__(self, url: str) -> None:
        super().__init__(url, channel=SOCKET_CHANNEL)
        self._closed = threading.Event()

    def close(self) -> None:
        """Hear nothing more; the thread that listens ends within a moment."""
        self._closed.set()

    def _thread(self) -> None:
        with suppress(SystemExit):
            super()._thread()

    def _listen(self) -> Iterator[bytes]:
        while not self._closed.is_set():
            try:
                yield from self._heard()
            except RedisError as error:
                log.warning("socket messages away", reason=str(error))
                self._closed.wait(SOCKET_AWAY_S)
        raise SystemExit  # the library takes a mere end for a fault and says so

    def _heard(self) -> Iterator[bytes]:
        with Redis.from_url(self.redis_url) as client, client.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(self.channel)
            while not self._closed.is_set():
                message = heard.get_message(timeout=SOCKET_LOOK_S)
                if message is not None:
                    yield message["data"]


def attach(app: Flask, settings: Settings, clock: Clock, locale_selector: Callable[[], str]) -> None:
    """Hang everything on `app`."""
    app.extensions["piying"] = (settings, Database(settings.database_url, reach), clock)
    app.config["RATELIMIT_STORAGE_URI"] = settings.frames_url or "memory://"
    Babel(app, default_locale="en", default_translation_directories=str(settings.translations), locale_selector=locale_selector)
    csrf.init_app(app)
    htmx.init_app(app)
    limiter.init_app(app)
    socketio.init_app(
        app,
        async_mode="threading",
        async_handlers=False,  # what a tab says is heard in the order in which it said it, and needs no thread each
        transports=["websocket"],
        client_manager=SocketManager(settings.frames_url) if settings.frames_url else None,
        cors_allowed_origins=_origins(settings),
        max_http_buffer_size=SOCKET_MESSAGE_BYTES_MAX,
        manage_session=False,
    )
    app.wsgi_app = _unpacked(app.wsgi_app)  # type: ignore[method-assign]


def on_detach(act: Callable[[], None]) -> None:
    """Have `act` done when the application at hand is let go of."""
    current_app.extensions.setdefault("piying.detaching", []).append(act)


def detach(app: Flask) -> None:
    """Let go of all that hangs on `app`: threads end, connections close. It serves nobody after this."""
    for act in app.extensions.get("piying.detaching", ()):
        act()
    manager = app.extensions["socketio"].server.manager
    if isinstance(manager, SocketManager):
        manager.close()
    app.extensions["piying"][1].dispose()


def _unpacked(serve: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Have no socket agree to compress its messages, as browsers offer: pictures are small already, and each took two milliseconds."""

    def served(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return serve(environ, start_response)

    return served


def _origins(settings: Settings) -> list[str] | None:
    """Whose pages may open a socket: ours. One's own machine has many names on its network, so there it is the name asked for."""
    return None if settings.environment is Environment.EMBEDDED else [settings.public_url]


def settings() -> Settings:
    """The settings of the application at hand."""
    return _held()[0]


def database() -> Database:
    """The database of the application at hand."""
    return _held()[1]


def storage() -> Storage:
    """The storage of the application at hand. Where it does not answer, a page says so soon."""
    return storage_of(settings(), STORAGE_PATIENCE_S)


def reach() -> Reach:
    """How far the request at hand reaches in the database."""
    return cast("Reach", g.get("reach", HOUSE)) if has_app_context() else HOUSE


@contextmanager
def for_the_house() -> Iterator[None]:
    """Inside the block the request reaches everybody's rows: for questions about all tenants, whose answers are shown to none."""
    narrow, g.reach = reach(), HOUSE
    try:
        yield
    finally:
        g.reach = narrow


def now() -> datetime:
    """This moment, by the application's clock."""
    return _held()[2]()


def _held() -> tuple[Settings, Database, Clock]:
    return cast("tuple[Settings, Database, Clock]", current_app.extensions["piying"])
