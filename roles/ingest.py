"""The ingest role: an uploaded portrait or clip is judged in a cell and becomes a presenter, or is refused in words that help."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from roles.portrait import Order
from roles.sandbox import Sight, Walls
from webapp.errors import Unavailable
from webapp.models.columns import utc_now
from webapp.models.job import Job
from webapp.models.presenter import Presenter
from webapp.nudges import nudge_tenant
from webapp.services import customisations, outfits, presenters, training
from webapp.services.presenters import Findings
from webapp.settings import Environment, Settings

CELL_S_MAX: Final = {"photo": 180, "clip": 3600}
LOOK_S: Final = 0.2
OUTPUT_BYTES_MAX: Final = 64 * 1024
STAGES: Final = frozenset({"judging", "cutting"})
PROGRESS: Final = "progress"
MACHINERY: Final = "render.avatar.ingest"
FAILED: Final = 1
"""The exit status of a cell that could not be made, or whose program raised; a killed one has another."""

log = structlog.get_logger("ingest")


class CellFailed(Exception):
    """The cell broke down, and not because of the picture: worth another attempt."""


def ingest(running: Running) -> None:
    """Judge what the job's presenter was brought from; the verdict and the job's end are written together."""
    here = house()
    with here.database.reading() as session:
        presenter = presenters.to_be_judged(session, running.claim.subject_id)
    root = here.settings.presenters
    with _aside(root / presenter.id) as aside:
        order = _order(here, presenter, presenters.original_of(root, presenter.id), aside)
        verdict = judge(running, here.settings, order, aside)
        _keep_good(running, here, verdict, aside, presenters.folder_of(root, presenter.id, presenter.revision))
        with here.database.transaction() as session:
            presenters.judged(session, presenter.id, verdict, reviewed=here.settings.reviews_uploads)
            customisations.settle(session, presenter.id, utc_now())
            running.finish(session)
    nudge_tenant(presenter.tenant_id, "presenter", presenter.id)


def outfit(running: Running) -> None:
    """The same for a further set of a presenter, held to its first one."""
    here = house()
    with here.database.reading() as session:
        brought, presenter = outfits.to_be_judged(session, running.claim.subject_id)
    root = here.settings.presenters
    with _aside(root / presenter.id) as aside:
        first = presenters.folder_of(root, presenter.id, presenter.revision) / "avatar.json"
        here.storage.bring(first, anew=True)
        order = _order(here, presenter, outfits.original_of(root, presenter.id, brought.id), aside)
        verdict = judge(running, here.settings, replace(order, like=first.read_text("utf-8")), aside)
        _keep_good(running, here, verdict, aside, outfits.folder_of(root, presenter, brought.id))
        with here.database.transaction() as session:
            outfits.judged(session, brought.id, verdict)
            running.finish(session)
    nudge_tenant(presenter.tenant_id, "presenter", presenter.id)


def trial(running: Running) -> None:
    """Five seconds of a clip, cut out in the ways that the operator wants to compare."""
    here = house()
    with here.database.reading() as session:
        presenter = presenters.to_be_judged(session, running.claim.subject_id)
    root = here.settings.presenters
    with _aside(root / presenter.id) as aside:
        order = _order(here, presenter, presenters.original_of(root, presenter.id), aside)
        judge(running, here.settings, replace(order, trials=tuple(presenter.options.get("trying", ()))), aside)
        _keep(here, aside / "made", root / presenter.id / training.TRIALS)
        with here.database.transaction() as session:
            training.tried(session, presenter.id)
            running.finish(session)
    nudge_tenant(presenter.tenant_id, "presenter", presenter.id)


def ended(session: Session, job: Job) -> None:
    """The job failed or was cancelled for good: the presenter says so, and may be tried again."""
    presenters.not_judged(session, job.subject_id, job.error_code or job.state.value)


def outfit_ended(session: Session, job: Job) -> None:
    """The same for a set."""
    outfits.not_judged(session, job.subject_id, job.error_code or job.state.value)


def judge(running: Running, settings: Settings, order: Order, aside: Path) -> Findings:
    """Run the cell on an order, writing to `aside / "made"`. Raises Unavailable, SetupIncomplete, JobCancelled, JobLost."""
    running.progress("reading", 0, 1)
    networks = [settings.models / name for name in ("faces", "listening")]
    sight = Sight([Path(order.original), *networks], [aside], lent_kernels(aside))
    return _read(_run(running, sandbox.command(_walls(settings), "roles.portrait", [order.as_argument()], sight), aside, order.kind))


def _order(here: House, presenter: Presenter, original: Path, aside: Path) -> Order:
    here.storage.bring(original)
    return Order(
        original=str(original),
        folder=str(aside / "made"),
        models=str(here.settings.models),
        progress=str(aside / PROGRESS),
        kind=presenter.kind.value,
        presenter_id=presenter.id,
        consent=presenter.consent_id or "",
        matting=str(presenter.options.get("matting", "")),
    )


def lent_kernels(aside: Path) -> dict[Path, Path]:
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


def _run(running: Running, command: list[str], aside: Path, kind: str) -> str:
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
            status = _wait(running, child, aside / PROGRESS, CELL_S_MAX[kind])
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


def _wait(running: Running, child: "subprocess.Popen[bytes]", told: Path, s_max: int) -> int:
    """The child's exit status, or -1 when its time was up; passes on what it tells, and looks whether the job is still wanted."""
    last = ""
    for _ in range(round(s_max / LOOK_S)):
        try:
            return child.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            running.check()
            last = _pass_on(running, told, last)
    return -1


def _pass_on(running: Running, told: Path, last: str) -> str:
    """Write down how far the cell says it is, where that is new. What it says is a stranger's word: only known stages and numbers count."""
    text = told.read_text("utf-8")[:OUTPUT_BYTES_MAX] if told.is_file() else ""
    if text == last:
        return last
    stage, done, total = json.loads(text)
    if stage in STAGES:
        running.progress(stage, int(done), int(total))
    return text


def _read(said: str) -> Findings:
    told: dict[str, Any] = json.loads(said) if said else {"reasons": ["unreadable"], "facts": {}}
    if "error" in told:
        raise SetupIncomplete(**told["facts"])
    return Findings(tuple(told["reasons"]), dict(told["facts"]), tuple(told.get("notes", ())))


def _keep_good(running: Running, here: House, verdict: Findings, aside: Path, folder: Path) -> None:
    running.progress("keeping", 0, 1)
    if not verdict.reasons:
        _keep(here, aside / "made", folder)


def _keep(here: House, made: Path, folder: Path) -> None:
    """Put a finished folder in its place, whatever an earlier attempt left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made.replace(folder)
    here.storage.keep(folder)


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder beside the presenter's own that is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ingest-", dir=folder) as name:
        yield Path(name)


def _tail(path: Path) -> str:
    return path.read_text("utf-8", "replace")[-500:]
