"""The clock: one process among all sweeps lapsed leases, rings lost doorbells again and clears out what has expired."""

import os
import signal
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final

import structlog
from redis.exceptions import RedisError
from rq.registry import StartedJobRegistry
from sqlalchemy.exc import SQLAlchemyError

from roles.base import tell_ended
from roles.house import House, house
from roles.registry import ROLES, resolve
from webapp import jobs as doorbells
from webapp.models.columns import utc_now
from webapp.models.job import Job, JobState
from webapp.services import jobs, leases

TICK_S: Final = 4.0
OFFICE: Final = "clock"
OFFICE_S: Final = 12.0
EXPIRY_EVERY_TICKS: Final = 15
EVICTION_EVERY_TICKS: Final = 225
EVICTION: Final = "roles.eviction.evict"
EXPIRIES: Final = (
    "webapp.services.expiries.forget_codes",
    "webapp.services.expiries.forget_messages",
    "webapp.services.exports.forget_quotes",
    "roles.eviction.delete_projects",
    "webapp.services.payments.settle",
    "webapp.services.purchases.expire",
    "webapp.services.settlement.sweep_holds",
    "webapp.services.customisations.sweep",
    "webapp.services.seats.renew",
    "webapp.services.entitlements.expire",
    "roles.letters.post",
    "webapp.services.demo.finish",
    "webapp.services.assets.take_up",
    "webapp.services.deletions.follow",
    "roles.media_ingest.clear_out",
    "roles.takeout.clear_out",
)

log = structlog.get_logger("clock")


@dataclass(slots=True)
class Clock:
    """One candidate for the office; `expiries` are functions of (session, now), called about once a minute.

    `eviction` is a function of the house, called every quarter of an hour beside all else: looking through files may take its time.
    """

    house: House
    holder: str
    expiries: Sequence[str] = ()
    eviction: str = ""
    _blind: bool = False
    _lenient_until: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    def tick(self, number: int, now: datetime) -> bool:
        """Do what is due, if the office is ours."""
        ours = self._hold(now)
        if self._blind:
            self._blind, self._lenient_until = False, now + timedelta(seconds=jobs.LEASE_S)
        if not ours:
            return False
        if now >= self._lenient_until:
            self._sweep(now)
        if number % EXPIRY_EVERY_TICKS == 0:
            self._expire(now)
        if self.eviction and number % EVICTION_EVERY_TICKS == 0 and EVICTION not in {thread.name for thread in threading.enumerate()}:
            threading.Thread(target=self._evict, name=EVICTION, daemon=True).start()
        self._clean_registries()
        return True

    def missed(self) -> None:
        """The database was away: nobody could renew a lease. Those that work get a lease's time to do so before they count as dead."""
        self._blind = True

    def give_up(self, now: datetime) -> None:
        """Let the next one begin without waiting."""
        with self.house.database.transaction() as session:
            leases.give_up(session, OFFICE, self.holder, now=now)

    def _hold(self, now: datetime) -> bool:
        with self.house.database.transaction() as session:
            return leases.hold(session, OFFICE, self.holder, seconds=OFFICE_S, now=now)

    def _sweep(self, now: datetime) -> None:
        with self.house.database.transaction() as session:
            changed = jobs.sweep(session, now)
            for job in changed:
                tell_ended(session, job)
        for job in changed:
            self._act(job)

    def _act(self, job: Job) -> None:
        log.info("job swept", job=job.id, kind=job.kind, state=job.state.value, attempt=job.attempt)
        if job.state is JobState.QUEUED:
            doorbells.ring_job(job, url=self.house.settings.queue_url)

    def _expire(self, now: datetime) -> None:
        for path in self.expiries:
            with self.house.database.transaction() as session:
                resolve(path)(session, now)

    def _evict(self) -> None:
        try:
            resolve(self.eviction)(self.house)
        except (SQLAlchemyError, OSError) as error:
            log.warning("eviction broke off", reason=str(error))

    def _clean_registries(self) -> None:
        for queue in (name for role in ROLES.values() for name in role.queues):
            StartedJobRegistry(queue=doorbells.queue(queue, self.house.settings.queue_url)).cleanup()


def run() -> None:
    """Tick until told to stop. What goes wrong in one tick is said and tried again in the next."""
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    clock = Clock(house(), f"{socket.gethostname()}:{os.getpid()}", EXPIRIES, EVICTION)
    number = 0
    while not stop.wait(TICK_S if number else 0):
        _tick(clock, number)
        number += 1
    clock.give_up(utc_now())


def _tick(clock: Clock, number: int) -> None:
    try:
        clock.tick(number, utc_now())
    except RedisError as error:
        log.warning("tick broken off", reason=str(error))
    except SQLAlchemyError as error:
        clock.missed()
        log.warning("tick missed", reason=str(error))
