"""`python -m tools.stack`: run the studio on this machine until Ctrl-C. `make run` sets up first, then calls this."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from roles.lifeline import tied
from tools.stack import plan, ports, state, valkey
from tools.stack.errors import StackRefused
from tools.stack.launcher import Launcher, address
from webapp.errors import SettingsWrong
from webapp.settings import Settings

STARTED: Final = time.monotonic()


def main() -> int:
    """Start, watch, stop; 1 with a sentence when it cannot start."""
    try:
        settings = Settings.from_environment(os.environ)
        with state.alone(settings.home):
            _run(settings)
    except (StackRefused, SettingsWrong) as refusal:
        say("stack", f"Not started: {refusal}")
        return 1
    return 0


def say(name: str, words: str) -> None:
    """One line on the terminal: how long it has run, who speaks, what."""
    sys.stdout.write(f"{time.monotonic() - STARTED:7.1f} s  {name:<8} {words}\n")
    sys.stdout.flush()


def _run(settings: Settings) -> None:
    launcher = Launcher(settings.home, say)
    launcher.stop_on_signals()
    listener = ports.open_web(os.environ.get("HOST", "127.0.0.1"), _asked_port(), state.preferred_port(settings.home))
    url = address(listener)
    environment = {
        **os.environ,
        "PIYING_HOME": str(settings.home),
        "PIYING_PUBLIC_URL": os.environ.get("PIYING_PUBLIC_URL") or url,
        "PYTHONUNBUFFERED": "1",
    }
    with _stopped_at_the_end(launcher):
        _start_servers(launcher, environment)
        _prepare(environment)
        launcher.start(plan.web(listener.fileno(), environment))
        for program in plan.workers(environment, settings.preview_slots):
            launcher.start(program)
        launcher.wait_for_web(f"{url}/healthz")
        state.remember(settings.home, url, listener.getsockname()[1])
        _welcome(environment, url, settings.home)
        launcher.watch()


@contextmanager
def _stopped_at_the_end(launcher: Launcher) -> Iterator[None]:
    try:
        yield
    finally:
        say("stack", "stopping")
        launcher.stop()
        say("stack", "stopped")


def _start_servers(launcher: Launcher, environment: dict[str, str]) -> None:
    """The servers that the environment does not name; their addresses go into `environment`."""
    if environment.get("REDIS_URL"):
        say("stack", "queue: the one that REDIS_URL names")
        return
    folder = launcher.home / "valkey"
    instances = {
        "REDIS_URL": valkey.new_instance("queue", folder / "queue", ports.free_port(), lasting=True),
        "FRAMES_URL": valkey.new_instance("frames", folder / "frames", ports.free_port(), lasting=False),
    }
    launcher.start_servers(instances.values(), environment)
    environment.update({name: instance.url for name, instance in instances.items()})
    say("stack", "queue and frame servers answer")


def _prepare(environment: Mapping[str, str]) -> None:
    """Bring the tables up to date."""
    done = _tool(environment, "-m", "alembic", "upgrade", "head")
    if done.returncode:
        raise StackRefused(f"The tables cannot be brought up to date:\n{done.stdout[-2000:]}")
    say("stack", "tables are up to date")


def _welcome(environment: Mapping[str, str], url: str, home: Path) -> None:
    """The address, and a sign-in link for the demo tenant, which is made on the first start."""
    say("stack", f"files are kept in {home}")
    say("stack", f"running at {url}  (Ctrl-C stops everything)")
    seeded = _tool(environment, "-m", "flask", "--app", "wsgi", "seed", "demo")
    links = [line for line in seeded.stdout.splitlines() if line.startswith("http")]
    if seeded.returncode or not links:
        say("stack", f"no demo project: {seeded.stdout.strip().splitlines()[-1] if seeded.stdout.strip() else 'the command said nothing'}")
        return
    say("stack", f"sign in once, as the demo tenant: {links[-1]}")


def _tool(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, *arguments)
    return subprocess.run(
        command,
        cwd=plan.REPOSITORY,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        preexec_fn=tied(),
    )


def _asked_port() -> int | None:
    text = os.environ.get("PORT")
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise StackRefused(f"PORT must be a number, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
