"""Preview sessions: who has a slot, who waits, which worker shows it, and what is said to it. They live in the frames server, not in SQL.

A session is a tab. Its record lasts as long as the web process that holds the tab's socket renews it; a worker works for it as long as
the record names the worker's generation. What a worker draws goes straight to that web process, and is kept nowhere.
"""

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from redis import Redis
from redis.exceptions import RedisError

from render.timeline import codec
from render.timeline.manifest import LinkManifest
from webapp.jobs import CONNECT_TIMEOUT_S
from webapp.services.preview_wire import FrameHead, Message

LINE: Final = "preview:line"
ARRIVALS: Final = "preview:arrivals"
RECORD_MS: Final = 6_000
ALIVE_MS: Final = 1_500
CONTROL_S: Final = 30
WORDS_MAX: Final = 1_000
PROJECT_S: Final = 24 * 3600
MANIFEST_DIGITS: Final = 16
SOUND: Final = "flac"
"""As what pieces of sound are kept and sent: half the bytes of plain samples or fewer, and they join as those do."""
FRAME_NOTE: Final = b"f"
NEWS_NOTE: Final = b"n"
_TELL: Final = """
for _, session in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local words = 'preview:' .. session .. ':control'
    redis.call('RPUSH', words, ARGV[1])
    redis.call('LTRIM', words, -ARGV[2], -1)
    redis.call('EXPIRE', words, ARGV[3])
end
"""


@dataclass(frozen=True, slots=True)
class Record:
    """A session as it stands. `owner` is the web process that holds its tab."""

    project_id: str
    language: str
    login_id: str
    owner: str
    generation: int
    short_side_px: int
    shape: str = ""
    """The variant that the tab shows first."""


class Previews:
    """All sessions on one frames server, with `slots` of them shown at a time."""

    def __init__(self, client: "Redis[bytes]", slots: int) -> None:
        self.client, self.slots = client, slots
        self._tell = client.register_script(_TELL)

    def open(
        self, project_id: str, tenant_id: str, language: str, login_id: str, owner: str, *, short_side_px: int, shape: str = ""
    ) -> str:
        """A new session at the end of the line."""
        session = secrets.token_hex(16)
        who = {"project": project_id, "tenant": tenant_id, "language": language, "login": login_id, "owner": owner}
        facts = {**who, "generation": 0, "side": short_side_px, "shape": shape}
        arrival = int(self.client.incr(ARRIVALS))
        with self.client.pipeline() as batch:
            batch.hset(_key(session), mapping=cast("dict[str | bytes, bytes | float | int | str]", facts))
            batch.pexpire(_key(session), RECORD_MS)
            batch.zadd(LINE, {session: arrival})
            batch.sadd(_project_key(project_id), session)
            batch.expire(_project_key(project_id), PROJECT_S)
            batch.execute()
        return session

    def adopt(self, session: str, project_id: str, login_id: str, owner: str) -> bool:
        """Take over a session whose tab has come back on a new socket; False where it is gone or somebody else's."""
        record = self.record(session)
        if record is None or (record.project_id, record.login_id) != (project_id, login_id):
            return False
        self.client.hset(_key(session), "owner", owner)
        return self.renew((session,)) == [True]

    def record(self, session: str) -> Record | None:
        """The session, if its tab is still there."""
        facts = self.client.hgetall(_key(session))
        if b"project" not in facts:
            return None
        text = {name.decode(): value.decode() for name, value in facts.items()}
        numbers = int(text["generation"]), int(text["side"])
        return Record(text["project"], text["language"], text["login"], text["owner"], *numbers, text.get("shape", ""))

    def renew(self, sessions: Iterable[str]) -> list[bool]:
        """Say that these tabs are still there; False for a session that has gone."""
        with self.client.pipeline(transaction=False) as batch:
            for session in sessions:
                batch.pexpire(_key(session), RECORD_MS)
            return [bool(answer) for answer in batch.execute()]

    def close(self, session: str) -> None:
        """Give the slot back, or leave the line."""
        record = self.record(session)
        self.say(session, {"type": "close"})
        with self.client.pipeline() as batch:
            batch.delete(_key(session))
            batch.zrem(LINE, session)
            if record is not None:
                batch.srem(_project_key(record.project_id), session)
            batch.execute()

    def places(self) -> dict[str, int]:
        """Everybody's place: 0 holds a slot, n is the nth of those who wait. Sessions whose tabs have gone leave the line here."""
        line = [session.decode() for session in self.client.zrange(LINE, 0, -1)]
        with self.client.pipeline(transaction=False) as batch:
            for session in line:
                batch.hget(_key(session), "tenant")
            tenants = dict(zip(line, batch.execute(), strict=True))
        gone = [session for session, tenant in tenants.items() if tenant is None]
        if gone:
            self.client.zrem(LINE, *gone)
        order = in_turn({session: tenant for session, tenant in tenants.items() if tenant is not None})
        return {session: max(0, index + 1 - self.slots) for index, session in enumerate(order)}

    def begin(self, session: str) -> int:
        """A new generation: whoever worked for the session until now is heard no more."""
        with self.client.pipeline() as batch:
            batch.hincrby(_key(session), "generation", 1)
            batch.pexpire(_key(session), RECORD_MS)
            return int(batch.execute()[0])

    def beat(self, session: str, generation: int) -> Record | None:
        """A worker's sign of life; its record, or None where this generation is over."""
        record = self.record(session)
        if record is None or record.generation != generation:
            return None
        self.client.set(_alive_key(session), generation, px=ALIVE_MS)
        return record

    def alive(self, sessions: Iterable[str]) -> list[int]:
        """For each session the generation whose worker lives, or 0."""
        keys = [_alive_key(session) for session in sessions]
        return [int(value or 0) for value in self.client.mget(keys)] if keys else []

    def say(self, session: str, *messages: Message) -> None:
        """Tell the session's worker."""
        with self.client.pipeline() as batch:
            batch.rpush(_control_key(session), *(json.dumps(message) for message in messages))
            batch.ltrim(_control_key(session), -WORDS_MAX, -1)
            batch.expire(_control_key(session), CONTROL_S)
            batch.execute()

    def tell_project(self, project_id: str, message: Message) -> None:
        """Tell the workers of every tab on a project. The server looks up which these are: a picture waits for one answer less."""
        self._tell(keys=[_project_key(project_id)], args=[json.dumps(message), WORDS_MAX, CONTROL_S])

    def watched(self, project_ids: Iterable[str]) -> set[str]:
        """Those of these projects that a tab is open on."""
        projects = list(project_ids)
        with self.client.pipeline(transaction=False) as batch:
            for project_id in projects:
                batch.smembers(_project_key(project_id))
            tabs = dict(zip(projects, batch.execute(), strict=True))
        keys = {project_id: [_key(session.decode()) for session in sessions] for project_id, sessions in tabs.items()}
        return {project_id for project_id, mine in keys.items() if mine and self.client.exists(*mine)}

    def hear(self, session: str, patience_s: float) -> list[Message]:
        """All that was said to the session's worker; waits up to `patience_s` for the first word. One question to the server either way."""
        key = _control_key(session)
        if patience_s <= 0:
            return _read(self.client.lpop(key, WORDS_MAX))
        spoken = self.client.blmpop(max(0.001, patience_s), 1, key, direction="LEFT", count=WORDS_MAX)  # type: ignore[attr-defined]  # not in the stubs
        return _read(spoken and spoken[1])

    def show(self, owner: str, head: FrameHead, jpeg: bytes) -> None:
        """Send a frame to the web process that holds its tab; where that listens no more, nobody sees it."""
        self.client.publish(channel(owner), b"".join((FRAME_NOTE, head.pack(), jpeg)))

    def report(self, owner: str, session: str, event: str, facts: Message) -> None:
        """Tell the session's tab something."""
        self.client.publish(channel(owner), NEWS_NOTE + json.dumps({"session": session, "event": event, "facts": facts}).encode())


def in_turn(tenants: Mapping[str, bytes]) -> list[str]:
    """Sessions in the order of their turn, given with their tenants in the order of arrival: the first tab of everybody, then the seconds.

    So a tenant with many tabs keeps nobody else waiting for more than one of them.
    """
    held = Counter[bytes]()
    turns = {}
    for session, tenant in tenants.items():
        turns[session] = held[tenant]
        held[tenant] += 1
    return sorted(tenants, key=lambda session: turns[session])


@lru_cache(maxsize=4)
def at(url: str, slots: int) -> Previews:
    """The sessions on the server at `url`. Connections are made on use.

    They speak protocol 2: of protocol 3 the library writes each note out as text for its own log, heard or not, pictures too.
    """
    client: Redis[bytes] = Redis.from_url(url, socket_connect_timeout=CONNECT_TIMEOUT_S, protocol=2)  # type: ignore[call-overload]  # not in the stubs
    return Previews(client, slots)


def tell_revision(url: str, project_id: str, revision: int) -> None:
    """After an edit: let every preview of the project show it. Without a frames server nobody is told."""
    tell(url, project_id, {"type": "revision", "revision": revision})


def tell(url: str, project_id: str, message: Message) -> None:
    """Tell the workers of every tab on a project, if anybody can be told."""
    if not url:
        return
    try:
        at(url, 1).tell_project(project_id, message)
    except RedisError:
        return


def channel(owner: str) -> str:
    """Where the web process called `owner` listens."""
    return f"preview:web:{owner}"


def manifest_name(manifest: LinkManifest, shape: str = "", *, plain: bool = False) -> str:
    """16 hexadecimal digits that name what has been voiced, how long everything takes, and as what it is seen."""
    blocks = {block.block_id: [block.speech_digest, block.times.duration] for block in manifest.blocks.values()}
    media = dict(manifest.media_durations)
    said = {"language": manifest.language, "engines": list(manifest.engines), "blocks": blocks}
    facts = said | {"media": media, "shape": shape, "plain": plain}
    return codec.digest(cast("Any", facts))[:MANIFEST_DIGITS]


def sound_name(project_id: str, digest: str) -> str:
    """The artefact of a piece of sound: another project's id leads nowhere."""
    return codec.digest({"project": project_id, "sound": digest})


def _read(words: list[bytes] | None) -> list[Message]:
    return [json.loads(word) for word in words or ()]


def _key(session: str) -> str:
    return f"preview:{session}"


def _control_key(session: str) -> str:
    return f"preview:{session}:control"


def _alive_key(session: str) -> str:
    return f"preview:{session}:alive"


def _project_key(project_id: str) -> str:
    return f"preview:project:{project_id}"
