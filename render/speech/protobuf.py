"""Protobuf messages as their fields: enough of the wire format to read a model's graph and to write it again."""

from collections.abc import Iterator, Sequence
from typing import Final

VARINT: Final = 0
FIXED64: Final = 1
LENGTH: Final = 2
FIXED32: Final = 5

Value = int | memoryview


def fields(message: bytes | memoryview) -> Iterator[tuple[int, Value]]:
    """Number and value of every field, in order: an int for a varint, else a view of its bytes. Raises ValueError where it is cut short."""
    view, at = memoryview(message), 0
    while at < len(view):
        key, at = _read_varint(view, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _read_varint(view, at)
            yield number, value
            continue
        length, at = _length(view, at, kind)
        if at + length > len(view):
            raise ValueError("a field is cut short")
        yield number, view[at : at + length]
        at += length


def field(number: int, value: bytes | memoryview | str | int) -> bytes:
    """A field: a varint for an int, else length-delimited."""
    if isinstance(value, int):
        return varint(number << 3 | VARINT) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | LENGTH) + varint(len(data)) + data


def varint(number: int) -> bytes:
    """A whole number; below zero as 64 bits of two's complement."""
    rest, out = number & (1 << 64) - 1, bytearray()
    while rest > 0x7F:  # noqa: PLR2004 - seven bits to a byte
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*out, rest])


def varints(values: Sequence[Value]) -> list[int]:
    """The numbers of a repeated field, whether they came one by one or packed."""
    return [number for value in values for number in ([value] if isinstance(value, int) else _unpacked(value))]


def _unpacked(view: memoryview) -> Iterator[int]:
    at = 0
    while at < len(view):
        number, at = _read_varint(view, at)
        yield number


def _length(view: memoryview, at: int, kind: int) -> tuple[int, int]:
    """How long a field's value is, and where it begins."""
    if kind == LENGTH:
        return _read_varint(view, at)
    if kind not in {FIXED32, FIXED64}:
        raise ValueError("no such kind of field")
    return (4 if kind == FIXED32 else 8), at


def _read_varint(view: memoryview, at: int) -> tuple[int, int]:
    """A varint and where it ends."""
    number, shift = 0, 0
    while at < len(view):
        byte = view[at]
        number, shift, at = number | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:  # noqa: PLR2004 - the top bit says that more follows
            return number, at
    raise ValueError("a number is cut short")
