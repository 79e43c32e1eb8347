"""The whole studio as `make run` starts it, in a home of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from tests.browser.journeys.visitor import Visitor
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.services import demo, people, projects, shelf

REPOSITORY: Final = Path(__file__).resolve().parents[3]
READY_S: Final = 120
NOT_OURS: Final = ("REDIS_URL", "FRAMES_URL", "DATABASE_URL", "PORT", "HOST", "PIYING_PUBLIC_URL")


@dataclass
class Stack:
    """A running studio: where it answers, where its files are, and the link that signs the demo person in."""

    address: str
    home: Path
    models: Path
    link: str
    launcher: int
    database: Database = field(repr=False)


@contextmanager
def running_stack(home: Path, *, preview_slots: int = 1) -> Iterator[Stack]:
    """Start the stack in `home`, wait until it has said its sign-in link, end it."""
    models = Path(os.environ.get("PIYING_MODELS") or REPOSITORY / ".models")
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    environment |= {"PIYING_HOME": str(home), "PIYING_MODELS": str(models), "PIYING_PREVIEW_SLOTS": str(preview_slots)}
    words = home / "terminal.log"
    with words.open("wb") as terminal:
        launcher = subprocess.Popen((sys.executable, "-m", "tools.stack"), cwd=REPOSITORY, env=environment, stdout=terminal)
    try:
        link = _link(words, launcher)
        database = Database(f"sqlite:///{home / 'piying.sqlite3'}")
        _throw_the_demo_away(database)
        yield Stack(link.partition("/signin")[0], home, models, link, launcher.pid, database)
        database.dispose()
    finally:
        launcher.send_signal(signal.SIGINT)
        try:
            launcher.wait(40)
        except subprocess.TimeoutExpired:
            launcher.kill()
            launcher.wait()


def _throw_the_demo_away(database: Database) -> None:
    """Its film would be made before ours."""
    with database.transaction() as session:
        user = people.find(session, demo.ADDRESS)
        assert user is not None
        tenant = people.personal_tenant(session, user.id)
        for project in shelf.search(session, tenant, shelf.Wanted()).projects:
            projects.throw_away(session, tenant, project.id, utc_now())


@contextmanager
def visiting(stack: Stack, chromium: Browser, locale: str, **options: Any) -> Iterator[Visitor]:
    """Sit down in front of the studio with a browser of one's own; nothing may be refused, broken or missing meanwhile."""
    context = chromium.new_context(base_url=stack.address, locale=locale, **options)
    visitor = Visitor(context.new_page())
    try:
        yield visitor
    finally:
        context.close()
    assert visitor.complaints == [], visitor.complaints


def _link(words: Path, launcher: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and launcher.poll() is None:
        if found := re.search(r"http\S+/signin/link/\S+", words.read_text()):
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"The studio did not start:\n{words.read_text()}")
