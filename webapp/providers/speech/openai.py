"""OpenAI's `/audio/speech`, as OpenAI and many self-hosted servers answer it: a text goes there, its sound comes back.

Schema: openai/openai-python, src/openai/types/audio/speech_create_params.py at 0396a9fbbbf7269a96f7f7ce02baff6a420ba1e8.
"""

import time
from collections.abc import Callable
from typing import Final

import requests

from webapp.errors import Invalid, Unavailable
from webapp.servers import SpeechServer

TEXT_LENGTH_MAX: Final = 4_096
SPEED_MIN, SPEED_MAX = 0.25, 4.0
CONNECT_S: Final = 5
ATTEMPTS: Final = 3
PAUSE_S: Final = 1.0
PAUSE_S_MAX: Final = 10.0
SOUND_BYTES_MAX: Final = 32 * 2**20
PIECE_BYTES: Final = 64 * 1024
_PASSING: Final = frozenset({408, 409, 429, 500, 502, 503, 504})


def say(server: SpeechServer, text: str, voice: str, rate: int, *, wait: Callable[[float], None] = time.sleep) -> bytes:
    """The sound of `text` at `rate` per mille, in the server's form. What may pass is tried again.

    Raises Invalid `speech-refused` for what the server will never say, Unavailable `speech-away`.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise Invalid("text", "speech-refused", length_max=TEXT_LENGTH_MAX)
    asked: dict[str, str | float] = {
        "model": server.model,
        "input": text,
        "voice": voice,
        "response_format": server.form,
        "speed": min(SPEED_MAX, max(SPEED_MIN, rate / 1_000)),
    }
    for attempt in range(ATTEMPTS):
        pause = min(PAUSE_S_MAX, PAUSE_S * 2**attempt)
        try:
            return _asked(server, asked)
        except _NotNow as problem:
            if attempt + 1 < ATTEMPTS:
                wait(min(PAUSE_S_MAX, problem.after_s or pause))
    raise Unavailable("speech-away")


class _NotNow(Exception):
    """It may pass; the server may say when."""

    def __init__(self, after_s: float = 0.0) -> None:
        self.after_s = after_s


def _asked(server: SpeechServer, asked: dict[str, str | float]) -> bytes:
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    try:
        with requests.post(
            f"{server.url}/audio/speech",
            json=asked,
            headers=headers,
            timeout=(CONNECT_S, server.timeout_s),
            stream=True,
            allow_redirects=False,
        ) as answer:
            _look(answer)
            return _sound(answer, time.monotonic() + server.timeout_s)
    except requests.RequestException as problem:
        raise _NotNow from problem


def _look(answer: requests.Response) -> None:
    if answer.status_code in _PASSING:
        after = answer.headers.get("Retry-After", "")
        raise _NotNow(float(after) if after.isdigit() else 0.0)
    if answer.status_code != requests.codes.ok:
        raise Invalid("text", "speech-refused", status=answer.status_code)


def _sound(answer: requests.Response, deadline: float) -> bytes:
    """The whole of it, if that is neither nothing nor too much, nor takes for ever."""
    whole = bytearray()
    for piece in answer.iter_content(PIECE_BYTES):
        whole += piece
        if len(whole) > SOUND_BYTES_MAX:
            raise Invalid("text", "speech-refused", bytes_max=SOUND_BYTES_MAX)
        if time.monotonic() > deadline:
            raise _NotNow
    if not whole:
        raise _NotNow
    return bytes(whole)
