"""What a failed test prints: what was said while it ran, without a line for each request and without what every function held."""

import structlog
from structlog.typing import EventDict, WrappedLogger


def without_requests(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Drop the line that each answered request has."""
    if event.get("event") == "request":
        raise structlog.DropEvent
    return event


structlog.configure(
    processors=[
        without_requests,
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ],
)
