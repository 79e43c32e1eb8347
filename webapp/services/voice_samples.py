"""Voices to hear before they are chosen: a sentence each, and words of the lexicon. They are voiced when first asked for, and kept."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from render.ports.speech import Voice
from render.presets.voices import BY_ID, SPEECH_ENGINE
from render.timeline.spoken import SpeechRequest
from render.timeline.voicing import DEFAULT_VOICES, speech_digest
from webapp.errors import NotFound
from webapp.models.speech import Voiced
from webapp.models.voice import LexiconEntry
from webapp.providers.storage.port import Storage
from webapp.services import artefacts, linking

SENTENCES: Final = {
    "zh": "您好，欢迎光临。今天想和您分享一件小东西。",
    "en": "Hello, and welcome. Today I would like to show you something small.",
    "th": "สวัสดี ยินดีต้อนรับ วันนี้มีของชิ้นเล็ก ๆ มาแนะนำ",
}
"""What every voice of a language says of itself."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sound to hear: its artefact's digest, and whether it is there, can never be, or is still to come."""

    digest: str
    ready: bool
    refused: bool = False


def of_voice(voice_id: str, outside: tuple[Voice, ...] = ()) -> SpeechRequest:
    """What a voice, our own or one `outside`, says to be chosen. Raises NotFound."""
    voice = BY_ID.get(voice_id) or next((other for other in outside if other.id == voice_id), None)
    if voice is None:
        raise NotFound
    return SpeechRequest(SPEECH_ENGINE, voice.language, voice_id, SENTENCES[voice.language])


def of_entry(entry: LexiconEntry) -> SpeechRequest:
    """A word as the lexicon has it said, by the language's usual voice."""
    said = ((0, len(entry.written), entry.said),)
    return SpeechRequest(SPEECH_ENGINE, entry.language, DEFAULT_VOICES[entry.language], entry.written, pronunciations=said)


def sample(session: Session, request: SpeechRequest, storage: Storage, now: datetime, *, tenant_id: str = "") -> Sample:
    """The sound of a request, written down as wanted (by a tenant, where it is her own word) where it is not there; ring after the commit.

    One whose file has gone since is wanted again.
    """
    digest = speech_digest(request)
    row = session.get(Voiced, digest)
    if row is None:
        session.add(Voiced(digest=digest, request=asdict(request), wanted_by=tenant_id, created_at=now, used_at=now))
    elif row.times and storage.has(artefacts.place(storage.home / artefacts.FOLDER, digest, "wav")):
        return Sample(digest, ready=True)
    elif row.times:
        linking.lost(session, row)
    session.flush()
    return Sample(digest, ready=False, refused=bool(row and row.refused))
