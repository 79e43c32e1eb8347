"""The ingest role: an uploaded portrait is judged in a cell and becomes a presenter, or is refused in words that help."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import structlog
from sqlmodel import Session

from render.errors import SetupIncomplete
from roles import lifeline, sandbox
from roles.base import Running
from roles.house import House, house
from roles.sandbox import Sight, Walls
from webapp.errors import Unavailable
from webapp.models.job import Job
from webapp.models.presenter import Presenter
from webapp.nudges import nudge_tenant
from webapp.services import presenters
from webapp.settings import Environment, Settings

CELL_S_MAX: Final = 180
LOOK_S: Final = 0.2
OUTPUT_BYTES_MAX: Final = 64 * 1024
STAGES: Final = 2
MACHINERY: Final = "render.avatar.ingest"
FAILED: Final = 1
"""The exit status of a cell that could not be made, or whose program raised; a killed one has another."""

log = structlog.get_logger("ingest")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the cell says of a portrait; `reasons` is empty for a good one."""

    reasons: tuple[str, ...]
    facts: dict[str, int]


class CellFailed(Exception):
    """The cell broke down, and not because of the picture: worth another attempt."""


def ingest(running: Running) -> None:
    """Judge the portrait of the job's presenter; the verdict and the job's end are written together."""
    here = house()
    with here.database.reading() as session:
        presenter = presenters.to_be_judged(session, running.claim.subject_id)
    running.progress("reading", 0, STAGES)
    with _aside(here.settings.presenters / presenter.id) as aside:
        verdict = judge(running, here.settings, presenter, aside)
        running.progress("keeping", 1, STAGES)
        if not verdict.reasons:
            _keep(aside / "made", presenters.folder_of(here.settings.presenters, presenter.id, presenter.revision))
        _write_down(running, here, presenter.id, verdict)
    nudge_tenant(presenter.tenant_id, "presenter", presenter.id)


def ended(session: Session, job: Job) -> None:
    """The job failed or was cancelled for good: the presenter says so, and may be tried again."""
    presenters.not_judged(session, job.subject_id, job.error_code or job.state.value)


def judge(running: Running, settings: Settings, presenter: Presenter, aside: Path) -> Verdict:
    """Run the cell on the presenter's original, writing to `aside / "made"`. Raises Unavailable, SetupIncomplete, JobCancelled, JobLost."""
    original = presenters.original_of(settings.presenters, presenter.id)
    arguments = [str(original), str(aside / "made"), str(settings.models), presenter.id, presenter.consent_id or ""]
    sight = Sight([original, settings.models / "faces"], [aside], _lent_kernels(aside))
    return _read(_run(running, sandbox.command(_walls(settings), "roles.portrait", arguments, sight), aside))


def _lent_kernels(aside: Path) -> dict[Path, Path]:
    """Copies of the compiled kernels: a cell may use them and add to them, and what it adds is thrown away."""
    if not any(_matting().glob("**/*.nbi")):
        import_module(MACHINERY)
    folders = {path.parent for root in (_matting(), sandbox.REPOSITORY / "render") for path in root.glob("**/*.nbi")}
    return {folder: shutil.copytree(folder, aside / f"kernels-{number}") for number, folder in enumerate(sorted(folders))}


def _matting() -> Path:
    found = find_spec("pymatting")
    return Path(found.origin).parent if found and found.origin else Path("/nonexistent")


def _walls(settings: Settings) -> Walls:
    kind = sandbox.walls()
    if kind is Walls.LIMITS:
        if settings.environment is Environment.PRODUCTION:
            raise Unavailable("sandbox-missing")
        log.warning("uploads are read behind resource limits alone: install bubblewrap")
    return kind


def _run(running: Running, command: list[str], aside: Path) -> str:
    """What the cell printed; empty when the picture drove it out of its time or limits. Raises CellFailed where the cell itself did."""
    said = aside / "said"
    with said.open("wb") as output, (aside / "complained").open("wb") as complaints:
        child = subprocess.Popen(  # noqa: S603 - our own words; the picture's name is one we gave it
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=complaints,
            env=sandbox.environment(),
            cwd=sandbox.REPOSITORY,
            preexec_fn=lifeline.tied(),  # noqa: PLW1509 - this process has one thread that forks
        )
        try:
            status = _wait(running, child)
        finally:
            child.kill()
            child.wait()
    if status != 0:
        log.warning("cell ended badly", status=status, complaint=_tail(aside / "complained"))
    if status == FAILED:
        raise CellFailed
    if status != 0:
        return ""
    return said.read_text("utf-8")[:OUTPUT_BYTES_MAX]


def _wait(running: Running, child: "subprocess.Popen[bytes]") -> int:
    """The child's exit status, or -1 when its time was up; looks meanwhile whether the job is still wanted."""
    for _ in range(round(CELL_S_MAX / LOOK_S)):
        try:
            return child.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            running.check()
    return -1


def _read(said: str) -> Verdict:
    told: dict[str, Any] = json.loads(said) if said else {"reasons": ["unreadable"], "facts": {}}
    if "error" in told:
        raise SetupIncomplete(**told["facts"])
    return Verdict(tuple(told["reasons"]), dict(told["facts"]))


def _keep(made: Path, folder: Path) -> None:
    """Put a finished folder in its place, whatever an earlier attempt left there."""
    shutil.rmtree(folder, ignore_errors=True)
    made.replace(folder)


def _write_down(running: Running, here: House, presenter_id: str, verdict: Verdict) -> None:
    with here.database.transaction() as session:
        presenters.judged(session, presenter_id, verdict.reasons, verdict.facts)
        running.finish(session)


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder beside the presenter's own that is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ingest-", dir=folder) as name:
        yield Path(name)


def _tail(path: Path) -> str:
    return path.read_text("utf-8", "replace")[-500:]
