"""Whole groups of pictures of a film, to be copied as they are: what lies between two cuts need not be encoded again.

A group is copied from its key frame on, as far as its pictures in decoding order are also all pictures up to some frame: so nothing
copied refers to what is left out, and none is shown that is not wanted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from render.media.encode import REORDER_FRAMES, Copied
from render.media.parameters import ParameterSets, Unfit, parameter_sets, slice_rules, units
from render.media.stretches import Coded
from render.timeline.time import TICKS_PER_SECOND

COPIED_FRAMES_MIN: Final = 12
"""Less is not worth a key frame more."""
_FILES: Final = {"protocol_whitelist": "file"}
_UNDECODED: Final = {**_FILES, "skip_frame": "all"}
_KEY_SLICE: Final = 5
_OUR_LOOK: Final = (1, 1)
"""Limited range, BT.709."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What can be copied of a passage: all its frames from `start` on, as many as there are pictures."""

    start: int
    copied: Copied


def whole_groups(path: Path, first_ticks: int, count: int, *, size_px: tuple[int, int], frame_rate: int) -> Groups | None:
    """What of `count` frames of a film, from the one at `first_ticks` on, can be copied; None where nothing can.

    The film must be as our own: H.264 in MP4, 8-bit 4:2:0, BT.709, upright, of the same size and constant rate; and its parameter
    sets must be plain ones.
    """
    try:
        with av.open(str(path), format="mov", options=_FILES) as container:
            return _found(container, first_ticks, count, size_px, frame_rate)
    except (av.error.FFmpegError, Unfit):
        return None


def sets_of(path: Path) -> ParameterSets | None:
    """The parameter sets of a film from which groups may be copied; None where they are none of the plain ones."""
    try:
        with av.open(str(path), format="mov", options=_UNDECODED) as container:
            sets = parameter_sets(bytes(container.streams.video[0].codec_context.extradata or b""))
            slice_rules(sets)
            return sets
    except (av.error.FFmpegError, Unfit, IndexError):
        return None


def _found(container: InputContainer, first_ticks: int, count: int, size_px: tuple[int, int], frame_rate: int) -> Groups | None:
    stream = next(iter(container.streams.video), None)
    if stream is None or not _fits(stream, size_px, frame_rate):
        return None
    sets = parameter_sets(bytes(stream.codec_context.extradata or b""))
    slice_rules(sets)
    copied: list[Coded] = []
    for group in _grouped(_pictures(container, stream, first_ticks, count, frame_rate)):
        if group[0].shown < 0:
            continue
        part = group[: _prefix(group, count)]
        if copied and group[0].shown != copied[0].shown + len(copied):
            break
        copied += part
        if len(part) < len(group):
            break
    if len(copied) < COPIED_FRAMES_MIN:
        return None
    start = copied[0].shown
    return Groups(start, Copied(tuple(replace(picture, shown=picture.shown - start) for picture in copied), sets))


def _fits(stream: VideoStream, size_px: tuple[int, int], frame_rate: int) -> bool:
    codec = stream.codec_context
    look = int(codec.color_range), int(codec.colorspace)
    plain = codec.name == "h264" and codec.pix_fmt == "yuv420p" and look == _OUR_LOOK
    return plain and (codec.width, codec.height) == size_px and stream.average_rate == frame_rate


def _pictures(container: InputContainer, stream: VideoStream, first_ticks: int, count: int, frame_rate: int) -> Iterator[Coded]:
    """Packets from the key frame before the passage to some beyond its end, their times as frames from its start."""
    if stream.time_base is None:
        raise Unfit("times")
    zero, ticks = stream.start_time or 0, TICKS_PER_SECOND // frame_rate
    container.seek(zero + int(first_ticks / TICKS_PER_SECOND / stream.time_base), stream=stream)
    for packet in container.demux(stream):
        if packet.size and packet.pts is not None:
            shown = ((packet.pts - zero) * stream.time_base * TICKS_PER_SECOND - first_ticks) / ticks
            if shown >= count + frame_rate:
                return
            yield _coded(packet, shown)


def _coded(packet: "Packet[Any]", shown: Fraction) -> Coded:
    """A packet, unless it lies between two frames."""
    nearest = round(shown)
    if abs(shown - nearest) > Fraction(1, 50):
        raise Unfit("rate")
    data = bytes(packet)
    return Coded(data, nearest, packet.is_keyframe and any(unit[0] & 31 == _KEY_SLICE for unit in units(data)))


def _grouped(pictures: Iterator[Coded]) -> Iterator[list[Coded]]:
    group: list[Coded] = []
    for picture in pictures:
        if picture.is_key and group:
            yield group
            group = []
        group.append(picture)
    if group:
        yield group


def _prefix(group: Sequence[Coded], count: int) -> int:
    """How many of a group's pictures, in decoding order, are also its first ones in showing order, before frame `count`.

    Raises Unfit where a picture is decoded later than our files have room for, or refers out of its group.
    """
    start = latest = group[0].shown
    found = 0
    for place, picture in enumerate(group):
        if picture.shown < start or picture.shown - start < place - REORDER_FRAMES or not group[0].is_key:
            raise Unfit("order")
        latest = max(latest, picture.shown)
        if latest >= count:
            break
        if latest - start == place:
            found = place + 1
    return found
