"""Pictures that repeat the one before them: some thirty bytes of H.264 each, written here, so that what stands still is encoded once.

Every macroblock of such a picture is skipped (P_Skip): without motion around it, it takes its pixels from the last reference picture
unchanged, and nothing is filtered. All players show it, since encoders write such pictures themselves (ITU-T H.264, 7.3.3, 8.4.1.1).
"""

from functools import lru_cache
from typing import Final, NamedTuple

from render.media.bits import BitReader, BitWriter, escaped, unescaped
from render.media.fades import WEIGHT_BITS, Faded
from render.media.parameters import SliceRules, Unfit, units

_SLICE, _KEY_SLICE = 1, 5
_HEAD_BYTES: Final = 40
"""More than a slice's head has before it says when the picture is shown."""
_REFERENCE: Final = 2 << 5
_QUANTISER: Final = 51
"""At this quantiser the flag of a skipped macroblock begins likely enough to be one, whatever the file's own is."""
_FIRST_STATE: Final = 42
"""Of that flag: ((23 * 51) >> 4) + 33 - 64 (table 9-13, context 11, in pictures with cabac_init_idc 0)."""
_LAST_STATE: Final = 62
_UNLIKELY: Final = (
    (16, 20, 23, 27), (15, 19, 22, 25), (14, 18, 21, 24), (14, 17, 20, 23), (13, 16, 19, 22), (12, 15, 18, 21), (12, 14, 17, 20),
    (11, 14, 16, 19), (11, 13, 15, 18), (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15), (9, 11, 12, 14), (8, 10, 12, 14),
    (8, 9, 11, 13), (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11), (6, 7, 9, 10), (6, 7, 8, 9),
)  # fmt: skip
"""How much of the range the unlikely bit takes, by state from 42 to 62 and by the range's quarter (table 9-44)."""


class Place(NamedTuple):
    """Where a coded picture lies: its number among the reference pictures since its key frame, and its place among the shown ones."""

    number: int
    order: int


def place_of(packet: bytes, rules: SliceRules) -> Place:
    """Where the picture of a packet lies, each counted as far as its bits go. Raises Unfit without a slice."""
    for unit in units(packet):
        if unit[0] & 31 in {_SLICE, _KEY_SLICE}:
            bits = BitReader(unescaped(unit[1:_HEAD_BYTES]))
            _to_number(bits)
            number = bits.number(rules.frame_number_bits)
            if unit[0] & 31 == _KEY_SLICE:
                bits.unsigned()
            return Place(number, bits.number(rules.order_bits) // 2)
    raise Unfit("slice")


def shown_later(packet: bytes, rules: SliceRules, frames: int) -> bytes:
    """The same picture, no key frame, shown so many frames later: a few bits of its slice's head say when."""
    moved = [_shown_later(unit, rules, frames) if unit[0] & 31 == _SLICE else unit for unit in units(packet)]
    return b"".join(len(unit).to_bytes(4) + unit for unit in moved)


def repeated(rules: SliceRules, place: Place) -> bytes:
    """A picture that repeats the last reference picture, as a packet. It is a reference itself."""
    return _skipped(rules, place, None)


def faded(rules: SliceRules, place: Place, weights: Faded) -> bytes:
    """The last reference picture faded, as a packet. Nothing refers to it: its number is that of the next reference picture."""
    return _skipped(rules, place, weights)


def _to_number(bits: BitReader) -> None:
    for _ in ("first macroblock", "type", "parameter set"):
        bits.unsigned()


def _shown_later(unit: bytes, rules: SliceRules, frames: int) -> bytes:
    payload = unescaped(unit[1:])
    bits, later = BitReader(payload[:_HEAD_BYTES]), BitWriter()
    _to_number(bits)
    bits.number(rules.frame_number_bits)
    start = bits.at
    later.number((bits.number(rules.order_bits) + 2 * frames) % (1 << rules.order_bits), rules.order_bits)
    return unit[:1] + escaped(later.over(payload, start))


def _skipped(rules: SliceRules, place: Place, weights: Faded | None) -> bytes:
    """A picture of skipped macroblocks alone; one that is faded is no reference."""
    bits = BitWriter()
    for value in (0, 0, rules.picture_id):
        bits.unsigned(value)
    bits.number(place.number % (1 << rules.frame_number_bits), rules.frame_number_bits)
    bits.number(2 * place.order % (1 << rules.order_bits), rules.order_bits)
    _one_reference(bits)
    if rules.weighted:
        _weighted(bits, weights)
    if weights is None:
        bits.flag(False)
    if rules.arithmetic:
        bits.unsigned(0)
    bits.signed(_QUANTISER - rules.quantiser)
    if rules.deblocking_told:
        bits.unsigned(1)
    unit = bytes([_SLICE if weights else _REFERENCE | _SLICE]) + escaped(_with_data(bits, rules))
    return len(unit).to_bytes(4) + unit


def _with_data(head: BitWriter, rules: SliceRules) -> bytes:
    """A slice's head and, after it, that all macroblocks are skipped; the stop bit last."""
    if rules.arithmetic:
        return head.to_bytes(fill="1") + _all_skipped(rules.macroblocks)
    head.unsigned(rules.macroblocks)
    head.flag(True)
    return head.to_bytes()


def _one_reference(bits: BitWriter) -> None:
    """The last reference picture alone, in its natural place."""
    bits.flag(True)
    bits.unsigned(0)
    bits.flag(False)


def _weighted(bits: BitWriter, weights: Faded | None) -> None:
    """How the reference is weighed: luma, then both chroma planes."""
    precision = WEIGHT_BITS if weights else 0
    bits.unsigned(precision)
    bits.unsigned(precision)
    for planes in ((weights.y,), (weights.u, weights.v)) if weights else ((), ()):
        bits.flag(bool(planes))
        for weight in planes:
            bits.signed(weight.factor)
            bits.signed(weight.offset)


@lru_cache(maxsize=16)
def _all_skipped(macroblocks: int) -> bytes:
    """The data of a slice of so many skipped macroblocks: for each a likely bit, and one that says whether the slice ends."""
    coder, state = _Coder(), _FIRST_STATE
    for left in range(macroblocks - 1, -1, -1):
        coder.likely(state)
        state = min(state + 1, _LAST_STATE)
        if left:
            coder.goes_on()
    return coder.ended()


class _Coder:
    """The arithmetic encoder, as far as likely bits and ends go (9.3.4.2 to 9.3.4.5)."""

    def __init__(self) -> None:
        self._low, self._range, self._first, self._waiting = 0, 510, True, 0
        self._bits = BitWriter()

    def likely(self, state: int) -> None:
        """The likelier value of a bit in `state`."""
        self._range -= _UNLIKELY[state - _FIRST_STATE][self._range >> 6 & 3]
        self._renormalise()

    def goes_on(self) -> None:
        """The slice does not end here."""
        self._range -= 2
        self._renormalise()

    def ended(self) -> bytes:
        """The slice ends here: all bytes, the stop bit last."""
        self._low += self._range - 2
        self._range = 2
        self._renormalise()
        self._put(self._low >> 9 & 1)
        self._bits.number((self._low >> 7 & 3) | 1, 2)
        return self._bits.to_bytes()

    def _renormalise(self) -> None:
        while self._range < 256:  # noqa: PLR2004 - nine bits are kept
            if self._low < 256:  # noqa: PLR2004
                self._put(0)
            elif self._low >= 512:  # noqa: PLR2004
                self._low -= 512
                self._put(1)
            else:
                self._low -= 256
                self._waiting += 1
            self._low, self._range = self._low << 1, self._range << 1

    def _put(self, bit: int) -> None:
        if self._first:
            self._first = False
        else:
            self._bits.number(bit, 1)
        while self._waiting:
            self._bits.number(1 - bit, 1)
            self._waiting -= 1
