"""The speech role: one process that keeps the voice warm and says what is wanted."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from render.errors import RenderError, SpeechRefused
from render.ports.speech import SpeechEngine
from render.presets.voices import SPEECH_ENGINE
from render.speech.engine import KokoroEngine
from render.timeline.spoken import SpeechRequest, SpokenTimes
from render.timeline.voicing import DEFAULT_VOICES, times_to_json
from roles.house import House, house
from webapp.nudges import nudge_project
from webapp.services import artefacts, linking, previews, voices

log = structlog.get_logger("speech")


def voice(digest: str, project_id: str) -> None:
    """Say the sentence that the project needs first and tell it; one that another bell has had voiced is left alone."""
    here = house()
    wish = voices.next_wish(previews.at(here.settings.frames_url, here.settings.preview_slots).client, project_id, digest)
    with here.database.reading() as session:
        request = None if voices.thrown_away(session, project_id) else linking.wanted(session, wish)
    if request is not None:
        _voice(here, engine(), wish, request)
        previews.tell(here.settings.frames_url, project_id, {"type": "voiced"})
        nudge_project(project_id, "voiced", 0)


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
def engine() -> SpeechEngine:
    """The engine, loaded once in this process."""
    return KokoroEngine(house().settings.models)


def _voice(here: House, speaker: SpeechEngine, digest: str, request: SpeechRequest) -> None:
    target = artefacts.place(here.settings.artefacts, digest, "wav")
    try:
        with artefacts.publishing(target) as wav:
            times = speaker.synthesize(request, wav)
    except SpeechRefused as refusal:
        log.info("passage refused", digest=digest, reason=refusal.reason)
        with here.database.transaction() as session:
            linking.refuse(session, digest, refusal.reason)
        return
    _write_down(here, digest, times, target.stat().st_size)


def _write_down(here: House, digest: str, times: SpokenTimes, size_bytes: int) -> None:
    with here.database.transaction() as session:
        linking.voiced(session, digest, times_to_json(times), size_bytes, datetime.now(UTC))
