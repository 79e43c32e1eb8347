"""Servers of others that the environment may name: one that speaks, one that moves mouths. None is needed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from render.ports.speech import Voice
from webapp.errors import SettingsWrong

OUTSIDE: Final = "ext-"
"""What the ids of outside voices begin with."""
LANGUAGES: Final = ("zh", "en", "th")
_UI_LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en", "th")
_VOICE: Final = re.compile(r"([\w.-]{1,64}):(zh|en|th):(female|male)")
_HTTP: Final = re.compile(r"https?://[^\s?#]+")


@dataclass(frozen=True, slots=True)
class SpeechServer:
    """A server that says texts, by OpenAI's `/audio/speech`. `url` ends before that path; `voices` are its names for them by our ids."""

    url: str
    model: str
    name: str
    key: str = field(default="", repr=False)
    form: Literal["wav", "pcm"] = "wav"
    rate_hz: int = 24_000
    """Of PCM, which does not say; a WAV does."""
    timeout_s: int = 60
    names: Mapping[str, str] = field(default_factory=dict)
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class AvatarServer:
    """A server that moves the mouth of a film, by the interface that its engine publishes."""

    url: str
    engine: Literal["musetalk", "latentsync"]
    key: str = field(default="", repr=False)
    timeout_s: int = 1_800


def speech_server(environment: Mapping[str, str]) -> SpeechServer | None:
    """The server that `PIYING_SPEECH_URL` names. Raises SettingsWrong."""
    url = _address(environment, "PIYING_SPEECH_URL")
    if not url:
        return None
    model, name = environment.get("PIYING_SPEECH_MODEL") or "tts-1", environment.get("PIYING_SPEECH_NAME") or "OpenAI"
    form = environment.get("PIYING_SPEECH_FORMAT") or "wav"
    if form not in {"wav", "pcm"}:
        raise SettingsWrong("speech-format", name="PIYING_SPEECH_FORMAT", value=form)
    told = [_told(one.strip(), model, name) for one in environment.get("PIYING_SPEECH_VOICES", "").split(",") if one.strip()]
    return SpeechServer(
        url,
        model,
        name,
        environment.get("PIYING_SPEECH_KEY", ""),
        "wav" if form == "wav" else "pcm",
        names={voice.id: theirs for theirs, voice in told},
        voices=tuple(voice for _, voice in told),
    )


def avatar_server(environment: Mapping[str, str]) -> AvatarServer | None:
    """The server that `PIYING_AVATAR_URL` names. Raises SettingsWrong."""
    url, engine = _address(environment, "PIYING_AVATAR_URL"), environment.get("PIYING_AVATAR_ENGINE") or "musetalk"
    if engine not in {"musetalk", "latentsync"}:
        raise SettingsWrong("avatar-engine", name="PIYING_AVATAR_ENGINE", value=engine)
    chosen: Literal["musetalk", "latentsync"] = "musetalk" if engine == "musetalk" else "latentsync"
    return AvatarServer(url, chosen, environment.get("PIYING_AVATAR_KEY", "")) if url else None


def _address(environment: Mapping[str, str], name: str) -> str:
    url = environment.get(name, "").rstrip("/")
    if url and not _HTTP.fullmatch(url):
        raise SettingsWrong("not-an-address", name=name, value=url)
    return url


def _told(text: str, model: str, name: str) -> tuple[str, Voice]:
    """A voice as `name:language:sex`. Its id changes with the model: the same words would sound otherwise."""
    match = _VOICE.fullmatch(text)
    if match is None:
        raise SettingsWrong("speech-voice", name="PIYING_SPEECH_VOICES", value=text)
    theirs, language, sex = match.groups()
    made_of = hashlib.sha256(f"{name}\0{model}\0{text}".encode()).hexdigest()[:8]
    voice_id = f"{OUTSIDE}{re.sub(r'[^A-Za-z0-9]+', '-', theirs)[:24]}-{made_of}"
    names = dict.fromkeys(_UI_LANGUAGES, theirs.capitalize())
    manner = frozenset({"rate"})
    return theirs, Voice(
        voice_id,
        language,
        names,
        "male" if sex == "male" else "female",
        changes=manner,  # type: ignore[arg-type]  # a frozenset of one of the literals
        pronounces=False,
        timed=False,
        engine=name,
    )
