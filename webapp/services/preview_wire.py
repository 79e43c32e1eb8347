"""What a preview says on its way: the header before every frame, and the control messages that a tab sends."""

import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from render.presets.exports import PREVIEW_SHORT_SIDES_PX
from webapp.errors import Invalid

MAGIC: Final = b"PYF2"
HEADER: Final = struct.Struct("<4s16sII8sqIHHHxxqq")
"""Little-endian: magic, session (16), generation, revision, manifest (8), ticks, sequence, width, height, flags, two spare bytes, and the
moments begun and made."""
TIMED: Final = 1
FINE: Final = 2
TICKS_MAX: Final = 24 * 3600 * 240_000
REVISION_MAX: Final = 2**31 - 1
SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FrameHead:
    """What a frame shows. `session` is 32, `manifest` 16 hexadecimal digits; `ticks` count from the project's start.

    A `timed` frame is to be shown when the sound comes to its ticks, any other at once. A `fine` one is of full quality. `begun_us` and
    `made_us` are microseconds since 1970 by the worker's clock: when the work that led to the frame began, and when its JPEG stood.
    """

    session: str
    generation: int
    revision: int
    manifest: str
    ticks: int
    sequence: int
    width_px: int
    height_px: int
    timed: bool = False
    fine: bool = False
    begun_us: int = 0
    made_us: int = 0

    def pack(self) -> bytes:
        """The header's bytes."""
        flags = TIMED * self.timed | FINE * self.fine
        session, manifest = bytes.fromhex(self.session), bytes.fromhex(self.manifest)
        place = (self.ticks, self.sequence, self.width_px, self.height_px, flags, self.begun_us, self.made_us)
        return HEADER.pack(MAGIC, session, self.generation, self.revision, manifest, *place)

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """Read the header that stands at the start of `data`. Raises ValueError for anything else."""
        if len(data) < HEADER.size or not data.startswith(MAGIC):
            raise ValueError("not a frame")
        _, session, generation, revision, manifest, ticks, sequence, width, height, flags, begun, made = HEADER.unpack_from(data)
        kind = {"timed": bool(flags & TIMED), "fine": bool(flags & FINE)}
        place = (ticks, sequence, width, height)
        return cls(session.hex(), generation, revision, manifest.hex(), *place, **kind, begun_us=begun, made_us=made)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame on its way: what it shows, and the bytes that go to the tab, its header and JPEG."""

    head: FrameHead
    data: bytes

    @classmethod
    def read(cls, data: bytes) -> Self:
        """A frame as its worker sent it. Raises ValueError for anything else."""
        return cls(FrameHead.unpack(data), data)


def read_control(data: Any) -> Message:
    """A control message as a tab may send it: nothing but the known fields in their bounds. Raises Invalid."""
    if not isinstance(data, Mapping):
        raise Invalid("control")
    match data.get("type"):
        case "seek" | "stop" | "clock" as kind:
            return {"type": kind, "ticks": _whole(data, "ticks", TICKS_MAX)}
        case "play":
            return {"type": "play", "ticks": _whole(data, "ticks", TICKS_MAX), "program": str(data.get("program", ""))[:40]}
        case "revision":
            return {"type": "revision", "revision": _whole(data, "revision", REVISION_MAX)}
        case "size":
            return {"type": "size", "short_side_px": short_side(data.get("short_side_px"))}
        case "shape":
            return {"type": "shape", "shape": shape(data.get("shape"))}
        case "plain":
            return {"type": "plain", "plain": data.get("plain") is True}
    raise Invalid("control")


def short_side(wanted_px: Any) -> int:
    """The smallest preview size that fills `wanted_px` pixels, or the largest there is."""
    if not isinstance(wanted_px, int):
        return PREVIEW_SHORT_SIDES_PX[1]
    return next((side for side in PREVIEW_SHORT_SIDES_PX if side >= wanted_px), PREVIEW_SHORT_SIDES_PX[-1])


def shape(wanted: Any) -> str:
    """The name of a variant of the document; empty for the document itself, and for what is no name."""
    return wanted if isinstance(wanted, str) and SHAPE.fullmatch(wanted) else ""


def coalesced(messages: Iterable[Message]) -> list[Message]:
    """The last message of each type, in the order in which those last ones came."""
    last: dict[str, Message] = {}
    for message in messages:
        last.pop(message["type"], None)
        last[message["type"]] = message
    return list(last.values())


def _whole(data: Mapping[str, Any], name: str, most: int) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Invalid(name)
    return value
