"""What the acknowledgements of frames tell of a line: the window, and how much is spared."""

from collections.abc import Iterator

from webapp.services.preview_line import FRAMES_MIN, LEVEL_MAX, LEVEL_S, LOST_S, REGRET_S, Line, Sparing

FRAME_BYTES = 8_000


class Way:
    """A way to a tab: so long there and back, so many bytes a second, one frame after the other."""

    def __init__(self, trip_s: float, bytes_per_s: float) -> None:
        self.trip_s, self.bytes_per_s, self.free_at = trip_s, bytes_per_s, 0.0
        self.coming: list[tuple[float, int]] = []

    def take(self, sequence: int, now: float) -> None:
        self.free_at = max(now, self.free_at) + FRAME_BYTES / self.bytes_per_s
        self.coming.append((self.free_at + self.trip_s, sequence))

    def landed(self, line: Line, now: float) -> int:
        """How many acknowledgements came by now."""
        count = len(self.coming)
        while self.coming and self.coming[0][0] <= now:
            at, sequence = self.coming.pop(0)
            line.landed(sequence, at)
        return count - len(self.coming)


def played(line: Line, way: Way, seconds: float, frames_per_s: int = 25, start: float = 0.0) -> int:
    """Frames that came through while new ones are drawn at this rate, of which the newest waits."""
    count = 0
    for sequence in range(round(seconds * frames_per_s)):
        now = start + sequence / frames_per_s
        count += way.landed(line, now)
        if line.admits(now):
            line.sent(sequence, FRAME_BYTES, now)
            way.take(sequence, now)
    return count


def test_a_long_line_is_filled() -> None:
    line, way = Line(), Way(trip_s=0.3, bytes_per_s=300_000)
    played(line, way, 4)

    assert played(line, way, 4, start=10) >= 90
    assert 0.3 < line.trip_s < 0.36
    assert line.free


def test_a_narrow_line_is_not_filled_beyond_what_it_carries() -> None:
    line, way = Line(), Way(trip_s=0.1, bytes_per_s=100_000)
    played(line, way, 20)

    assert line.queue_s < 0.2
    assert 4 * 12 * 0.8 < played(line, way, 4, start=20.0) < 4 * 13


def test_some_frames_may_be_under_way_on_any_line() -> None:
    line = Line()
    for sequence in range(FRAMES_MIN):
        assert line.admits(0.0)
        line.sent(sequence, 200_000, 0.0)

    assert not line.admits(1.0)
    assert line.admits(1.0 + LOST_S)


def test_an_acknowledgement_that_comes_twice_or_too_late_says_nothing() -> None:
    line = Line()
    line.sent(1, FRAME_BYTES, 0.0)
    line.landed(1, 0.1)
    line.landed(1, 5.0)
    line.landed(7, 5.0)

    assert (line.trip_s, line.queue_s) == (0.1, 0.0)


def test_a_way_that_has_become_longer_is_believed_in_the_end() -> None:
    line = Line()
    played(line, Way(trip_s=0.05, bytes_per_s=1e9), 5)
    played(line, Way(trip_s=0.4, bytes_per_s=1e9), 30, start=5)

    assert line.trip_s > 0.39


def telling(queue_s: float) -> Iterator[Line]:
    """A line on which frames queue so long, again and again with more of them acknowledged."""
    line = Line(queue_s=queue_s)
    while True:
        line.heard += 1
        yield line


def test_more_and_more_is_spared_while_frames_queue() -> None:
    sparing, slow = Sparing(), telling(0.5)

    assert [sparing.look(next(slow), 0, 100 + number * LEVEL_S) for number in range(5)] == [True, True, True, False, False]
    assert sparing.level == LEVEL_MAX


def test_a_line_on_which_nothing_comes_says_nothing() -> None:
    sparing, line = Sparing(), Line(queue_s=0.5)

    assert [sparing.look(line, 0, 100 + number * LEVEL_S) for number in range(3)] == [True, False, False]


def test_frames_that_gave_way_are_a_sign_too() -> None:
    sparing, quick = Sparing(), telling(0.0)

    assert [sparing.look(next(quick), missed, 100 + number * LEVEL_S) for number, missed in enumerate((2, 4, 40))] == [False, False, True]


def test_the_level_is_looked_at_now_and_then() -> None:
    sparing, slow = Sparing(), telling(0.5)

    assert sparing.look(next(slow), 0, 100.0)
    assert not sparing.look(next(slow), 0, 100.0 + LEVEL_S / 2)


def test_an_attempt_that_is_regretted_is_made_again_after_twice_the_time() -> None:
    sparing, slow, quick = Sparing(), telling(0.5), telling(0.0)
    sparing.look(next(slow), 0, 100.0)
    waits, now = [], 100.0
    for _ in range(3):
        since = now
        while not sparing.look(next(quick), 0, now):
            now += 1
        waits.append(now - since)
        now += LEVEL_S
        assert sparing.look(next(slow), 0, now)

    assert waits == [2, 4, 8]
    now += 60
    assert sparing.look(next(quick), 0, now)
    assert sparing.look(next(slow), 0, now + REGRET_S + 1)
    assert sparing.patience_s == LEVEL_S
