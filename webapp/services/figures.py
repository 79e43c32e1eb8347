"""Figures for whoever watches: how long work waits and takes, who looks at previews, what is held. Numbers only, never whose."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.models.export import Export, ExportState
from webapp.models.job import Job, JobState
from webapp.models.ledger import Hold, HoldState
from webapp.services.pieces import Report

SPAN: Final = timedelta(hours=1)

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as Prometheus knows it: a gauge."""

    name: str
    meaning: str
    value: float
    labels: Labels = ()


def of_work(session: Session, now: datetime) -> Iterator[Figure]:
    """What SQL knows. What has ended is counted for the last hour."""
    yield from _waiting(session, now)
    yield from _ended(session, now)
    yield _rendered(session, now)
    yield from _held(session, now)


def of_pieces(report: Report | None) -> Iterator[Figure]:
    """What is kept of exports' pieces on this machine, as the clock last found it."""
    if report is not None:
        yield Figure("piying_pieces_bytes", "Bytes of exports' pieces that are kept.", report.bytes)
        yield Figure("piying_pieces_files", "Files of exports' pieces that are kept.", report.files)
        yield Figure("piying_pieces_evicted", "Files that the last look took away.", report.removed)


def of_previews(places: dict[str, int]) -> Iterator[Figure]:
    """How many tabs show a live picture, and how many stand in line for one: place 0 has it."""
    shown = sum(place == 0 for place in places.values())
    meaning = "Tabs with a live picture, and tabs in line for one."
    yield Figure("piying_preview_sessions", meaning, shown, (("state", "shown"),))
    yield Figure("piying_preview_sessions", meaning, len(places) - shown, (("state", "waiting"),))


def exposition(figures: Iterable[Figure]) -> str:
    """The figures in Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/."""
    lines: list[str] = []
    told = ""
    for figure in sorted(figures, key=lambda figure: figure.name):
        if figure.name != told:
            lines += [f"# HELP {figure.name} {figure.meaning}", f"# TYPE {figure.name} gauge"]
            told = figure.name
        labels = ",".join(f'{name}="{value}"' for name, value in figure.labels)
        lines.append(f"{figure.name}{{{labels}}} {figure.value:.10g}" if labels else f"{figure.name} {figure.value:.10g}")
    return "".join(f"{line}\n" for line in lines)


def _waiting(session: Session, now: datetime) -> Iterator[Figure]:
    asked = select(Job.queue, Job.state, sa.func.count(), sa.func.min(Job.created_at))
    asked = asked.where(col(Job.state).in_((JobState.QUEUED, JobState.RUNNING))).group_by(col(Job.queue), col(Job.state))
    for queue, state, count, oldest in session.exec(asked):
        labels = (("queue", queue),)
        yield Figure("piying_jobs", "Jobs that wait or are worked on.", count, (*labels, ("state", str(state))))
        if state is JobState.QUEUED:
            yield Figure("piying_queue_age_seconds", "How long the oldest job of a queue has waited.", _age_s(oldest, now), labels)


def _ended(session: Session, now: datetime) -> Iterator[Figure]:
    asked = select(Job.kind, Job.state, sa.func.count())
    asked = asked.where(col(Job.finished_at) > now - SPAN).group_by(col(Job.kind), col(Job.state))
    for kind, state, count in session.exec(asked):
        yield Figure("piying_jobs_ended", "Jobs that ended within the last hour.", count, (("kind", kind), ("state", str(state))))


def _rendered(session: Session, now: datetime) -> Figure:
    asked = select(Export.quote, Job.started_at, Job.finished_at).join(Job, col(Job.id) == col(Export.job_id))
    asked = asked.where(col(Export.state) == ExportState.DONE, col(Job.finished_at) > now - SPAN)
    film_s = worked_s = 0.0
    for quote, started, finished in session.exec(asked):
        film_s += quote.get("milliseconds", 0) / 1000
        worked_s += (finished - started).total_seconds() if started and finished else 0.0
    meaning = "Seconds of film made in each second of a render worker, within the last hour."
    return Figure("piying_render_seconds_per_second", meaning, film_s / worked_s if worked_s else 0.0)


def _held(session: Session, now: datetime) -> Iterator[Figure]:
    asked = select(sa.func.count(), sa.func.min(Hold.created_at)).where(col(Hold.state) == HoldState.OPEN)
    count, oldest = session.exec(asked).one()
    yield Figure("piying_holds", "Entitlements that are held for work under way.", count)
    yield Figure("piying_hold_age_seconds", "How long the oldest hold has stood.", _age_s(oldest, now))


def _age_s(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
