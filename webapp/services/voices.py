"""Voicing on demand: what a person needs to hear first is said first, whoever's project it is.

A bell means *one more sentence*. Whose, is decided when a voice is free: every project keeps a list of its wishes, which the asker writes
anew each time, from the playhead on; what nobody has in front of her (words of exports, samples) stands in one more, *the rest*. Of the
projects that somebody watches, the one that has heard least since it last had all comes first, of those the one that asked last. So who has
just opened a script hears its first sentence before the tenth of a script that was there already, and both take turns from then on. While
people wait, the rest and what was left behind have every fourth sentence. Without the lists a bell means its own sentence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Final

import structlog
from redis import Redis
from redis.exceptions import RedisError
from sqlmodel import Session

from render.timeline.placed import PlacedTimeline
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import documents, linking, previews
from webapp.services.previews import Previews
from webapp.settings import Settings

WISHES_S: Final = 600
OPENING_S: Final = 15
"""So long after its script was sent a project counts as watched, though no tab has opened it yet."""
REST_EVERY: Final = 4
"""At the latest every so many sentences one is for nobody who watches."""
WAITING: Final = "voices:waiting"
"""Projects that have wishes, by how many were said of them since they last had none."""
ASKED: Final = "voices:asked"
"""The same, by when they asked last, counted in `ASKS`."""
ASKS: Final = "voices:asks"
REST: Final = "voices:rest"
SINCE_REST: Final = "voices:since-rest"
_DIGEST_LENGTH: Final = 64

log = structlog.get_logger("voices")


class For(Enum):
    """For whom a sentence is said: somebody who watches; nobody, as nobody waits; or others, whose turn it is whoever waits."""

    WATCHER = auto()
    NOBODY = auto()
    OTHERS = auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """A sentence that is to be said, and the project that is to hear of it."""

    digest: str
    project_id: str
    audience: For = For.OTHERS


@dataclass(frozen=True, slots=True)
class Waiting:
    """A project with wishes: how many were said of it already, and when it asked last."""

    project_id: str
    said: int
    asked: int
    watched: bool


THE_REST: Final = Waiting("", 0, 0, watched=False)


def ask(client: "Redis[bytes]", project_id: str, digests: Sequence[str], *, queue_url: str, opening: bool = False) -> None:
    """Want these sentences voiced, in this order and no others; rings once for each that no bell waits for.

    `opening` says that somebody is about to look.
    """
    try:
        _write(client, project_id, digests, opening=opening)
    except RedisError as error:
        log.info("wishes not written", reason=str(error))
    linking.ask(digests, project_id, url=queue_url, wished=True)


def ask_opening(settings: Settings, project_id: str, digests: Sequence[str]) -> None:
    """Want the words of a script that has just been sent, before a tab looks at it. Without servers the tab asks by itself."""
    if settings.frames_url and settings.queue_url:
        client = previews.at(settings.frames_url, settings.preview_slots).client
        ask(client, project_id, digests, queue_url=settings.queue_url, opening=True)


def wishes(there: Previews, bell: Wish, *, wished: bool) -> Iterator[Wish]:
    """What to say upon a bell, the most urgent first: go on until one of them was still to be said.

    A bell that was not rung by `ask` adds its own sentence to the rest.
    """
    nothing = True
    try:
        if not wished:
            _set_aside(there.client, bell)
        while wish := _next(there):
            nothing = False
            yield wish
    except RedisError as error:
        log.info("wishes not read", reason=str(error))
        nothing = True
    if nothing:
        yield bell


def turn(waiting: Iterable[Waiting], *, rest: bool, since_rest: int) -> Waiting | None:
    """Whose turn it is, None where nobody waits. `rest` says that there is some.

    `since_rest` sentences were said for watched projects since one was said for anybody else.
    """
    everybody = sorted(waiting, key=lambda one: (one.said, -one.asked))
    watched = [one for one in everybody if one.watched]
    others = [*([THE_REST] if rest else []), *(one for one in everybody if not one.watched)]
    late = since_rest >= REST_EVERY - 1 and others
    if watched and not (watched[0].said and late):
        return watched[0]
    return others[0] if others else None


def put_back(there: Previews, wish: Wish, *, queue_url: str) -> None:
    """Say a sentence later that gave way. It gives way once: the next time it is said to its end."""
    there.client.set(_given_way_key(wish), 1, ex=WISHES_S)
    linking.ask((wish.digest,), wish.project_id, url=queue_url)


def somebody_waits(there: Previews) -> bool:
    """Whether somebody who watches has heard nothing yet of what she wishes."""
    return any(one.watched and not one.said for one in _waiting(there))


def last_asked(there: Previews, project_id: str) -> float | None:
    """A number that grows whenever the project asks; None while it wishes for nothing."""
    return there.client.zscore(ASKED, project_id)


def unvoiced(session: Session, tenant: Tenant, project_id: str, now: datetime) -> tuple[str, ...]:
    """The sentences of a project that nobody has said, in their order, written down as wanted; ask for them after the commit."""
    loaded = documents.current(session, tenant, project_id)
    missing = linking.gather(session, loaded.document, loaded.project.language, tenant_id=tenant.id).missing
    linking.want(session, missing, now, tenant_id=tenant.id)
    return tuple(missing)


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


def _write(client: "Redis[bytes]", project_id: str, digests: Sequence[str], *, opening: bool) -> None:
    asked = int(client.incr(ASKS))
    with client.pipeline() as batch:
        batch.delete(_key(project_id))
        if digests:
            batch.rpush(_key(project_id), *digests)
            batch.expire(_key(project_id), WISHES_S)
            batch.zadd(WAITING, {project_id: 0}, nx=True)
            batch.zadd(ASKED, {project_id: asked})
        else:
            batch.zrem(WAITING, project_id)
            batch.zrem(ASKED, project_id)
        if opening:
            batch.set(_opening_key(project_id), 1, ex=OPENING_S)
        batch.execute()


def _set_aside(client: "Redis[bytes]", bell: Wish) -> None:
    client.rpush(REST, f"{bell.digest}{bell.project_id}")
    client.expire(REST, WISHES_S)


def _next(there: Previews) -> Wish | None:
    """Take the most urgent wish off its list."""
    client = there.client
    while True:
        waiting = _waiting(there)
        next_one = turn(waiting, rest=bool(client.llen(REST)), since_rest=int(client.get(SINCE_REST) or 0))
        if next_one is None:
            return None
        wish = _taken(client, next_one)
        if wish is not None:
            due = any(one.watched for one in waiting) or client.exists(_given_way_key(wish))
            others = For.OTHERS if due else For.NOBODY
            return replace(wish, audience=For.WATCHER if next_one.watched else others)


def _taken(client: "Redis[bytes]", waiting: Waiting) -> Wish | None:
    """The first wish of a project, or of the rest; None where another worker was quicker, or the list has gone."""
    found = client.lpop(_key(waiting.project_id) if waiting.project_id else REST)
    if not isinstance(found, bytes):
        _forget(client, waiting.project_id)
        return None
    client.set(SINCE_REST, int(client.get(SINCE_REST) or 0) + 1 if waiting.watched else 0, ex=WISHES_S)
    digest, project_id = found[:_DIGEST_LENGTH].decode(), found[_DIGEST_LENGTH:].decode()
    if not waiting.project_id:
        return Wish(digest, project_id)
    client.zincrby(WAITING, 1, waiting.project_id)
    if not client.exists(_key(waiting.project_id)):
        _forget(client, waiting.project_id)
    return Wish(digest, waiting.project_id)


def _forget(client: "Redis[bytes]", project_id: str) -> None:
    """The project has all that it wished for."""
    client.zrem(WAITING, project_id)
    client.zrem(ASKED, project_id)


def _waiting(there: Previews) -> list[Waiting]:
    said = {project.decode(): int(count) for project, count in there.client.zrange(WAITING, 0, -1, withscores=True)}
    asked = {project.decode(): int(number) for project, number in there.client.zrange(ASKED, 0, -1, withscores=True)}
    watched = there.watched(said)
    opening = [bool(there.client.exists(_opening_key(project))) for project in said]
    return [
        Waiting(project, count, asked.get(project, 0), watched=project in watched or (is_opening and not count))
        for (project, count), is_opening in zip(said.items(), opening, strict=True)
    ]


def _key(project_id: str) -> str:
    return f"voices:{project_id}"


def _given_way_key(wish: Wish) -> str:
    return f"voices:{wish.digest}:given-way"


def _opening_key(project_id: str) -> str:
    return f"voices:{project_id}:opening"
