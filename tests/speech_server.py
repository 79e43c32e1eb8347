"""A server on a port of its own that answers `/v1/audio/speech` as the published schema says, and as servers at times do.

Schema: openai/openai-python, src/openai/types/audio/speech_create_params.py at 0396a9fbbbf7269a96f7f7ce02baff6a420ba1e8.
"""

import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from flask import Flask, Response, request

from tests.serving import served

FORMATS = {"mp3", "opus", "aac", "flac", "wav", "pcm"}
RATE = 24_000


def tone(seconds: float = 1.0) -> bytes:
    """16-bit samples at 24 kHz."""
    return (8_000 * np.sin(np.arange(int(RATE * seconds)) / 20)).astype("<i2").tobytes()


def wav(samples: bytes, rate: int = RATE) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return held.getvalue()


@dataclass
class Speaker:
    """What it was asked, and what it answers: `answers` first, in order, then the tone."""

    url: str = ""
    key: str = "secret"
    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def app(self, address: str) -> Flask:
        """Its one door."""
        self.url = f"{address}/v1"
        app = Flask("speaker")
        app.add_url_rule("/v1/audio/speech", view_func=self.speak, methods=["POST"])
        return app

    def speak(self) -> Response:
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return Response("{}", 401)
        body = request.get_json()
        self.asked.append(body)
        if self.answers:
            return self.answers.pop(0)
        fits = body.keys() <= {"input", "model", "voice", "response_format", "speed"} and body.keys() >= {"input", "model", "voice"}
        if not fits or body["response_format"] not in FORMATS or not 0.25 <= body["speed"] <= 4 or len(body["input"]) > 4_096:
            return Response('{"error": {}}', 400)
        return Response(tone() if body["response_format"] == "pcm" else wav(tone()), mimetype="audio/wav")


@contextmanager
def speaker() -> Iterator[Speaker]:
    """One that runs."""
    held = Speaker()
    with served(held.app):
        yield held
