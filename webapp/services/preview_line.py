"""A tab's line, as the acknowledgements of its frames tell of it: how long the way is, how much may be under way, what to spare.

An acknowledgement takes the trip there and back, plus however long the frame queued behind others. So the shortest one of late is the trip,
and what is longer is a queue: while there is none the window opens, and where one grows it closes (as in TCP Vegas, Brakmo and
Peterson 1995). Moments and times are in seconds.
"""

from dataclasses import dataclass, field
from typing import Final

FRAMES_MIN: Final = 2
"""So many frames may be under way on any line, whatever the window is."""
WINDOW_BYTES_MAX: Final = 1024 * 1024
FREE_S: Final = 0.05
FULL_S: Final = 0.1
"""A queue shorter than the one is none; one longer than the other is too long."""
NARROWER: Final = 0.7
TRIP_S_KEPT: Final = 10.0
LOST_S: Final = 4.0
"""A frame not acknowledged for so long is given up: its acknowledgement was lost with a socket."""
LEVEL_MAX: Final = 3
LEVEL_S: Final = 2.0
REGRET_S: Final = 10.0
PATIENCE_S_MAX: Final = 60.0
MISSED_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Flight:
    """A frame under way."""

    sent_at: float
    size_bytes: int


@dataclass(slots=True)
class Line:
    """What is known of one tab's line."""

    window_bytes: float = 0.0
    trip_s: float = 0.0
    queue_s: float = 0.0
    """How long frames queue, on average."""
    heard: int = 0
    """Frames acknowledged in all."""
    flying: dict[int, Flight] = field(default_factory=dict)
    _pressed: bool = False
    """Whether the window has kept a frame back."""
    _narrowed_at: float = float("-inf")
    _shortest_s: float = float("inf")
    _counted_since: float = float("-inf")

    def admits(self, now: float) -> bool:
        """Whether another frame may be sent."""
        for sequence in [sequence for sequence, flight in self.flying.items() if now - flight.sent_at > LOST_S]:
            del self.flying[sequence]
        under_way = sum(flight.size_bytes for flight in self.flying.values())
        open_still = len(self.flying) < FRAMES_MIN or under_way < self.window_bytes
        self._pressed |= not open_still
        return open_still

    @property
    def free(self) -> bool:
        """Whether frames go without queueing."""
        return self.queue_s < FREE_S

    def sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A frame is under way."""
        self.flying[sequence] = Flight(now, size_bytes)

    def lost(self) -> None:
        """Nothing that is under way is waited for."""
        self.flying.clear()

    def landed(self, sequence: int, now: float) -> None:
        """A frame was acknowledged."""
        flight = self.flying.pop(sequence, None)
        if flight is None:
            return
        self.heard += 1
        took_s = now - flight.sent_at
        self._note_trip(took_s, now)
        queued_s = max(0.0, took_s - self.trip_s)
        self.queue_s += (queued_s - self.queue_s) / 4
        if queued_s > FULL_S and flight.sent_at > self._narrowed_at:
            self.window_bytes, self._narrowed_at = self.window_bytes * NARROWER, now
        elif queued_s < FREE_S and self._pressed:
            self.window_bytes, self._pressed = min(WINDOW_BYTES_MAX, self.window_bytes + flight.size_bytes), False

    def _note_trip(self, took_s: float, now: float) -> None:
        """The shortest of this stretch of time and the one before it: a way that has become longer is believed in the end."""
        if now - self._counted_since > TRIP_S_KEPT:
            self.trip_s, self._shortest_s, self._counted_since = min(self._shortest_s, took_s), took_s, now
        self._shortest_s = min(self._shortest_s, took_s)
        self.trip_s = min(self.trip_s, self._shortest_s)


@dataclass(slots=True)
class Sparing:
    """How much is spared on the way to a tab: at `level` 0 nothing, at LEVEL_MAX the most.

    Sparing less is an attempt. One that is regretted soon is made again after twice the time.
    """

    level: int = 0
    since: float = float("-inf")
    patience_s: float = LEVEL_S
    _looked_at: float = float("-inf")
    _seen_heard: int = -1
    _seen_missed: int = 0
    _attempted: bool = False

    def look(self, line: Line, missed: int, now: float) -> bool:
        """Choose anew now and then, given how many frames have been missed in all; whether that changed the level.

        A line on which nothing has come meanwhile tells nothing.
        """
        if now - self._looked_at < LEVEL_S or line.heard == self._seen_heard:
            return False
        newly, self._seen_missed = missed - self._seen_missed, missed
        self._seen_heard, self._looked_at = line.heard, now
        if line.queue_s > FULL_S or newly > MISSED_MAX:
            return self._more(now)
        if line.free and not newly and self.level and now - self.since >= self.patience_s:
            self.level, self.since, self._attempted = self.level - 1, now, True
            return True
        return False

    def _more(self, now: float) -> bool:
        if self.level == LEVEL_MAX:
            return False
        regretted = self._attempted and now - self.since < REGRET_S
        self.patience_s = min(PATIENCE_S_MAX, self.patience_s * 2) if regretted else LEVEL_S
        self.level, self.since, self._attempted = self.level + 1, now, False
        return True
