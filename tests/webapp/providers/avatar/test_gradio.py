"""Engines behind Gradio, against a server that keeps the published protocol: upload, queued call, event stream, file.

Protocol and calls: TMElyralab/MuseTalk, app.py at 67e7ee3c7397bcfd03e123398e5497f31be1bf92; bytedance/LatentSync, gradio_app.py at
1ba5036d149943250ea0604d4afaeabbb1023798; both on Gradio 5.
"""

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from tests.oidc import Silent
from webapp.errors import Invalid, SettingsWrong, Unavailable
from webapp.providers.avatar import gradio
from webapp.providers.avatar.gradio import GradioEngine
from webapp.servers import AvatarServer, avatar_server

CALLS = {"musetalk": ("inference", 7), "latentsync": ("process_video", 5)}


@dataclass
class Engine:
    """What it was sent and asked; `ends` is its last event, `film` what it makes."""

    url: str = ""
    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    ends: str = "complete"
    film: bytes = b"the film, speaking"

    def upload(self) -> Response:
        file = request.files["files"]
        path = f"/tmp/gradio/{len(self.held)}/{file.filename}"  # noqa: S108 - what Gradio calls it
        self.held[path] = file.read()
        return jsonify([path])

    def call(self, name: str) -> Response:
        self.asked.append((name, request.get_json()["data"]))
        return jsonify(event_id="e1")

    def events(self, name: str, event_id: str) -> Response:
        assert event_id == "e1"
        self.held["/tmp/gradio/made.mp4"] = self.film  # noqa: S108 - as above
        made = {"path": "/tmp/gradio/made.mp4", "url": "http://elsewhere.example/made.mp4", "meta": {"_type": "gradio.FileData"}}  # noqa: S108
        result = [{"video": made, "subtitles": None}] + (["bbox"] if name == "inference" else [])
        told = "event: heartbeat\ndata: null\n\n" * 2
        told += {"complete": f"event: complete\ndata: {json.dumps(result)}\n\n", "error": "event: error\ndata: null\n\n"}.get(self.ends, "")
        return Response(told, mimetype="text/event-stream")

    def file(self, asked: str) -> Response:
        return Response(self.held[asked.removeprefix("file=")])


@pytest.fixture(scope="module")
def running():
    held = Engine()
    app = Flask("engine")
    app.add_url_rule("/gradio_api/upload", view_func=held.upload, methods=["POST"])
    app.add_url_rule("/gradio_api/call/<name>", view_func=held.call, methods=["POST"])
    app.add_url_rule("/gradio_api/call/<name>/<event_id>", view_func=held.events)
    app.add_url_rule("/gradio_api/<path:asked>", view_func=held.file)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_port}"
    yield held
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def engine(running):
    running.asked.clear()
    running.ends, running.film = "complete", b"the film, speaking"
    return running


@pytest.fixture
def speak(engine, tmp_path):
    """Has a film speak; gives what was written."""

    def render(name="musetalk", look=lambda: None, **changes):
        film, sound, out = (tmp_path / part for part in ("film.mp4", "said.wav", "out.mp4"))
        film.write_bytes(b"film")
        sound.write_bytes(b"sound")
        client = GradioEngine(replace(AvatarServer(engine.url, name, timeout_s=10), **changes))
        client.render(client.prepare(film), sound, out, look)
        return out.read_bytes()

    return render


@pytest.mark.parametrize("name", ["musetalk", "latentsync"])
def test_each_engine_is_called_as_it_publishes_and_its_film_fetched(speak, engine, name):
    assert speak(name) == b"the film, speaking"
    ((called, data),) = engine.asked
    assert (called, len(data)) == CALLS[name]
    paths = [part["path"] if "path" in part else part["video"]["path"] for part in data if isinstance(part, dict)]
    assert sorted(engine.held[path] for path in paths) == [b"film", b"sound"]


def test_whoever_looks_may_give_it_up(speak):
    class Enough(Exception):
        pass

    def look():
        raise Enough

    with pytest.raises(Enough):
        speak(look=look)


@pytest.mark.parametrize(("ends", "problem"), [("error", Invalid), ("", Unavailable)])
def test_an_engine_that_fails_or_falls_silent_is_told(speak, engine, ends, problem):
    engine.ends = ends
    with pytest.raises(problem):
        speak()


def test_nothing_and_too_much_are_no_film(speak, engine, monkeypatch):
    engine.film = b""
    with pytest.raises(Invalid):
        speak()
    engine.film = b"long" * 100
    monkeypatch.setattr(gradio, "FILM_BYTES_MAX", 100)
    with pytest.raises(Invalid):
        speak()


def test_a_server_that_is_not_there_is_away(speak):
    with pytest.raises(Unavailable, match="avatar-away"):
        speak(url="http://127.0.0.1:1")


def test_settings_name_the_engine():
    assert avatar_server({}) is None
    assert avatar_server({"PIYING_AVATAR_URL": "http://gpu:7860/", "PIYING_AVATAR_ENGINE": "latentsync"}).engine == "latentsync"
    with pytest.raises(SettingsWrong):
        avatar_server({"PIYING_AVATAR_URL": "http://gpu", "PIYING_AVATAR_ENGINE": "magic"})
