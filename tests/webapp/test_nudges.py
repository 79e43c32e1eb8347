"""Nudges, on a real server: what goes over the wire to the web's sockets."""

import json
from collections.abc import Callable

from flask import Flask
from redis import Redis

from webapp import nudges
from webapp.settings import Settings


class FakeApp(Flask):
    """An application that has settings and nothing else."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("nudged")
        self.extensions["piying"] = (settings, None, None)


def heard(settings: Settings, url: str, nudge: Callable[[], None]) -> dict[str, object]:
    """What the web hears on its channel after `nudge`."""
    with Redis.from_url(url) as client, client.pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(nudges.CHANNEL)
        while not client.pubsub_numsub(nudges.CHANNEL)[0][1]:
            pass
        with FakeApp(settings).app_context():
            nudge()
        while (message := ear.get_message(timeout=5)) is None:
            pass
        return json.loads(message["data"])


def with_frames(settings: Settings, url: str) -> Settings:
    return Settings(home=settings.home, models=settings.models, database_url="", secret_key=settings.secret_key, frames_url=url)


def test_a_project_is_told_what_changed_and_at_which_revision(settings: Settings, queue_url: str) -> None:
    message = heard(with_frames(settings, queue_url), queue_url, lambda: nudges.nudge_project("p1", "scenes", 7))

    assert (message["event"], message["room"], message["data"]) == ("nudge", "project:p1", [{"what": "scenes", "revision": 7}])


def test_a_tenant_is_told_which_subject_changed(settings: Settings, queue_url: str) -> None:
    message = heard(with_frames(settings, queue_url), queue_url, lambda: nudges.nudge_tenant("t1", "export", "e1"))

    assert (message["room"], message["data"]) == ("tenant:t1", [{"what": "export", "id": "e1"}])


def test_without_a_server_a_nudge_is_silence(settings: Settings) -> None:
    with FakeApp(settings).app_context():
        nudges.nudge_project("p1", "scenes", 7)
