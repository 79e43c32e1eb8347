"""The pump on a real frames server: newest frames only, one window per tab, workers rung for and replaced."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from webapp import jobs
from webapp.services import previews
from webapp.services.preview_line import FRAMES_MIN
from webapp.services.preview_pump import START_S, Pump, Viewer
from webapp.services.preview_wire import Frame, FrameHead
from webapp.services.previews import FRAME_NOTE, Previews


class Line:
    """Sockets that keep what was sent until the test acknowledges it, and a clock to move by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sent: list[tuple[str, str, Any]] = []
        self.landings: list[Callable[..., None]] = []
        self.open = {"s1", "s2", "s3"}

    def send(self, socket: str, event: str, payload: Any, landed: Callable[..., None] | None) -> None:
        self.sent.append((socket, event, payload))
        if landed is not None:
            self.landings.append(landed)

    def frames(self, socket: str = "s1") -> list[FrameHead]:
        return [FrameHead.unpack(payload) for to, event, payload in self.sent if to == socket and event == "preview:frame"]

    def states(self, socket: str = "s1") -> list[tuple[str, int]]:
        return [(payload["state"], payload["place"]) for to, event, payload in self.sent if to == socket and event == "preview:state"]


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def pump(queue_url: str, line: Line) -> Iterator[Pump]:
    previews.at.cache_clear()
    there = Previews(previews.at(queue_url, 2).client, 2)
    made = Pump(there, line.send, queue_url, connected=lambda socket: socket in line.open, clock=lambda: line.now)
    made.start = lambda: None  # type: ignore[method-assign] - the tests turn it by hand
    yield made
    made.close()


def attached(pump: Pump, socket: str = "s1") -> str:
    session = pump.previews.open("p1", "t1", "zh", "login", pump.owner, short_side_px=360)
    pump.attach(session, socket)
    pump.tend()
    return session


def draw(
    pump: Pump, session: str, sequence: int, *, generation: int = 1, revision: int = 0, timed: bool = False, size_bytes: int = 4
) -> None:
    head = FrameHead(session, generation, revision, "00" * 8, sequence * 9_600, sequence, 2, 2, timed=timed)
    pump.hear(FRAME_NOTE + head.pack() + bytes(size_bytes))


def play(pump: Pump, line: Line, session: str, sequences: range, *, took_s: float, size_bytes: int = 4) -> None:
    """Draw frames of a film, all at once; each is acknowledged after a while."""
    for sequence in sequences:
        draw(pump, session, sequence, timed=True, size_bytes=size_bytes)
    while line.landings:
        line.now += took_s
        landings, line.landings = line.landings, []
        for landed in landings:
            landed()


def test_a_slow_tab_gets_the_newest_frame_and_never_more_than_its_window(pump: Pump, line: Line) -> None:
    session = attached(pump)
    for sequence in range(1, 8):
        draw(pump, session, sequence)
    assert [head.sequence for head in line.frames()] == list(range(1, FRAMES_MIN + 1))

    line.now += 1
    line.landings[0]()

    assert [head.sequence for head in line.frames()][FRAMES_MIN:] == [7]


def test_frames_that_wait_for_their_sound_are_all_brought_to_a_quick_tab(pump: Pump, line: Line) -> None:
    session = attached(pump)
    for sequence in range(1, 6):
        draw(pump, session, sequence, timed=True)
    for landed in line.landings:
        line.now += 0.005
        landed()

    assert [head.sequence for head in line.frames()] == [1, 2, 3, 4, 5]


def test_an_acknowledgement_that_was_lost_does_not_stop_the_pictures(pump: Pump, line: Line) -> None:
    session = attached(pump)
    for sequence in range(1, FRAMES_MIN + 1):
        draw(pump, session, sequence)
    line.now += 10
    draw(pump, session, 9)

    assert line.frames()[-1].sequence == 9


def test_frames_of_a_worker_that_was_replaced_are_dropped(pump: Pump, line: Line) -> None:
    session = attached(pump)
    draw(pump, session, 1, generation=1)
    pump.previews.client.delete(f"preview:{session}:alive")
    line.now += START_S + 1
    pump.tend()

    draw(pump, session, 2, generation=1)
    draw(pump, session, 1, generation=2)

    assert [(head.generation, head.sequence) for head in line.frames()] == [(1, 1), (2, 1)]


def test_a_worker_that_dies_is_told_and_replaced_and_one_that_lives_is_left_alone(pump: Pump, line: Line, queue_url: str) -> None:
    session = attached(pump)
    assert pump.previews.beat(session, 1) is not None
    pump.tend()
    line.now += 5
    pump.previews.beat(session, 1)
    pump.tend()
    assert pump.viewers[session].generation == 1

    pump.previews.client.delete(f"preview:{session}:alive")
    line.now += 5
    pump.tend()

    assert line.states() == [("warming", 0), ("lost", 0)]
    bells = jobs.queue("preview", queue_url).get_job_ids()
    assert bells == [f"preview-{session}-1", f"preview-{session}-2"]


def test_workers_that_die_young_are_rung_for_more_and_more_rarely(pump: Pump, line: Line) -> None:
    session = attached(pump)
    for _ in range(6):
        pump.viewers[session].lived = True
        line.now += 2
        pump.tend()

    assert pump.viewers[session].generation == 4


def test_a_worker_that_is_slow_to_start_is_given_longer_each_time(pump: Pump, line: Line) -> None:
    session, rung = attached(pump), []
    for _ in range(7):
        line.now += START_S
        pump.tend()
        rung.append(pump.viewers[session].generation)

    assert rung == [2, 2, 3, 3, 3, 4, 4]


def test_beyond_the_slots_a_tab_hears_its_place_and_then_that_its_turn_has_come(pump: Pump, line: Line, queue_url: str) -> None:
    first, _, third = (attached(pump, socket) for socket in ("s1", "s2", "s3"))
    assert line.states("s3") == [("waiting", 1)]

    pump.release(first)
    pump.tend()

    assert line.states("s3") == [("waiting", 1), ("warming", 0)]
    assert jobs.queue("preview", queue_url).get_job_ids()[-1] == f"preview-{third}-1"


def test_a_slot_that_is_another_tenants_turn_changes_hands(pump: Pump, line: Line, queue_url: str) -> None:
    first, second = attached(pump), attached(pump, "s2")
    draw(pump, second, 1)
    other = pump.previews.open("p2", "t2", "zh", "login", pump.owner, short_side_px=360)
    pump.attach(other, "s3")

    assert [line.states(socket)[-1] for socket in ("s1", "s2", "s3")] == [("warming", 0), ("waiting", 1), ("warming", 0)]
    assert pump.previews.beat(second, 1) is None
    sent = len(line.frames("s2"))
    draw(pump, second, 2)
    assert len(line.frames("s2")) == sent

    pump.release(first)
    pump.tend()
    assert line.states("s2")[-1] == ("warming", 0)
    assert pump.viewers[second].generation == pump.previews.record(second).generation > 1


def test_a_tab_whose_socket_is_gone_is_renewed_no_more(pump: Pump, line: Line) -> None:
    session = attached(pump)
    line.open.clear()
    pump.tend()

    assert session not in pump.viewers
    assert pump.previews.record(session) is not None
    assert not pump.holds(session, "s1")


def test_a_tab_that_comes_back_finds_its_worker_which_says_all_anew(pump: Pump, line: Line) -> None:
    session = attached(pump)
    pump.previews.beat(session, 1)
    pump.attach(session, "s2")

    draw(pump, session, 1)

    assert pump.viewers[session].generation == 1
    assert len(line.frames("s2")) == 1
    assert pump.previews.hear(session, 0.0) == [{"type": "hello"}]


def test_a_tab_is_told_when_the_server_has_forgotten_its_session(pump: Pump, line: Line) -> None:
    attached(pump)
    pump.previews.client.flushall()
    pump.tend()

    assert line.states()[-1] == ("gone", 0)
    assert pump.viewers == {}


def test_news_reach_the_tab_unless_a_worker_tells_them_that_was_replaced(pump: Pump, line: Line) -> None:
    session = attached(pump)
    note = b'n{"session": "%s", "event": "program", "facts": {"generation": %d, "revision": 5}}'
    pump.hear(note % (session.encode(), 1))
    pump.hear(note % (session.encode(), 7))

    assert [payload["revision"] for _, event, payload in line.sent if event == "preview:program"] == [5]


def test_a_slow_line_is_spared_and_a_quick_one_gets_its_pixels_back(pump: Pump, line: Line) -> None:
    session = attached(pump)
    pump.previews.beat(session, 1)
    play(pump, line, session, range(1, 13), took_s=0.9)
    line.now += 0.9
    pump.tend()
    pump.tend()
    assert pump.previews.hear(session, 0.0) == [{"type": "line", "level": 1, "trip_ms": 900}]

    for first in range(13, 60, 10):
        play(pump, line, session, range(first, first + 10), took_s=0.01)
        line.now += 2
        pump.tend()
    assert pump.previews.hear(session, 0.0)[-1] == {"type": "line", "level": 0, "trip_ms": 10}


def test_a_new_worker_hears_anew_what_the_line_is_like(pump: Pump, line: Line) -> None:
    session = attached(pump)
    pump.previews.beat(session, 1)
    play(pump, line, session, range(1, 3), took_s=0.3)
    pump.tend()
    assert pump.previews.hear(session, 0.0) == [{"type": "line", "level": 0, "trip_ms": 300}]

    pump.previews.client.delete(f"preview:{session}:alive")
    line.now += START_S
    pump.tend()
    pump.previews.beat(session, 2)
    pump.tend()
    assert pump.previews.hear(session, 0.0) == [{"type": "line", "level": 0, "trip_ms": 300}]


def test_on_a_long_line_more_frames_are_under_way(pump: Pump, line: Line) -> None:
    session = attached(pump)
    for first in range(1, 40, 4):
        play(pump, line, session, range(first, first + 4), took_s=0.3, size_bytes=6_000)
    for sequence in range(50, 60):
        draw(pump, session, sequence, timed=True, size_bytes=6_000)

    assert FRAMES_MIN < len(pump.viewers[session].line.flying) < 10


def test_two_tabs_do_not_wait_for_each_other(pump: Pump, line: Line) -> None:
    slow, quick = attached(pump, "s1"), attached(pump, "s2")
    for sequence in range(1, 20):
        draw(pump, slow, sequence)
        draw(pump, quick, sequence)
        for landed in line.landings[-1:]:
            landed()

    assert len(line.frames("s2")) >= 18
    assert len(line.frames("s1")) <= FRAMES_MIN + 1


def test_the_thread_brings_what_workers_publish(queue_url: str, line: Line) -> None:
    previews.at.cache_clear()
    running = Pump(Previews(previews.at(queue_url, 2).client, 2), line.send, queue_url)
    session = running.previews.open("p1", "t1", "zh", "login", running.owner, short_side_px=360)
    running.attach(session, "s1")
    while not line.states():
        time.sleep(0.01)
    head = FrameHead(session, running.viewers[session].generation, 0, "00" * 8, 0, 1, 2, 2)
    while not line.frames():
        running.previews.show(running.owner, head, b"jpeg")
        time.sleep(0.01)
    running.close()


def awaiting(pump: Pump, project_id: str, revision: int) -> threading.Thread:
    thread = threading.Thread(target=pump.await_frame, args=(project_id, revision, 60.0), daemon=True)
    thread.start()
    return thread


def see(pump: Pump, line: Line, session: str, sequence: int, *, revision: int, timed: bool = False) -> None:
    """A frame is drawn, sent and acknowledged."""
    draw(pump, session, sequence, revision=revision, timed=timed)
    line.landings.pop()()


def test_whoever_waits_for_the_picture_of_an_edit_waits_until_it_is_seen(pump: Pump, line: Line) -> None:
    session = attached(pump)
    see(pump, line, session, 1, revision=4)
    waiting = awaiting(pump, "p1", 5)
    see(pump, line, session, 2, revision=4)
    draw(pump, session, 3, revision=5)
    waiting.join(0.05)
    assert waiting.is_alive()

    line.landings.pop()()
    waiting.join(30)

    assert not waiting.is_alive()


@pytest.mark.parametrize(("project_id", "timed"), [("another", False), ("p1", True)])
def test_nobody_waits_for_the_picture_of_another_project_or_of_a_film_that_plays(
    pump: Pump, line: Line, project_id: str, timed: bool
) -> None:
    session = attached(pump)
    see(pump, line, session, 1, revision=4, timed=timed)

    waiting = awaiting(pump, project_id, 5)
    waiting.join(30)

    assert not waiting.is_alive()


def test_nobody_waits_long_for_a_picture(pump: Pump, line: Line) -> None:
    session = attached(pump)
    see(pump, line, session, 1, revision=4)

    pump.await_frame("p1", 5, 0.01)

    assert pump.viewers[session].shown.revision == 4


def test_a_tab_whose_last_picture_was_late_is_not_waited_for_until_one_is_in_time(pump: Pump, line: Line) -> None:
    session = attached(pump)
    see(pump, line, session, 1, revision=4)
    pump.await_frame("p1", 5, 0.01)
    line.now += 1
    see(pump, line, session, 2, revision=5)

    late = awaiting(pump, "p1", 6)
    late.join(30)
    assert not late.is_alive()

    line.now += 59
    see(pump, line, session, 3, revision=6)
    again = awaiting(pump, "p1", 7)
    again.join(0.1)
    assert again.is_alive()
    see(pump, line, session, 4, revision=7)
    again.join(30)


def test_a_timed_frame_takes_the_place_of_a_still_one() -> None:
    viewer = Viewer("0" * 32, "s1")
    still = Frame(FrameHead("0" * 32, 1, 0, "00" * 8, 0, 1, 2, 2), b"")
    timed = Frame(FrameHead("0" * 32, 1, 0, "00" * 8, 0, 2, 2, 2, timed=True), b"")
    viewer.take(still)
    viewer.take(timed)

    assert list(viewer.waiting) == [timed]
