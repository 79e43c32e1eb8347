"""Engines that publish their interface by Gradio: MuseTalk and LatentSync. A film and a sound go there, the film comes back speaking.

Interfaces: TMElyralab/MuseTalk, app.py at 67e7ee3c7397bcfd03e123398e5497f31be1bf92 (`inference`); bytedance/LatentSync, gradio_app.py at
1ba5036d149943250ea0604d4afaeabbb1023798 (`process_video`). Both run Gradio 5: files are uploaded, a call is queued, its events are
streamed (`heartbeat`, `generating`, `complete`, `error`), and what it made is fetched by its path.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import requests

from webapp.errors import Invalid, Unavailable
from webapp.servers import AvatarServer

PREFIX: Final = "/gradio_api"
CONNECT_S: Final = 5
SILENCE_S: Final = 60
"""Between two events; a busy server sends heartbeats every 15 seconds."""
FILM_BYTES_MAX: Final = 2 * 2**30
EVENT_BYTES_MAX: Final = 2**20
PIECE_BYTES: Final = 256 * 1024

File = dict[str, Any]
Look = Callable[[], None]


class GradioEngine:
    """Implements `render.ports.avatar.FilmEngine` over a server. What it is given and gives is opaque."""

    def __init__(self, server: AvatarServer) -> None:
        self._server = server
        self.version = f"{server.engine}/1"

    def prepare(self, film: Path) -> str:
        """Send a film, once for each version of a presenter. Raises Invalid `avatar-refused`, Unavailable `avatar-away`."""
        with _words():
            return _uploaded(self._server, film)

    def render(self, prepared: str, sound: Path, out: Path, look: Look) -> None:
        """Have a prepared film speak a passage (WAV) and write it to `out`.

        `look` is called with every sign of life and may raise: the call is then given up. Raises Invalid `avatar-refused` for what the
        engine cannot do, Unavailable `avatar-away` where it does not answer in time.
        """
        server, deadline = self._server, time.monotonic() + self._server.timeout_s
        with _words():
            name, data = _CALLS[server.engine](prepared, _uploaded(server, sound))
            made = _made(server, name, _queued(server, name, data), look, deadline)
            _fetch(server, made, out, look, deadline)


class _words:  # noqa: N801 - used as a word
    """What goes wrong on the wire, in our words."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, requests.HTTPError) and problem.response is not None and problem.response.status_code < 500:  # noqa: PLR2004
            raise Invalid("presenter", "avatar-refused", status=problem.response.status_code) from problem
        if isinstance(problem, requests.RequestException):
            raise Unavailable("avatar-away") from problem
        if isinstance(problem, ValueError | KeyError | TypeError | IndexError):
            raise Invalid("presenter", "avatar-refused") from problem


def _musetalk(film: str, sound: str) -> tuple[str, list[Any]]:
    return "inference", [_file(sound), _video(film), 0, 10, "jaw", 90, 90]


def _latentsync(film: str, sound: str) -> tuple[str, list[Any]]:
    return "process_video", [_video(film), _file(sound), 2.0, 20, 1247]


_CALLS: Final[Mapping[str, Callable[[str, str], tuple[str, list[Any]]]]] = {"musetalk": _musetalk, "latentsync": _latentsync}
"""By engine: the name of its call and what it takes, in order; the numbers are its own defaults."""


def _file(path: str) -> File:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def _video(path: str) -> File:
    return {"video": _file(path), "subtitles": None}


def _uploaded(server: AvatarServer, file: Path) -> str:
    with file.open("rb") as stream:
        answer = _asked(server, "POST", "/upload", files={"files": (file.name, stream)})
    return str(answer.json()[0])


def _queued(server: AvatarServer, name: str, data: list[Any]) -> str:
    return str(_asked(server, "POST", f"/call/{name}", json={"data": data}).json()["event_id"])


def _made(server: AvatarServer, name: str, event_id: str, look: Look, deadline: float) -> str:
    """Where the server keeps the film that it made."""
    with _asked(server, "GET", f"/call/{name}/{event_id}", stream=True) as answer:
        for event, data in _events(answer, deadline):
            look()
            if event == "error":
                raise Invalid("presenter", "avatar-refused")
            if event == "complete":
                film = json.loads(data)[0]
                return str(film.get("video", film)["path"])
    raise Unavailable("avatar-away")


def _events(answer: requests.Response, deadline: float) -> Iterator[tuple[str, str]]:
    """Server-sent events as they come: what each is, and its data."""
    event, read = "", 0
    for raw in answer.iter_lines():
        line = raw.decode("utf-8", "replace")
        read += len(line)
        if time.monotonic() > deadline:
            raise Unavailable("avatar-away")
        if read > EVENT_BYTES_MAX:
            raise Invalid("presenter", "avatar-refused")
        if line.startswith("event:"):
            event = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield event, line.removeprefix("data:").strip()


def _fetch(server: AvatarServer, path: str, out: Path, look: Look, deadline: float) -> None:
    """The film, if it is neither too large nor too long in coming; only from the server itself, whatever address it names."""
    with _asked(server, "GET", "/file=" + quote(path), stream=True) as answer, out.open("wb") as file:
        size = 0
        for piece in answer.iter_content(PIECE_BYTES):
            look()
            size += file.write(piece)
            if size > FILM_BYTES_MAX:
                raise Invalid("presenter", "avatar-refused", bytes_max=FILM_BYTES_MAX)
            if time.monotonic() > deadline:
                raise Unavailable("avatar-away")
    if not size:
        raise Invalid("presenter", "avatar-refused")


def _asked(server: AvatarServer, method: str, path: str, **what: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    waits = (CONNECT_S, min(SILENCE_S, server.timeout_s))
    answer = requests.request(method, server.url + PREFIX + path, headers=headers, timeout=waits, allow_redirects=False, **what)
    answer.raise_for_status()
    if answer.status_code != requests.codes.ok:
        raise Invalid("presenter", "avatar-refused", status=answer.status_code)
    return answer
