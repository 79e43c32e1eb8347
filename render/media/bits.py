"""Bits as H.264 writes them: fixed lengths, Exp-Golomb codes, bytes kept from looking like start codes (ITU-T H.264, 7.2, 7.4.1, 9.1)."""

import re
from typing import Final

_START_LIKE: Final = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_GUARDED: Final = re.compile(rb"\x00\x00\x03")


def escaped(payload: bytes) -> bytes:
    """A payload with its emulation prevention bytes."""
    return _START_LIKE.sub(b"\x00\x00\x03", payload)


def unescaped(payload: bytes) -> bytes:
    """A payload without its emulation prevention bytes."""
    return _GUARDED.sub(b"\x00\x00", payload)


class BitReader:
    """Reads from the first bit of some bytes on. Raises IndexError beyond the last."""

    def __init__(self, payload: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in payload)
        self.at = 0
        """How many were read."""

    def number(self, bits: int) -> int:
        """An unsigned number of so many bits."""
        if self.at + bits > len(self._bits):
            raise IndexError(self.at)
        self.at += bits
        return int(self._bits[self.at - bits : self.at] or "0", 2)

    def flag(self) -> bool:
        """One bit."""
        return bool(self.number(1))

    def unsigned(self) -> int:
        """ue(v)."""
        zeros = 0
        while not self.flag():
            zeros += 1
        return (1 << zeros) - 1 + self.number(zeros)

    def signed(self) -> int:
        """se(v)."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -code // 2


class BitWriter:
    """Writes bits one after the other."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def number(self, value: int, bits: int) -> None:
        """An unsigned number of so many bits."""
        self._bits.append(f"{value:0{bits}b}" if bits else "")

    def flag(self, value: bool) -> None:  # noqa: FBT001 - a bit
        """One bit."""
        self._bits.append("1" if value else "0")

    def unsigned(self, value: int) -> None:
        """ue(v)."""
        code = f"{value + 1:b}"
        self._bits.append("0" * (len(code) - 1) + code)

    def signed(self, value: int) -> None:
        """se(v)."""
        self.unsigned(2 * value - 1 if value > 0 else -2 * value)

    def over(self, payload: bytes, start: int) -> bytes:
        """A payload in which these bits stand, from bit `start` on, in place of as many others."""
        bits = "".join(self._bits)
        first, stop = start // 8, (start + len(bits) + 7) // 8
        below = 8 * stop - start - len(bits)
        old, mask = int.from_bytes(payload[first:stop]), ((1 << len(bits)) - 1) << below
        return payload[:first] + (old & ~mask | int(bits, 2) << below).to_bytes(stop - first) + payload[stop:]

    def to_bytes(self, fill: str = "0") -> bytes:
        """All bits, the last byte filled up with `fill`."""
        bits = "".join(self._bits)
        bits += fill * (-len(bits) % 8)
        return int(bits or "0", 2).to_bytes(len(bits) // 8)
