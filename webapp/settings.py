"""The settings: everything the environment decides, read once at the start into one frozen value."""

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from render.ports.speech import Voice
from render.presets.devices import DEVICES
from webapp import servers
from webapp.errors import SettingsWrong
from webapp.servers import AvatarServer, SpeechServer

REPOSITORY: Final = Path(__file__).resolve().parent.parent
SECRET_LENGTH_MIN: Final = 32
PAY_TO: Final = {"CNY": "PIYING_PAY_TO_CNY", "USD": "PIYING_PAY_TO_USD", "THB": "PIYING_PAY_TO_THB"}


class Environment(StrEnum):
    """Where this runs: on one machine by itself, among servers, or under a test."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decided. URLs may be empty where the embedded choice needs none.

    `pay_to` says by currency how one pays by hand.
    """

    home: Path
    models: Path
    database_url: str
    secret_key: str = field(repr=False)
    queue_url: str = ""
    frames_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    environment: Environment = Environment.EMBEDDED
    preview_slots: int = 3
    device: str = "cpu"
    upload_bytes_max: int = 20 * 1024 * 1024
    media_bytes_max: int = 2_000_000_000
    storage_bytes_max: int = 20_000_000_000
    storage: str = ""
    storage_address: str = ""
    near_bytes_max: int = 20_000_000_000
    pieces_bytes_max: int = 20_000_000_000
    pieces_days_max: int = 30
    producer: str = "Piying"
    proxies: int = 0
    hands_files: bool = False
    metrics_token: str = field(default="", repr=False)
    google_client_id: str = ""
    google_client_secret: str = field(default="", repr=False)
    google_issuer: str = "https://accounts.google.com"
    pay_to: tuple[tuple[str, str], ...] = ()
    stripe_key: str = field(default="", repr=False)
    stripe_secrets: tuple[str, ...] = field(default=(), repr=False)
    stripe_url: str = "https://api.stripe.com"
    speech_server: SpeechServer | None = None
    avatar_server: AvatarServer | None = None
    translations: Path = REPOSITORY / "translations"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read `environment`; raises SettingsWrong for what cannot be run with."""
        home = Path(environment.get("PIYING_HOME") or REPOSITORY / "var").resolve()
        kind = _environment(environment.get("PIYING_ENVIRONMENT") or "embedded")
        queue_url = environment.get("REDIS_URL", "")
        settings = cls(
            home=home,
            models=Path(environment.get("PIYING_MODELS") or REPOSITORY / ".models").resolve(),
            database_url=environment.get("DATABASE_URL") or f"sqlite:///{home / 'piying.sqlite3'}",
            secret_key=environment.get("PIYING_SECRET_KEY") or _secret(home),
            queue_url=queue_url,
            frames_url=environment.get("FRAMES_URL") or queue_url,
            public_url=(environment.get("PIYING_PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/"),
            environment=kind,
            preview_slots=_number(environment, "PIYING_PREVIEW_SLOTS", 3),
            device=_device(environment.get("PIYING_DEVICE") or "cpu"),
            upload_bytes_max=_number(environment, "PIYING_UPLOAD_BYTES_MAX", 20 * 1024 * 1024),
            media_bytes_max=_number(environment, "PIYING_MEDIA_BYTES_MAX", 2_000_000_000),
            storage_bytes_max=_number(environment, "PIYING_STORAGE_BYTES_MAX", 20_000_000_000),
            pieces_bytes_max=_number(environment, "PIYING_PIECES_BYTES_MAX", 20_000_000_000),
            pieces_days_max=_number(environment, "PIYING_PIECES_DAYS_MAX", 30),
            storage=environment.get("PIYING_STORAGE", ""),
            storage_address=environment.get("PIYING_STORAGE_ADDRESS", "").rstrip("/"),
            near_bytes_max=_number(environment, "PIYING_NEAR_BYTES_MAX", 20_000_000_000),
            producer=environment.get("PIYING_PRODUCER") or "Piying",
            proxies=_number(environment, "PIYING_PROXIES", 0, least=0),
            hands_files=_number(environment, "PIYING_HANDS_FILES", 0, least=0) > 0,
            metrics_token=environment.get("PIYING_METRICS_TOKEN", ""),
            google_client_id=environment.get("PIYING_GOOGLE_CLIENT_ID", ""),
            google_client_secret=environment.get("PIYING_GOOGLE_CLIENT_SECRET", ""),
            google_issuer=(environment.get("PIYING_GOOGLE_ISSUER") or "https://accounts.google.com").rstrip("/"),
            pay_to=tuple((currency, told) for currency, name in PAY_TO.items() if (told := environment.get(name, "").strip())),
            stripe_key=environment.get("PIYING_STRIPE_KEY", ""),
            stripe_secrets=tuple(environment.get("PIYING_STRIPE_WEBHOOK_SECRET", "").split()),
            stripe_url=(environment.get("PIYING_STRIPE_URL") or "https://api.stripe.com").rstrip("/"),
            speech_server=servers.speech_server(environment),
            avatar_server=servers.avatar_server(environment),
        )
        _check(settings)
        return settings

    @property
    def outside_voices(self) -> tuple[Voice, ...]:
        """Voices of another's server."""
        return self.speech_server.voices if self.speech_server else ()

    @property
    def reviews_uploads(self) -> bool:
        """Whether a presenter waits for the operator: in production always; who runs a studio by herself has seen her own upload."""
        return self.environment is Environment.PRODUCTION

    @property
    def assets(self) -> Path:
        """Uploaded originals, by digest: assets/<ab>/<digest>."""
        return self.home / "assets"

    @property
    def uploads(self) -> Path:
        """Files that are still coming, by the id of their upload."""
        return self.home / "uploads"

    @property
    def artefacts(self) -> Path:
        """What we made, by digest: artefacts/<ab>/<digest>.<extension>."""
        return self.home / "artefacts"

    @property
    def pieces(self) -> Path:
        """What exports are joined from, and what can always be made again: pieces/<tenant>/<ab>/<digest>.<extension>."""
        return self.home / "pieces"

    @property
    def presenters(self) -> Path:
        """Presenters of tenants: presenters/<id>/<revision>/."""
        return self.home / "presenters"

    @property
    def consents(self) -> Path:
        """Consents as they were read aloud: consents/<consent>/<id>.*. They stay when the presenter goes."""
        return self.home / "consents"

    @property
    def authority(self) -> Path:
        """The certificates that sign exports."""
        return self.home / "authority"

    @property
    def cookie_suffix(self) -> str:
        """Keeps the cookies of two installations on one host apart: cookies do not know ports."""
        return hashlib.sha256(b"cookie" + self.secret_key.encode()).hexdigest()[:6]

    @property
    def secure(self) -> bool:
        """Whether people reach us by https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError as error:
        raise SettingsWrong("environment-unknown", name=name) from error


def _device(name: str) -> str:
    if name not in DEVICES:
        raise SettingsWrong("device-unknown", name=name)
    return name


def _number(environment: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise SettingsWrong("not-a-number", name=name, value=text)
    return int(text)


def _check(settings: Settings) -> None:
    if len(settings.secret_key) < SECRET_LENGTH_MIN:
        raise SettingsWrong("secret-too-short", length_min=SECRET_LENGTH_MIN)
    if settings.environment is Environment.PRODUCTION and not settings.queue_url:
        raise SettingsWrong("queue-missing", name="REDIS_URL")
    if settings.storage and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/[\w./-]*)?", settings.storage):
        raise SettingsWrong("storage-unknown", name="PIYING_STORAGE")
    if settings.stripe_key and not settings.stripe_secrets:
        raise SettingsWrong("payment-secret-missing", name="PIYING_STRIPE_WEBHOOK_SECRET")


def _secret(home: Path) -> str:
    """The key in home/secret, readable by its owner only, made on first use."""
    path = home / "secret"
    home.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("ascii").strip()
