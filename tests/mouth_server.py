"""A server that keeps the protocol that mouth engines publish: upload, queued call, event stream, file.

Protocol and calls: TMElyralab/MuseTalk, app.py at 67e7ee3c7397bcfd03e123398e5497f31be1bf92; bytedance/LatentSync, gradio_app.py at
1ba5036d149943250ea0604d4afaeabbb1023798; both on Gradio 5.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

from tests.serving import served


def same_film(film: bytes, _sound: bytes) -> bytes:
    """What was sent comes back."""
    return film


@dataclass
class Engine:
    """What it was sent and asked; `ends` is its last event, `move` makes a film of a film and a sound."""

    url: str = ""
    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, list[Any]]] = field(default_factory=list)
    ends: str = "complete"
    move: Callable[[bytes, bytes], bytes] = same_film

    def app(self, address: str) -> Flask:
        """Its four doors."""
        self.url = address
        app = Flask("engine")
        app.add_url_rule("/gradio_api/upload", view_func=self.upload, methods=["POST"])
        app.add_url_rule("/gradio_api/call/<name>", view_func=self.call, methods=["POST"])
        app.add_url_rule("/gradio_api/call/<name>/<event_id>", view_func=self.events)
        app.add_url_rule("/gradio_api/<path:asked>", view_func=self.file)
        return app

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
        film, sound = self.given()
        self.held["/tmp/gradio/made.mp4"] = self.move(film, sound)  # noqa: S108 - as above
        made = {"path": "/tmp/gradio/made.mp4", "url": "http://elsewhere.example/made.mp4", "meta": {"_type": "gradio.FileData"}}  # noqa: S108
        result = [{"video": made, "subtitles": None}] + (["bbox"] if name == "inference" else [])
        told = "event: heartbeat\ndata: null\n\n" * 2
        told += {"complete": f"event: complete\ndata: {json.dumps(result)}\n\n", "error": "event: error\ndata: null\n\n"}.get(self.ends, "")
        return Response(told, mimetype="text/event-stream")

    def file(self, asked: str) -> Response:
        return Response(self.held[asked.removeprefix("file=")])

    def given(self) -> tuple[bytes, bytes]:
        """The film and the sound of the last call."""
        data = [part for part in self.asked[-1][1] if isinstance(part, dict)]
        film = next(part["video"]["path"] for part in data if "video" in part)
        sound = next(part["path"] for part in data if "path" in part)
        return self.held[film], self.held[sound]


@contextmanager
def running() -> Iterator[Engine]:
    """The server, as long as the block lasts."""
    held = Engine()
    with served(held.app):
        yield held
