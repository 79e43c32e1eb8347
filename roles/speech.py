"""The speech role: one process that keeps the voice warm and says what is wanted."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import structlog

from render.errors import MissingSource, RenderError, SpeechRefused
from render.ports.speech import BrokenOff, SpeechEngine
from render.presets.voices import SPEECH_ENGINE
from render.speech.align import DtwAligner
from render.speech.engine import KokoroEngine
from render.timeline.spoken import SpeechRequest, SpokenTimes
from render.timeline.voicing import DEFAULT_VOICES, times_to_json
from roles.house import House, house
from roles.outside_voices import OutsideVoices
from roles.sources import HouseSources
from webapp.errors import Unavailable
from webapp.models.project import Project
from webapp.nudges import nudge_project
from webapp.servers import OUTSIDE
from webapp.services import artefacts, linking, previews, voices
from webapp.services.attention import Attention
from webapp.services.previews import Previews
from webapp.services.voices import For, Wish

THREADS_MAX: Final = 2
LOOK_S: Final = 0.2

log = structlog.get_logger("speech")


def voice(digest: str, project_id: str, sort: str = "") -> None:
    """Say one more sentence, the one that somebody needs first, and tell her project; those that have been voiced meanwhile are left alone.

    `sort` is "wish" where the sentence stands in the project's list of wishes.
    """
    here = house()
    there = previews.at(here.settings.frames_url, here.settings.preview_slots)
    for wish in voices.wishes(there, Wish(digest, project_id), wished=sort == "wish"):
        if _said(here, there, wish):
            return


def warm_up() -> None:
    """Load the voice and say a word in each language, so that the first passage need not wait for it. Without models: say so and go on."""
    try:
        with TemporaryDirectory() as folder:
            for language, text in (("zh", "你好。"), ("en", "Hello.")):
                request = SpeechRequest(SPEECH_ENGINE, language, DEFAULT_VOICES[language], text)
                engine().synthesize(request, Path(folder) / "warm.wav")
    except RenderError as problem:
        log.warning("the voice is not ready", code=problem.code, reason=problem.reason)


@lru_cache(maxsize=1)
def engine() -> KokoroEngine:
    """The engine, loaded once in this process. A second core, where there is one, has a sentence said in two thirds of the time."""
    return KokoroEngine(house().settings.models, threads=min(THREADS_MAX, os.cpu_count() or 1))


def _said(here: House, there: Previews, wish: Wish) -> bool:
    """Whether the sentence was still to be said, and has been tried. If nobody was to hear it and somebody waits, it comes later."""
    with here.database.reading() as session:
        request = None if voices.thrown_away(session, wish.project_id) else linking.wanted(session, wish.digest)
    if request is None:
        return False
    try:
        with attending(Attention(there, here.database.reading, wish).in_vain, engine().break_off):
            _voice(here, engine(), wish.digest, request, wish.project_id)
    except BrokenOff:
        if wish.audience is For.NOBODY:
            voices.put_back(there, wish, queue_url=here.settings.queue_url)
        return False
    previews.tell(here.settings.frames_url, wish.project_id, {"type": "voiced"})
    nudge_project(wish.project_id, "voiced", 0)
    return True


@contextmanager
def attending(in_vain: Callable[[], bool], break_off: Callable[[], None]) -> Iterator[None]:
    """Look now and then whether what the block says is said in vain, and end it if so."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            if in_vain():
                break_off()

    looking = threading.Thread(target=look, name="attention", daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


def _voice(here: House, speaker: SpeechEngine, digest: str, request: SpeechRequest, project_id: str) -> None:
    target = artefacts.place(here.settings.artefacts, digest, "wav")
    try:
        with artefacts.publishing(target) as wav:
            if request.recording:
                times = _aligned(here, speaker, request, project_id, wav)
            else:
                times = _speaking(here, speaker, request).synthesize(request, wav)
    except SpeechRefused as refusal:
        log.info("passage refused", digest=digest, reason=refusal.reason)
        with here.database.transaction() as session:
            linking.refuse(session, digest, refusal.reason)
        return
    except Unavailable as away:
        log.warning("voice away", digest=digest, reason=away.code)
        return
    except MissingSource as missing:
        log.info("recording missing", digest=digest, recording=missing.facts["name"])
        return
    here.storage.keep(target)
    _write_down(here, digest, times, target.stat().st_size)


def _speaking(here: House, own: SpeechEngine, request: SpeechRequest) -> SpeechEngine:
    """Whose voice it is: our own engine's, or another's server's."""
    server = here.settings.speech_server
    return OutsideVoices(server, DtwAligner(own)) if server and request.voice.startswith(OUTSIDE) else own


def _aligned(here: House, speaker: SpeechEngine, request: SpeechRequest, project_id: str, wav: Path) -> SpokenTimes:
    """The recording among the sounds of the project's tenant, and when its words fall. Raises MissingSource, SpeechRefused."""
    with here.database.reading() as session:
        project = session.get(Project, project_id)
    recording = HouseSources(here, project.tenant_id if project else "").sound(request.recording)
    return DtwAligner(speaker).align(recording, request, wav)


def _write_down(here: House, digest: str, times: SpokenTimes, size_bytes: int) -> None:
    with here.database.transaction() as session:
        linking.voiced(session, digest, times_to_json(times), size_bytes, datetime.now(UTC))
