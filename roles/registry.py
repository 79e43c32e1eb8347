"""Which worker answers which queue, and which code does which kind of job. Names only: importing this costs nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Role:
    """A sort of worker process.

    A forking worker runs each job in a child of a parent that has imported `preload` but computed nothing.
    A `warm` one runs jobs in its own process and keeps what they load. `warm_up` is called in either before the first job.
    `nice` is its priority below the web's. Queues are answered in their order. Besides the workers that are asked
    for there is one for each of `beside`, which answers those queues alone: so what takes seconds never waits for what takes longer, and
    what takes less than a minute not for what takes many.
    """

    name: str
    queues: tuple[str, ...] = ()
    beside: tuple[tuple[str, ...], ...] = ()
    preload: tuple[str, ...] = ()
    warm: bool = False
    warm_up: str = ""
    nice: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: `work(running)` does it; `ended(session, job)` hears, in the same transaction, that it failed or was cancelled.

    Tenants take turns at those `in_turn`: a bell for one says that there is work, and `services.turns` says whose.
    """

    work: str
    ended: str | None = None
    in_turn: bool = False


TABLES: Final = ("webapp.models.everything", "webapp.services.jobs")
LOOPS: Final = "render.audio.weighting.warm"
"""Loads a compiled loop, and with it what every other needs: 0.6 s and 60 MB that children need not take each. It starts no thread."""
PICTURES: Final = ("torch", "numpy", "numba", "av", "PIL.Image")
PRESENTERS: Final = "render.avatar.presenters"
"""With it comes torch, a fifth of a gigabyte that drawing itself does without: children of whoever draws presenters share it."""

INGEST: Final = ("ingest", "films", "long")
"""What takes seconds; what takes about as long as a film lasts; what takes minutes."""

ROLES: Final = {
    role.name: role
    for role in (
        Role("preview", ("preview",), preload=(*TABLES, *PICTURES, PRESENTERS, "roles.preview"), warm_up=LOOPS),
        Role("render", ("render",), preload=(*TABLES, *PICTURES, PRESENTERS, "roles.render"), warm_up=LOOPS, nice=10),
        Role("speech", ("speech",), preload=TABLES, warm=True, warm_up="roles.speech.warm_up", nice=2),
        Role("ingest", INGEST, beside=(INGEST[:1], INGEST[:2]), preload=(*TABLES, *PICTURES), nice=10),
        Role("clock"),
    )
}

KINDS: Final = {
    "export": Kind("roles.render.export", ended="webapp.services.exports.ended", in_turn=True),
    "ingest": Kind("roles.ingest.ingest", ended="roles.ingest.ended"),
    "outfit": Kind("roles.ingest.outfit", ended="roles.ingest.outfit_ended"),
    "trial": Kind("roles.ingest.trial"),
    "mouth-trial": Kind("roles.mouth_trial.compare", ended="roles.mouth_trial.ended"),
    "sample": Kind("roles.samples.make"),
    "spoken-consent": Kind("roles.spoken.hear", ended="roles.spoken.ended"),
    "material": Kind("roles.media_ingest.ingest", ended="roles.media_ingest.ended"),
    "film": Kind("roles.media_ingest.make", ended="roles.media_ingest.ended"),
    "erasure": Kind("roles.erasure.erase"),
    "takeout": Kind("roles.takeout.pack"),
}


def resolve(path: str) -> Callable[..., Any]:
    """The function called `path`, imported now."""
    module, _, name = path.rpartition(".")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
