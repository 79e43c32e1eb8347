"""The real voice, killed in the middle of a sentence: whoever asks again hears it all the same."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from render.media.wav import read_wav
from render.presets.voices import SPEECH_ENGINE
from render.timeline.spoken import SpeechRequest
from render.timeline.voicing import speech_digest
from roles.lifeline import tied
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.everything import METADATA
from webapp.services import artefacts, linking, voices

REPOSITORY = Path(__file__).parents[2]
MODELS = Path(os.environ.get("PIYING_MODELS") or REPOSITORY / ".models")
PATIENCE_S = 600
"""Of one test, on a machine that does much else: loading the voice takes seconds of a processor, twice."""
PROJECT = "project"
TEXTS = ("早上的时间总是不够用，孩子要上学，自己要赶车，还要给全家人做早饭。", "打开就能喝。")
REQUESTS = {speech_digest(request): request for request in (SpeechRequest(SPEECH_ENGINE, "zh", "zf_xiaoyi", text) for text in TEXTS)}

pytestmark = [pytest.mark.soak, pytest.mark.timeout(2 * PATIENCE_S)]


@dataclass
class Voice:
    """A speech worker as the stack starts it, its tables and its queue."""

    database: Database
    url: str
    home: Path
    parent: int

    def ask(self) -> None:
        voices.ask(Redis.from_url(self.url), PROJECT, self.missing(), queue_url=self.url)

    def missing(self) -> list[str]:
        with self.database.reading() as session:
            return [digest for digest in REQUESTS if linking.wanted(session, digest)]

    def child(self) -> int | None:
        children = Path(f"/proc/{self.parent}/task/{self.parent}/children").read_text().split()
        return int(children[0]) if children else None

    def speaking(self) -> bool:
        """Whether a bell has been taken and nothing has been said upon it yet."""
        return len(self.missing()) == len(REQUESTS) and Redis.from_url(self.url).llen(f"voices:{PROJECT}") < len(REQUESTS)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def voice(queue_url: str, tmp_path: Path) -> Iterator[Voice]:
    database = Database(f"sqlite:///{tmp_path / 'piying.sqlite3'}")
    METADATA.create_all(database.engine)
    with database.transaction() as session:
        linking.want(session, REQUESTS, utc_now())
    environment = {**os.environ, "PIYING_HOME": str(tmp_path), "PIYING_MODELS": str(MODELS), "REDIS_URL": queue_url}
    for name in ("DATABASE_URL", "FRAMES_URL"):
        environment.pop(name, None)
    command = (sys.executable, "worker.py", "speech")
    worker = subprocess.Popen(command, cwd=REPOSITORY, env=environment, preexec_fn=tied())  # noqa: PLW1509 - one thread
    yield Voice(database, queue_url, tmp_path, worker.pid)
    worker.terminate()
    worker.wait(30)
    database.dispose()


def test_a_voice_killed_in_the_middle_of_a_sentence_loses_nothing(voice: Voice) -> None:
    voice.ask()
    until(voice.speaking)
    killed = voice.child()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: voice.child() not in {None, killed})
    voice.ask()

    until(lambda: not voice.missing())

    with voice.database.reading() as session:
        times = linking.times_of(session, list(REQUESTS))
    for digest, spoken in times.items():
        sound = read_wav(artefacts.place(voice.home / "artefacts", digest, "wav"))
        assert sound.shape[1] * 5 == spoken.duration
