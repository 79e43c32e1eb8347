"""What travels between a tab and its worker: frame headers and control messages."""

import pytest

from webapp.errors import Invalid
from webapp.services.preview_wire import HEADER, FrameHead, coalesced, read_control, short_side

HEAD = FrameHead(
    "0f" * 16, 3, 41, "a1" * 8, 7_200_000_123, 9, 540, 960, timed=True, begun_us=1_700_000_000_000_001, made_us=1_700_000_000_020_002
)


def test_a_header_comes_back_as_it_was_sent_whatever_follows_it() -> None:
    assert FrameHead.unpack(HEAD.pack() + b"jpeg") == HEAD
    assert len(HEAD.pack()) == HEADER.size == 72


def test_the_browser_finds_its_fields_where_it_looks_for_them() -> None:
    data = HEAD.pack()

    assert data[28:36] == bytes.fromhex(HEAD.manifest)
    assert int.from_bytes(data[20:24], "little") == HEAD.generation
    assert int.from_bytes(data[24:28], "little") == HEAD.revision
    assert int.from_bytes(data[36:44], "little") == HEAD.ticks
    assert int.from_bytes(data[44:48], "little") == HEAD.sequence
    assert int.from_bytes(data[52:54], "little") == 1
    assert int.from_bytes(data[56:64], "little") == HEAD.begun_us
    assert int.from_bytes(data[64:72], "little") == HEAD.made_us


@pytest.mark.parametrize("data", [b"", b"PYF2", b"JPEG" + bytes(60)])
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a frame"):
        FrameHead.unpack(data)


def test_of_each_type_only_the_last_message_counts() -> None:
    said = [
        {"type": "seek", "ticks": 1},
        {"type": "size", "short_side_px": 240},
        {"type": "seek", "ticks": 2},
        {"type": "seek", "ticks": 3},
    ]

    assert coalesced(said) == [{"type": "size", "short_side_px": 240}, {"type": "seek", "ticks": 3}]


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"type": "close"},
        {"type": "line", "level": 1, "trip_ms": 5},
        {"type": "seek"},
        {"type": "seek", "ticks": -1},
        {"type": "seek", "ticks": "1"},
        {"type": "seek", "ticks": True},
        {"type": "seek", "ticks": 10**15},
        {"type": "revision", "revision": 2**40},
    ],
)
def test_a_tab_may_say_only_what_is_known_and_in_its_bounds(said: object) -> None:
    with pytest.raises(Invalid):
        read_control(said)


def test_nothing_but_the_known_fields_is_passed_on() -> None:
    assert read_control({"type": "seek", "ticks": 5, "else": "x"}) == {"type": "seek", "ticks": 5}
    assert read_control({"type": "play", "ticks": 5, "program": "3:ab"}) == {"type": "play", "ticks": 5, "program": "3:ab"}
    assert read_control({"type": "revision", "revision": 7}) == {"type": "revision", "revision": 7}
    assert read_control({"type": "size", "short_side_px": 300}) == {"type": "size", "short_side_px": 360}
    assert [read_control({"type": "plain", "plain": said})["plain"] for said in (True, False, "yes", None)] == [True, False, False, False]
    assert read_control({"type": "shape", "shape": "v1"}) == {"type": "shape", "shape": "v1"}
    assert [read_control({"type": "shape", "shape": odd})["shape"] for odd in (None, 3, "a b", "x" * 41, "")] == [""] * 5


def test_the_smallest_size_that_fills_the_element_is_drawn() -> None:
    assert [short_side(wanted) for wanted in (1, 240, 241, 540, 4_000, "wide")] == [240, 240, 360, 540, 540, 360]
