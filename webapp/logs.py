"""Logs: one line an event, in UTC, with the request, tenant and job it belongs to.

What a function held when it failed is not written down: it may be somebody's script or key.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from structlog.typing import Processor

from webapp.settings import Environment

_REQUEST: Final = re.compile(r"[0-9A-Za-z-]{8,64}")


def configure(environment: Environment) -> None:
    """Write readable lines; JSON in production, where machines read them. Call it once, at the door."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if environment is Environment.PRODUCTION:
        ending: list[Processor] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        ending = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    structlog.configure(processors=[*before, *ending], cache_logger_on_first_use=True)


def begin_request(asked_id: str) -> str:
    """From here on this thread's lines carry the request's id, which is returned: the proxy's if it looks like one, else a new one."""
    request_id = asked_id if _REQUEST.fullmatch(asked_id) else secrets.token_hex(16)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def for_tenant(tenant_id: str) -> None:
    """From here on this thread's lines carry the tenant that is acted for."""
    structlog.contextvars.bind_contextvars(tenant_id=tenant_id)


@contextmanager
def of_job(job_id: str, tenant_id: str) -> Iterator[None]:
    """Inside the block this thread's lines carry the job and its tenant."""
    with structlog.contextvars.bound_contextvars(job_id=job_id, tenant_id=tenant_id):
        yield
