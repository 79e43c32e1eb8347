"""Voicing on demand: what a project needs to hear first is said first.

A bell means *one more sentence for this project*. Which one stands in a list that the asker writes anew each time, so that a bell rung for
words that have been rewritten since voices what is needed now. The list is a hint: without it a bell means its own sentence.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from redis import Redis
from redis.exceptions import RedisError
from sqlmodel import Session

from render.timeline.placed import PlacedTimeline
from webapp.models.project import Project
from webapp.services import linking

WISHES_S: Final = 600
_DIGEST_LENGTH: Final = 64

log = structlog.get_logger("voices")


def ask(client: "Redis[bytes]", project_id: str, digests: Sequence[str], *, queue_url: str) -> None:
    """Want these sentences voiced, in this order and no others; rings once for each that no bell waits for."""
    try:
        _write(client, _key(project_id), digests)
    except RedisError as error:
        log.info("wishes not written", reason=str(error))
    linking.ask(digests, project_id, url=queue_url)


def next_wish(client: "Redis[bytes]", project_id: str, digest: str) -> str:
    """What to voice upon a bell rung for `digest`: the first wish of the project, else the sentence itself."""
    try:
        first = client.lpop(_key(project_id))
    except RedisError:
        return digest
    return first.decode() if isinstance(first, bytes) and len(first) == _DIGEST_LENGTH else digest


def thrown_away(session: Session, project_id: str) -> bool:
    """Whether nobody waits for the project's words any more."""
    project = session.get(Project, project_id)
    return project is not None and project.trashed_at is not None


def in_order_of_need(missing: Iterable[str], needed: Sequence[str]) -> list[str]:
    """`missing` with those first that stand in `needed`, in its order."""
    left = list(dict.fromkeys(missing))
    first = [digest for digest in dict.fromkeys(needed) if digest in left]
    return [*first, *(digest for digest in left if digest not in first)]


def blocks_from(timeline: PlacedTimeline, ticks: int) -> list[str]:
    """Ids of blocks in the order in which a playhead at `ticks` comes to them, those before it last."""
    blocks = [(scene.range.start + block.range.end, block.id) for scene in timeline.scenes for block in scene.blocks]
    return [block for end, block in blocks if end > ticks] + [block for end, block in blocks if end <= ticks]


def _write(client: "Redis[bytes]", key: str, digests: Sequence[str]) -> None:
    with client.pipeline() as batch:
        batch.delete(key)
        if digests:
            batch.rpush(key, *digests)
            batch.expire(key, WISHES_S)
        batch.execute()


def _key(project_id: str) -> str:
    return f"voices:{project_id}"
