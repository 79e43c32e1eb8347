"""Parameter sets: what a decoder is told before the first picture, as an MP4 keeps it (ISO/IEC 14496-15, 5.3.3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from render.errors import MediaRefused
from render.media.bits import BitReader, unescaped

HIGH_PROFILES: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})


class Unfit(ValueError):
    """Something of H.264 that we neither write nor copy."""


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """Sequence and picture parameter sets by their ids, each a whole NAL unit."""

    header: bytes
    """Profile, compatibility and level."""
    sequences: tuple[tuple[int, bytes], ...]
    pictures: tuple[tuple[int, bytes], ...]

    def meets(self, other: "ParameterSets") -> bool:
        """Whether both can stand in one file: no id means two things."""
        return _agree(self.sequences, other.sequences) and _agree(self.pictures, other.pictures)

    def and_(self, other: "ParameterSets") -> "ParameterSets":
        """Both together; profile and level are the higher ones."""
        header = max(self.header, other.header, key=lambda facts: (facts[0], facts[2]))
        return ParameterSets(header, _both(self.sequences, other.sequences), _both(self.pictures, other.pictures))

    def digest(self) -> str:
        """Names them all."""
        return sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """As `avcC` holds them."""
        parts = [bytes([1]), self.header, b"\xff", bytes([0xE0 | len(self.sequences)])]
        parts += [len(unit).to_bytes(2) + unit for _, unit in self.sequences]
        parts += [bytes([len(self.pictures)]), *(len(unit).to_bytes(2) + unit for _, unit in self.pictures)]
        return b"".join(parts) + self._extension()

    def _extension(self) -> bytes:
        """4:2:0 in 8 bits, which the high profiles say again."""
        return b"\xfd\xf8\xf8\x00" if self.header[0] in HIGH_PROFILES else b""


@dataclass(frozen=True, slots=True)
class SliceRules:
    """How the heads of slices are read and written under one pair of parameter sets (H.264, 7.3.3)."""

    sequence_id: int
    picture_id: int
    macroblocks: int
    frame_number_bits: int
    order_bits: int
    arithmetic: bool
    weighted: bool
    quantiser: int
    deblocking_told: bool


def together(sets: Sequence[ParameterSets]) -> ParameterSets:
    """All of them as one. Raises MediaRefused(`settings`) where an id means two things."""
    whole = sets[0]
    for other in sets[1:]:
        if not whole.meets(other):
            raise MediaRefused("settings")
        whole = whole.and_(other)
    return whole


def parameter_sets(configuration: bytes) -> ParameterSets:
    """What `avcC` holds. Raises Unfit for anything but it, with lengths of four bytes."""
    try:
        return _parameter_sets(configuration)
    except IndexError as error:
        raise Unfit("configuration") from error


def slice_rules(sets: ParameterSets) -> SliceRules:
    """The rules of the only pair of parameter sets there is. Raises Unfit where there are more, or interlace and the like."""
    if len(sets.sequences) != 1 or len(sets.pictures) != 1:
        raise Unfit("several")
    try:
        return _slice_rules(sets.sequences[0][1], sets.pictures[0][1])
    except IndexError as error:
        raise Unfit("parameters") from error


def units(packet: bytes) -> Iterator[bytes]:
    """The NAL units of a packet, each after its length in four bytes."""
    at = 0
    while at + 4 <= len(packet):
        size = int.from_bytes(packet[at : at + 4])
        yield packet[at + 4 : at + 4 + size]
        at += 4 + size


def _parameter_sets(configuration: bytes) -> ParameterSets:
    if configuration[0] != 1 or configuration[4] & 3 != 3:  # noqa: PLR2004 - lengths of four bytes
        raise Unfit("configuration")
    sequences, at = _listed(configuration, 6, configuration[5] & 31)
    pictures, _ = _listed(configuration, at + 1, configuration[at])
    return ParameterSets(
        configuration[1:4],
        tuple((_sequence_id(unit), unit) for unit in sequences),
        tuple((BitReader(unescaped(unit[1:])).unsigned(), unit) for unit in pictures),
    )


def _listed(configuration: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    found = []
    for _ in range(count):
        size = configuration[at] << 8 | configuration[at + 1]
        found.append(configuration[at + 2 : at + 2 + size])
        at += 2 + size
    return found, at


def _sequence_id(unit: bytes) -> int:
    return BitReader(unescaped(unit[4:])).unsigned()


def _slice_rules(sequence: bytes, picture: bytes) -> SliceRules:
    bits = BitReader(unescaped(sequence[4:]))
    sequence_id = bits.unsigned()
    if sequence[1] in HIGH_PROFILES:
        _plain_colours(bits)
    frame_number_bits = bits.unsigned() + 4
    _only(bits.unsigned() == 0, "order")
    order_bits = bits.unsigned() + 4
    bits.unsigned()
    bits.flag()
    macroblocks = (bits.unsigned() + 1) * (bits.unsigned() + 1)
    _only(bits.flag(), "interlace")
    return _with_picture(BitReader(unescaped(picture[1:])), sequence_id, macroblocks, frame_number_bits, order_bits)


def _plain_colours(bits: BitReader) -> None:
    """4:2:0 in 8 bits without scaling lists."""
    _only((bits.unsigned(), bits.unsigned(), bits.unsigned()) == (1, 0, 0), "colours")
    bits.flag()
    _only(not bits.flag(), "scaling")


def _with_picture(bits: BitReader, sequence_id: int, macroblocks: int, frame_number_bits: int, order_bits: int) -> SliceRules:
    picture_id = bits.unsigned()
    _only(bits.unsigned() == sequence_id, "ids")
    arithmetic = bits.flag()
    _only(not bits.flag(), "field order")
    _only(bits.unsigned() == 0, "slice groups")
    bits.unsigned()
    bits.unsigned()
    weighted = bits.flag()
    bits.number(2)
    quantiser = 26 + bits.signed()
    bits.signed()
    bits.signed()
    deblocking_told = bits.flag()
    bits.flag()
    _only(not bits.flag(), "redundant pictures")
    return SliceRules(sequence_id, picture_id, macroblocks, frame_number_bits, order_bits, arithmetic, weighted, quantiser, deblocking_told)


def _only(fact: bool, name: str) -> None:  # noqa: FBT001 - what must hold
    if not fact:
        raise Unfit(name)


def _agree(some: Iterable[tuple[int, bytes]], others: Iterable[tuple[int, bytes]]) -> bool:
    known = dict(some)
    return all(known.get(number, unit) == unit for number, unit in others)


def _both(some: Iterable[tuple[int, bytes]], others: Iterable[tuple[int, bytes]]) -> tuple[tuple[int, bytes], ...]:
    return tuple(sorted((dict(some) | dict(others)).items()))
