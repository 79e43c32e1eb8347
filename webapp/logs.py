"""Logs: one line an event, in UTC. What a function held when it failed is not written down: it may be somebody's script or key."""

import structlog
from structlog.typing import Processor

from webapp.settings import Environment


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
