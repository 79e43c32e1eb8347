"""The pump: brings frames from the workers to the tabs of this web process, never faster than a tab takes them.

One thread listens for all tabs. A tab has at most a window of bytes that it has not acknowledged; meanwhile a newer frame takes the
place of the one that waits. What acknowledgements tell of its line (`preview_line`) opens and closes the window, decides how large and how
fine the next frames are, and tells the worker how far ahead of the sound to draw.
"""

import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from redis.exceptions import RedisError

from webapp.jobs import ring
from webapp.services.preview_line import Line, Sparing
from webapp.services.preview_wire import Frame, FrameHead, Message
from webapp.services.previews import ALIVE_MS, FRAME_NOTE, Previews, channel

QUEUE: Final = "preview"
SHOW: Final = "roles.preview.session"
TICK_S: Final = 0.5
TIMED_WAITING_MAX: Final = 6
START_S: Final = 20.0
"""A worker that has been rung for has so long to give its first sign of life, and longer each time: asking again makes a busy
machine start none sooner, and the one on its way would hear that it is over."""
AWAY_S: Final = 2.0
"""How long to wait before the frames server is tried again."""

PAUSE_S_MAX: Final = 30.0
TRIP_MS_STEP: Final = 25
"""A trip that has changed by less is not told to the worker."""

Send = Callable[[str, str, Any, Callable[..., None] | None], None]
"""(socket, event, payload, what to call on acknowledgement)."""

log = structlog.get_logger("preview")


@dataclass(slots=True)
class Viewer:
    """A tab and what it has of its session."""

    session: str
    socket: str
    project_id: str = ""
    generation: int = 0
    place: int = -1
    waiting: deque[Frame] = field(default_factory=lambda: deque(maxlen=TIMED_WAITING_MAX))
    line: Line = field(default_factory=Line)
    sparing: Sparing = field(default_factory=Sparing)
    told: tuple[int, int] = (0, 0)
    """Level and trip in milliseconds, as its worker knows them."""
    shown: FrameHead | None = None
    """The frame that was seen last: its acknowledgement has come."""
    awaited: int = 0
    """The revision of which a frame was waited for last, by `awaited_by`."""
    awaited_by: float = 0.0
    in_time: bool = True
    """Whether it was sent by then."""
    rung_at: float = 0.0
    lived: bool = False
    failures: int = 0
    sent: int = 0
    missed: int = 0
    """Frames of a film that gave way to later ones."""

    def take(self, frame: Frame) -> None:
        """A frame is ready: what waited gives way to it, unless they are to be shown one after the other."""
        if self.waiting and not (frame.head.timed and self.waiting[-1].head.timed and self.line.free):
            self.missed += sum(former.head.timed for former in self.waiting)
            self.waiting.clear()
        self.missed += len(self.waiting) == TIMED_WAITING_MAX
        self.waiting.append(frame)

    def next(self, now: float) -> Frame | None:
        """The frame to send now, if the window is open."""
        return self.waiting.popleft() if self.waiting and self.line.admits(now) else None

    def is_behind(self, revision: int) -> bool:
        """Whether it stands still at a frame of an earlier revision."""
        return self.shown is not None and not self.shown.timed and self.shown.revision < revision

    def await_frame(self, revision: int, until: float) -> bool:
        """Whether a frame of this revision is to be waited for: not where the last that was came too late, or never."""
        if not self.is_behind(revision):
            return False
        patient, self.in_time = self.in_time, False
        self.awaited, self.awaited_by = revision, until
        return patient

    def note_sent(self, head: FrameHead, now: float) -> None:
        """A frame is under way."""
        if head.revision >= self.awaited:
            self.in_time = self.in_time or now <= self.awaited_by

    def forget_frames(self) -> None:
        """Whoever drew them works for the tab no more; the next one has been told nothing."""
        self.waiting.clear()
        self.line.lost()
        self.told, self.shown = (0, 0), None

    def news_of_line(self, now: float) -> Message | None:
        """What its worker is to know of its line, if that has changed."""
        self.sparing.look(self.line, self.missed, now)
        level, trip_ms = self.sparing.level, round(self.line.trip_s * 1_000)
        if level == self.told[0] and abs(trip_ms - self.told[1]) < TRIP_MS_STEP:
            return None
        self.told = level, trip_ms
        return {"type": "line", "level": level, "trip_ms": trip_ms}


class Pump:
    """All previews whose tabs hang on this process. `send` puts something on a socket and does not wait; `connected` knows open ones."""

    def __init__(
        self,
        previews: Previews,
        send: Send,
        queue_url: str,
        *,
        connected: Callable[[str], bool] = lambda _socket: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.previews, self._send, self._queue_url, self._connected, self._clock = previews, send, queue_url, connected, clock
        self.owner = secrets.token_hex(8)
        self.viewers: dict[str, Viewer] = {}
        self._lock, self._tending = threading.RLock(), threading.Lock()
        self._showing = threading.Condition(self._lock)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def attach(self, session: str, socket: str) -> None:
        """Bring what is drawn for a session to a socket from now on, and see to it that somebody draws; a worker at work says all anew."""
        record = self.previews.record(session)
        with self._lock:
            known = (record.project_id, record.generation) if record else ("", 0)
            self.viewers[session] = Viewer(session, socket, *known)
        if record is not None and record.generation:
            self.previews.say(session, {"type": "hello"})
        self.start()
        self.tend()

    def start(self) -> None:
        """Listen, if it does not yet."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="preview-pump", daemon=True)
                self._thread.start()

    def holds(self, session: str, socket: str) -> bool:
        """Whether this socket is the session's own."""
        viewer = self.viewers.get(session)
        return viewer is not None and viewer.socket == socket

    def release(self, session: str) -> None:
        """The tab gives its slot back."""
        with self._lock:
            self.viewers.pop(session, None)
        self.previews.close(session)

    def await_frame(self, project_id: str, revision: int, patience_s: float) -> None:
        """Wait until every tab of the project that stands still here has seen a frame of this revision, and no longer than that.

        A frame that is merely sent still needs a turn of this process and of the browser's. A tab whose last such frame was late is
        not waited for: in a long project it would be in vain each time.
        """
        until = self._clock() + patience_s
        with self._showing:
            there = [viewer for viewer in self.viewers.values() if viewer.project_id == project_id]
            awaited = [viewer for viewer in there if viewer.await_frame(revision, until)]
            self._showing.wait_for(lambda: not any(viewer.is_behind(revision) for viewer in awaited), patience_s)

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def hear(self, note: bytes) -> None:
        """Something from a worker: a frame, or news for a tab."""
        if note.startswith(FRAME_NOTE):
            self._hear_frame(Frame.read(note[1:]))
        else:
            news = json.loads(note[1:])
            self._tell(news["session"], news["event"], news["facts"])

    def tend(self) -> None:
        """Renew what is ours, tell everybody her place, and ring for a worker where none is at work."""
        with self._tending:
            self._tend()

    def _tend(self) -> None:
        viewers = self._connected_viewers()
        if not viewers:
            return
        there = self.previews.renew(viewer.session for viewer in viewers)
        places = self.previews.places()
        alive = self.previews.alive([viewer.session for viewer in viewers])
        for viewer, present, generation in zip(viewers, there, alive, strict=True):
            if not present:
                self._lose(viewer)
                continue
            self._place(viewer, places.get(viewer.session, 0))
            if viewer.place == 0:
                self._see_to_worker(viewer, generation)
                self._tell_line(viewer)

    def _connected_viewers(self) -> list[Viewer]:
        """Those whose sockets are open; a session whose socket has gone lasts a little longer, in case its tab comes back."""
        with self._lock:
            for viewer in [viewer for viewer in self.viewers.values() if not self._connected(viewer.socket)]:
                del self.viewers[viewer.session]
            return list(self.viewers.values())

    def _hear_frame(self, frame: Frame) -> None:
        with self._lock:
            viewer = self.viewers.get(frame.head.session)
            if viewer is None or frame.head.generation != viewer.generation:
                return
            viewer.lived, viewer.failures = True, 0
            viewer.take(frame)
        self._flush(viewer)

    def _flush(self, viewer: Viewer) -> None:
        """Send what the window lets through."""
        while True:
            with self._lock:
                frame = viewer.next(self._clock())
                if frame is None:
                    return
                viewer.line.sent(frame.head.sequence, len(frame.data), self._clock())
                viewer.sent += 1
                viewer.note_sent(frame.head, self._clock())
            self._send(viewer.socket, "preview:frame", frame.data, self._on_landing(viewer, frame.head))

    def _on_landing(self, viewer: Viewer, head: FrameHead) -> Callable[..., None]:
        def landed(*_answer: Any) -> None:
            with self._showing:
                viewer.line.landed(head.sequence, self._clock())
                viewer.shown = head
                self._showing.notify_all()
            self._flush(viewer)

        return landed

    def _tell(self, session: str, event: str, facts: Message) -> None:
        viewer = self.viewers.get(session)
        if viewer is not None and facts.get("generation", viewer.generation) == viewer.generation:
            self._send(viewer.socket, f"preview:{event}", {**facts, "session": session}, None)

    def _lose(self, viewer: Viewer) -> None:
        """The frames server has forgotten the session: the tab opens another."""
        with self._lock:
            self.viewers.pop(viewer.session, None)
        self._send(viewer.socket, "preview:state", {"session": viewer.session, "state": "gone", "place": 0}, None)

    def _place(self, viewer: Viewer, place: int) -> None:
        if place != viewer.place:
            if place and viewer.generation:
                self._dismiss(viewer)
            viewer.place = place
            state = "waiting" if place else "warming"
            self._send(viewer.socket, "preview:state", {"session": viewer.session, "state": state, "place": place}, None)

    def _dismiss(self, viewer: Viewer) -> None:
        """Its slot is another tenant's turn: whoever draws for it hears that it is over."""
        self.previews.begin(viewer.session)
        with self._lock:
            viewer.generation, viewer.lived = 0, False
            viewer.forget_frames()

    def _see_to_worker(self, viewer: Viewer, living_generation: int) -> None:
        now = self._clock()
        if viewer.generation and living_generation == viewer.generation:
            viewer.lived = True
            return
        patience_s = ALIVE_MS / 1_000 if viewer.lived else START_S * (1 + viewer.failures)
        if viewer.generation and now - viewer.rung_at < max(patience_s, self._pause_s(viewer)):
            return
        if viewer.lived:
            self._send(viewer.socket, "preview:state", {"session": viewer.session, "state": "lost", "place": 0}, None)
        self._ring(viewer, now)

    def _ring(self, viewer: Viewer, now: float) -> None:
        generation = self.previews.begin(viewer.session)
        with self._lock:
            viewer.failures += viewer.generation > 0
            viewer.generation, viewer.rung_at, viewer.lived = generation, now, False
            viewer.forget_frames()
        log.info("preview rung for", session=viewer.session[:8], generation=generation)
        ring(QUEUE, SHOW, viewer.session, generation, bell=f"preview-{viewer.session}-{generation}", url=self._queue_url)

    def _pause_s(self, viewer: Viewer) -> float:
        """How long to wait after workers that died before they showed anything."""
        return 0.0 if viewer.failures < 2 else min(PAUSE_S_MAX, 2.0**viewer.failures)  # noqa: PLR2004 - once may happen

    def _tell_line(self, viewer: Viewer) -> None:
        with self._lock:
            news = viewer.news_of_line(self._clock())
        if news is not None:
            self.previews.say(viewer.session, news)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except RedisError as error:
                log.warning("frames server away", reason=str(error))
                self._stop.wait(AWAY_S)

    def _listen(self) -> None:
        due = 0.0
        with self.previews.client.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(channel(self.owner))
            while not self._stop.is_set():
                note = heard.get_message(timeout=max(0.01, min(TICK_S, due - self._clock())))
                if note is not None:
                    self._guarded(lambda note=note: self.hear(note["data"]))  # type: ignore[misc]
                if self._clock() >= due:
                    due = self._clock() + TICK_S
                    self._guarded(self.tend)

    def _guarded(self, act: Callable[[], None]) -> None:
        """One tab's trouble must not stop the others' pictures."""
        try:
            act()
        except RedisError:
            raise
        except Exception:
            log.exception("preview pump")
