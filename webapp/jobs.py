"""The doorbell: tells a worker that there is something to do. What, and whether it still is, stands in SQL.

Ring after the commit, with ids only. A bell that is lost (the queue is down) is not an error: the sweeper rings again.
"""

import os
from functools import lru_cache
from typing import Final

import structlog
from flask import current_app, has_app_context
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from webapp.models.job import Job
from webapp.settings import Settings

ANSWER: Final = "roles.door.answer"
SERIALIZER: Final = "json"
RESULT_TTL_S: Final = 60
FAILURE_TTL_S: Final = 3600
CONNECT_TIMEOUT_S: Final = 2

log = structlog.get_logger("jobs")


@lru_cache(maxsize=8)
def connection(url: str) -> "Redis[bytes]":
    """The queue's server. Connections are made on use and never shared across a fork."""
    return Redis.from_url(url, socket_connect_timeout=CONNECT_TIMEOUT_S)


def queue(name: str, url: str = "") -> Queue:
    """The queue called `name`, on the server of the settings unless `url` says another."""
    return Queue(name, connection=connection(url or _queue_url()), serializer=SERIALIZER)


def ring(queue_name: str, function: str, *args: str | int, bell: str | None = None, url: str = "") -> bool:
    """Put a doorbell on the queue; False if there is none or it does not answer. A `bell` still waiting to be heard is not rung twice."""
    server = url or _queue_url()
    if not server:
        log.warning("doorbell lost", queue=queue_name, function=function, reason="no queue is named")
        return False
    try:
        _ring(queue(queue_name, server), function, args, bell)
    except RedisError as error:
        log.warning("doorbell lost", queue=queue_name, function=function, reason=str(error))
        return False
    return True


def ring_job(job: Job, *, url: str = "") -> bool:
    """Ring for a queued job row."""
    return ring(job.queue, ANSWER, job.id, bell=f"{job.id}-{job.fence}", url=url)


def _ring(target: Queue, function: str, args: tuple[str | int, ...], bell: str | None) -> None:
    if bell is not None and target.get_job_position(bell) is not None:
        return
    target.enqueue_call(function, args=args, job_id=bell, timeout=-1, result_ttl=RESULT_TTL_S, failure_ttl=FAILURE_TTL_S)


def _queue_url() -> str:
    """Of the application at hand, else (in a worker) of the environment."""
    if has_app_context():
        return str(current_app.extensions["piying"][0].queue_url)
    return _environment().queue_url


@lru_cache(maxsize=1)
def _environment() -> Settings:
    return Settings.from_environment(os.environ)
