"""Engines behind Gradio, against a server that keeps the published protocol."""

from dataclasses import replace

import pytest

from tests import mouth_server
from webapp.errors import Invalid, SettingsWrong, Unavailable
from webapp.providers.avatar import gradio
from webapp.providers.avatar.gradio import GradioEngine
from webapp.servers import AvatarServer, avatar_server

CALLS = {"musetalk": ("inference", 7), "latentsync": ("process_video", 5)}


@pytest.fixture(scope="module")
def running():
    with mouth_server.running() as engine:
        yield engine


@pytest.fixture
def engine(running):
    running.asked.clear()
    running.ends, running.move = "complete", lambda *_: b"the film, speaking"
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
    engine.move = lambda *_: b""
    with pytest.raises(Invalid):
        speak()
    engine.move = lambda *_: b"long" * 100
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
