"""The checkup: whether this machine and this home have what the studio needs, each finding in a sentence."""

import importlib.metadata
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from webapp.database import Database
from webapp.errors import StorageAway
from webapp.providers.storage.chosen import storage_of
from webapp.services import pieces
from webapp.settings import REPOSITORY, Environment, Settings

PYTHON_MIN: Final = (3, 11)
FREE_BYTES_MIN: Final = 2 * 10**9
FONTS: Final = ("manimgx-fonts-cjk", "fontpkg-noto-sans", "fontpkg-noto-sans-thai")
MODEL_FOLDERS: Final = ("kokoro", "faces", "music")
VENDOR: Final = ("htmx.js", "idiomorph.js", "socket.io.js", "sortable.js")
NVIDIA: Final = Path("/proc/driver/nvidia/version")
SANDBOX_S_MAX: Final = 10
STORAGE_S_MAX: Final = 3.0
BUBBLEWRAP: Final = ("bwrap", "--ro-bind", "/", "/", "--unshare-net", "true")
NAMESPACES: Final = ("unshare", "--user", "--net", "true")


class State(StrEnum):
    """How a finding stands."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    words: str


def examine(settings: Settings, database: Database) -> list[Finding]:
    """Look at everything."""
    return [
        python(sys.version_info[:2]),
        present("models", [name for name in MODEL_FOLDERS if not _filled(settings.models / name)], f"in {settings.models}"),
        present("fonts", [name for name in FONTS if not _installed(name)], "as packages"),
        present(
            "vendor",
            [name for name in VENDOR if not (REPOSITORY / "webapp" / "static" / "vendor" / name).exists()],
            "in webapp/static/vendor",
        ),
        tables(database),
        server("queue", settings.queue_url),
        server("frames", settings.frames_url),
        files(settings),
        disk(settings.home, shutil.disk_usage(_nearest(settings.home)).free),
        kept(pieces.remembered(settings.pieces), settings.pieces_bytes_max),
        sandbox(_works(BUBBLEWRAP), _works(NAMESPACES), production=settings.environment is Environment.PRODUCTION),
        gpu(driver=NVIDIA.exists()),
    ]


def python(version: tuple[int, ...]) -> Finding:
    """Whether this Python is new enough."""
    words = f"Python {'.'.join(map(str, version))}"
    return (
        Finding("python", State.OK, words)
        if version >= PYTHON_MIN
        else Finding("python", State.BROKEN, f"{words}; 3.11 or newer is needed")
    )


def present(name: str, missing: Sequence[str], where: str) -> Finding:
    """Whether set-up brought its files."""
    if missing:
        return Finding(name, State.BROKEN, f"missing {where}: {', '.join(missing)}; run `make setup`")
    return Finding(name, State.OK, f"all there {where}")


def tables(database: Database) -> Finding:
    """Whether the tables are those of this code."""
    wanted = newest_tables()
    try:
        with database.engine.connect() as connection:
            stands = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return Finding("database", State.BROKEN, f"does not answer: {str(error).splitlines()[0]}")
    if stands != wanted:
        return Finding("database", State.BROKEN, f"tables are at {stands or 'nothing'}, this code wants {wanted}; run `make migrate`")
    return Finding("database", State.OK, f"tables are at {stands}")


def newest_tables() -> str | None:
    """The last migration of this code."""
    config = Config(str(REPOSITORY / "alembic.ini"))
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def server(name: str, url: str) -> Finding:
    """Whether a Valkey or Redis server answers."""
    if not url:
        return Finding(name, State.OK, "embedded: `make run` starts it")
    try:
        with Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
            policy = str(client.info("memory").get("maxmemory_policy", "unknown"))
    except RedisError as error:
        return Finding(name, State.BROKEN, f"does not answer: {error}")
    if name == "queue" and policy != "noeviction":
        return Finding(name, State.BROKEN, f"may forget jobs (maxmemory-policy {policy}); set it to noeviction")
    return Finding(name, State.OK, f"answers (maxmemory-policy {policy})")


def files(settings: Settings) -> Finding:
    """Whether files can be kept."""
    try:
        storage_of(settings, STORAGE_S_MAX).check()
    except (StorageAway, OSError) as error:
        return Finding("storage", State.BROKEN, f"does not answer: {error.__cause__ or error}")
    return Finding("storage", State.OK, f"{settings.storage} answers" if settings.storage else "in the home")


def disk(home: Path, free_bytes: int) -> Finding:
    """Whether there is room for exports."""
    words = f"{free_bytes / 10**9:.1f} GB free at {home}"
    return Finding("disk", State.OK if free_bytes >= FREE_BYTES_MIN else State.WARNING, words)


def kept(report: pieces.Report | None, bytes_max: int) -> Finding:
    """How much is kept of exports' pieces."""
    if report is None:
        return Finding("pieces", State.OK, "the clock has not looked yet")
    return Finding("pieces", State.OK, f"{report.bytes / 10**9:.1f} of {bytes_max / 10**9:.1f} GB kept in {report.files} files")


def sandbox(bubblewrap: Callable[[], bool], namespaces: Callable[[], bool], *, production: bool) -> Finding:
    """How well an uploaded file is kept away from everything else while it is read."""
    if bubblewrap():
        return Finding("sandbox", State.OK, "bubblewrap")
    if namespaces():
        return Finding("sandbox", State.OK, "user and network namespaces; bubblewrap would also hide the files of this machine")
    words = "resource limits alone: install bubblewrap before strangers upload files"
    return Finding("sandbox", State.BROKEN if production else State.WARNING, words)


def gpu(*, driver: bool) -> Finding:
    """What pictures are computed on."""
    return Finding("gpu", State.OK, "an NVIDIA driver is loaded" if driver else "none; pictures are computed on the CPU")


def _filled(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _nearest(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _works(command: tuple[str, ...]) -> Callable[[], bool]:
    def works() -> bool:
        if shutil.which(command[0]) is None:
            return False
        return subprocess.run(command, capture_output=True, check=False, timeout=SANDBOX_S_MAX).returncode == 0  # noqa: S603 - our own words

    return works
