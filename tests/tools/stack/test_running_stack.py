"""The whole stack, as `make run` starts it: what dies comes back, and nothing outlives the launcher."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from webapp import jobs as doorbells

REPOSITORY = Path(__file__).resolve().parents[3]
READY_S = 120
BELLS = 50


@dataclass
class Running:
    """A stack in a home of its own."""

    launcher: subprocess.Popen[bytes]
    home: Path

    def queue_url(self) -> str:
        text = (self.home / "valkey" / "queue" / "valkey.conf").read_text()
        port, password = (re.search(rf"^{name} (.+)$", text, re.MULTILINE)[1] for name in ("port", "requirepass"))  # type: ignore[index]
        return f"redis://:{password}@127.0.0.1:{port}/0"


def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def descendants(pid: int) -> set[int]:
    """Every living process below `pid`."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            parents[int(stat.parent.name)] = int(parent)
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def living(pids: set[int]) -> set[int]:
    return {pid for pid in pids if command(pid)}


def answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except RedisError:
        return False


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Running]:
    environment = {**os.environ, "PIYING_HOME": str(tmp_path), "PIYING_PREVIEW_SLOTS": "1"}
    for name in ("REDIS_URL", "FRAMES_URL", "DATABASE_URL", "PORT", "HOST"):
        environment.pop(name, None)
    launcher = subprocess.Popen((sys.executable, "-m", "tools.stack"), cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL)
    try:
        until(lambda: (tmp_path / "stack.json").exists() or launcher.poll() is not None, READY_S)
        yield Running(launcher, tmp_path)
    finally:
        launcher.kill()
        launcher.wait()


def test_a_killed_queue_server_comes_back_with_its_bells_and_a_killed_launcher_leaves_no_child(stack: Running) -> None:
    url = stack.queue_url()
    for number in range(BELLS):
        doorbells.ring("nobody", "roles.door.answer", str(number), url=url)

    with Redis.from_url(url) as client:
        server = int(client.info("server")["process_id"])
    os.kill(server, signal.SIGKILL)
    until(lambda: not living({server}), 2)
    until(lambda: answers(url), READY_S)
    assert len(doorbells.queue("nobody", url)) == BELLS

    children = descendants(stack.launcher.pid)
    for wanted in ("gunicorn", "preview", "render", "speech", "ingest", "clock"):
        assert any(wanted in command(pid) for pid in children), wanted
    assert sum("valkey-server" in command(pid) for pid in children) == 2
    stack.launcher.kill()
    stack.launcher.wait()
    until(lambda: not living(children), 10)


@pytest.mark.soak
def test_a_ctrl_c_stops_everything_in_order(stack: Running) -> None:
    children = descendants(stack.launcher.pid)

    stack.launcher.send_signal(signal.SIGINT)

    assert stack.launcher.wait(30) == 0
    assert not living(children)
