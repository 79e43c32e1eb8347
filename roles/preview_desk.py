"""The desk of a preview: hears what a tab wants and draws it, one piece of work at a time, the most urgent one first."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import structlog

from render.engine import sound_name
from render.errors import RenderError
from render.pixels.jpeg import jpeg
from render.presets.exports import PRESETS, PREVIEW_SHORT_SIDES_PX
from roles.preview_ahead import Ahead, shows_films
from roles.preview_heart import Heart
from roles.preview_playhead import Pace, Playhead, next_frame, wait_s
from roles.preview_sound import CHUNK_TICKS, SoundShelf
from roles.preview_stage import Play, Stage, relocated
from webapp.errors import NotFound, WebError
from webapp.services import voices
from webapp.services.preview_wire import FrameHead, Message, coalesced

PATIENCE_S: Final = 0.5
REST_S: Final = 0.3
"""So long after the last change the picture is drawn again at full quality."""
LEISURE_S: Final = 1.0
"""After so much rest, what comes next is made ready."""
VOICE_REST_S: Final = 0.2
"""Words are voiced when nobody has changed any for so long: not every letter is a passage. What is changed later breaks them off."""
VOICE_AGAIN_S: Final = 10.0
SOUND_REST_S: Final = 0.5
QUALITIES: Final = (78, 62, 55, 48)
"""JPEG quality of frames that are shown for a moment, by how slow the line is."""
FINE_QUALITY: Final = 92

log = structlog.get_logger("preview")


class Desk:
    """One session at work. `draw` is called between words from the tab; whatever cannot be shown is told and does not end the session."""

    def __init__(self, heart: Heart, stage: Stage, sounds: SoundShelf, clock: Callable[[], float] = time.monotonic) -> None:
        self.heart, self.stage, self.sounds, self._clock = heart, stage, sounds, clock
        self.there, self.session_id = heart.there, heart.session_id
        self.playhead, self.pace = Playhead(), Pace()
        self.play: Play | None = None
        self.coming: Play | None = None
        """The next play, shown once the tab takes its sound."""
        self.short_side_px, self.level = heart.record.short_side_px, 0
        self.sequence, self._begun_us = 0, 0
        self._stale, self._dirty, self._fine = True, False, True
        self._drawn, self._changed_at, self._words_at, self._asked_at = -1, 0.0, 0.0, float("-inf")
        self._told_sound, self._tried_sound = "", ""
        self._spoken = False
        """Whether a sentence has been voiced since the last mix was begun."""
        self._mixing: threading.Thread | None = None
        self._ahead = Ahead()
        self._leisure: Iterator[None] | None = None
        self._closed = False

    def run(self) -> None:
        """Until the tab closes or another worker takes over."""
        while not (self.heart.over or self._closed):
            self.turn()

    def turn(self) -> None:
        """Hear what has been said, then do one piece of work."""
        waited = not (self._stale or self._dirty)
        words = coalesced(self.there.hear(self.session_id, self._patience_s()))
        if waited:
            self._begun_us = _now_us()
        for message in words:
            self._take(message)
        self._guarded(self._work)

    def _take(self, message: Message) -> None:
        """Hear one message."""
        hear = getattr(self, f"_hear_{message['type']}", None)
        if hear is not None:
            hear(message)

    def _hear_seek(self, message: Message) -> None:
        self._move(message["ticks"], playing=False)
        self._changed_at = self._clock()

    _hear_stop = _hear_seek

    def _hear_play(self, message: Message) -> None:
        self._switch(message["program"])
        self._move(message["ticks"], playing=True)

    def _hear_clock(self, message: Message) -> None:
        if self.playhead.playing:
            self.playhead = self.playhead.moved(message["ticks"], self._clock(), playing=True)

    def _hear_size(self, message: Message) -> None:
        self.short_side_px, self._dirty, self._changed_at = message["short_side_px"], True, self._clock()

    def _hear_line(self, message: Message) -> None:
        self.level, self.pace = message["level"], self.pace.over(message["trip_ms"] / 1_000)

    def _hear_revision(self, message: Message) -> None:
        newest = self.coming or self.play
        self._stale |= newest is None or message["revision"] > newest.revision

    def _hear_shape(self, message: Message) -> None:
        self._stale |= message["shape"] != self.stage.shape
        self.stage.shape = message["shape"]

    def _hear_plain(self, message: Message) -> None:
        self._stale |= message["plain"] != self.stage.plain
        self.stage.plain = message["plain"]

    def _hear_voiced(self, _message: Message) -> None:
        """Somebody may be waiting for just this sentence: its sound does not wait for rest."""
        self._stale = self._spoken = True

    def _hear_mixed(self, _message: Message) -> None:
        """Something else may be waiting to be mixed: that comes before anything is drawn."""
        if self._mixing is not None:
            self._mixing.join()
        self._tend_sound(self._clock())

    def _hear_hello(self, _message: Message) -> None:
        """The tab has a new socket, may have missed something, and its line is not known."""
        self.level, self.pace = 0, self.pace.over(0.0)
        newest, self._told_sound = self.coming or self.play, ""
        if newest is not None:
            self._announce(newest)
            self._dirty = not self.playhead.playing

    def _hear_close(self, _message: Message) -> None:
        self._closed = True

    def _move(self, ticks: int, *, playing: bool) -> None:
        if self.coming is not None and not playing:
            self.play, self.coming = self.coming, None
        self.playhead = self.playhead.moved(ticks, self._clock(), playing=playing)
        self._drawn, self._dirty = -1, not playing

    def _work(self) -> None:
        """One piece of work, the most urgent one."""
        now = self._clock()
        if self._stale:
            self._read()
        elif self.play is None or not self.play.frame_count:
            return
        elif self.playhead.playing:
            self._draw_ahead(self.play, now)
        elif self._dirty:
            self._draw_still(self.play, fine=False)
        elif not self._fine and now - self._changed_at >= REST_S:
            self._draw_still(self.play, fine=True)
        elif self._leisure is not None and now - self._changed_at >= LEISURE_S and not self._awaits_words(self.play):
            self._use_leisure()
        if not self._dirty and not self._stale:
            self._tend_voices(now)
            self._tend_sound(now)

    def _read(self) -> None:
        """Take the newest revision: at once where the picture stands still, else when the tab takes its sound."""
        self._stale = False
        read, now = self.stage.read(), self._clock()
        shown = self.coming or self.play
        if shown is not None and read.key == shown.key:
            return
        if shown is None or set(read.missing) - set(shown.missing):
            self._words_at = now if shown else float("-inf")
        self._asked_at = float("-inf")
        if self.play is not None and self.playhead.playing:
            self.coming = read
        else:
            self._show(read)
        self.stage.keep_only(self.play, self.coming)
        self._announce(read)
        if self._spoken:
            self._tend_sound(now)

    def _show(self, play: Play) -> None:
        """From now on this is what is seen."""
        ticks = self.playhead.ticks_at(self._clock())
        if self.play is not None:
            ticks = relocated(ticks, self.play.timeline, play.timeline)
        self.play, self.coming = play, None
        self.playhead = self.playhead.moved(min(ticks, play.timeline.duration), self._clock(), playing=self.playhead.playing)
        self._drawn, self._dirty, self._changed_at = -1, not self.playhead.playing, self._clock()

    def _switch(self, wanted: str) -> None:
        """The tab has taken the sound of the coming play."""
        if self.coming is not None and wanted == self.coming.key:
            self._show(self.coming)

    def _draw_ahead(self, play: Play, now: float) -> None:
        if self.playhead.silent(now):
            self.playhead = self.playhead.moved(self.playhead.ticks_at(now), now, playing=False)
            return
        rate = play.timeline.canvas.frame_rate
        index = next_frame(self.playhead, self.pace, self._drawn, rate, now)
        if index >= play.frame_count or wait_s(self.playhead, self.pace, index, rate, now) > 0:
            return
        self._drawn = index
        self._draw(play, index, timed=True, fine=False)
        self.pace = self.pace.after(self._clock() - now)

    def _draw_still(self, play: Play, *, fine: bool) -> None:
        self._dirty, self._fine, self._leisure = False, fine, self._at_leisure(play) if fine else None
        self._draw(play, play.frame_index(self.playhead.ticks), timed=False, fine=fine)

    def _at_leisure(self, play: Play) -> Iterator[None]:
        """What is worth doing while nobody does anything: the picture from whole films, then what comes next."""
        ticks = self.playhead.ticks
        if shows_films(play.timeline):
            self._draw(play, play.frame_index(ticks), timed=False, fine=True, resting=True)
            yield
        program = self.stage.program(play, moving_side(self.short_side_px, self.level))
        yield from self._ahead.steps(program, play.timeline, ticks)

    def _awaits_words(self, play: Play) -> bool:
        """Whether something is about to be heard for the first time: voice and mix have the machine to themselves."""
        return bool(play.missing) or self._is_mixing

    def _use_leisure(self) -> None:
        """One step; what cannot be made ready is told when somebody goes there."""
        try:
            next(self._leisure or iter(()))
        except (StopIteration, RenderError, WebError):
            self._leisure = None

    def _draw(self, play: Play, index: int, *, timed: bool, fine: bool, resting: bool = False) -> None:
        side = self.short_side_px if fine else moving_side(self.short_side_px, self.level)
        planes = self.stage.program(play, side, resting=resting).frame(index)
        data = jpeg(planes, FINE_QUALITY if fine else QUALITIES[self.level])
        self.sequence += 1
        place = (play.ticks_of(index), self.sequence, planes.width_px, planes.height_px)
        moments = {"begun_us": self._begun_us, "made_us": _now_us()}
        head = FrameHead(self.session_id, self.heart.generation, play.revision, play.manifest, *place, timed=timed, fine=fine, **moments)
        self.there.show(self.heart.record.owner, head, data)

    def _announce(self, play: Play) -> None:
        canvas = play.timeline.canvas
        facts: Message = {
            **self._name(play),
            "duration": play.timeline.duration,
            "frame_rate": canvas.frame_rate,
            "size": [canvas.width_px, canvas.height_px],
            "scenes": [{"id": scene.id, "start": scene.range.start, "duration": scene.range.duration} for scene in play.timeline.scenes],
            "complete": play.timeline.complete,
            "missing": len(play.missing),
            "ticks": self.playhead.ticks,
        }
        self._report("program", facts)

    def _tend_voices(self, now: float) -> None:
        """Ask for what is missing, once its words have rested and again if nothing comes of it."""
        play = self.coming or self.play
        if play is None or not play.missing or now - self._words_at < VOICE_REST_S or now - self._asked_at < VOICE_AGAIN_S:
            return
        self._asked_at = now
        blocks = voices.blocks_from(play.timeline, self.playhead.ticks_at(now))
        needed = [digest for block in blocks for digest in play.digests.get(block, ())]
        wanted = voices.in_order_of_need(play.missing, needed)
        voices.ask(self.there.client, self.stage.project_id, wanted, queue_url=self.stage.house.settings.queue_url)

    @property
    def _is_mixing(self) -> bool:
        return self._mixing is not None and self._mixing.is_alive()

    def _tend_sound(self, now: float) -> None:
        """Have the mix made when it is going to be heard: at once while playing and when a sentence was voiced, else when all rests."""
        play = self.coming or self.play
        if play is None or self._told_sound == play.key or self._is_mixing:
            return
        if not (self.playhead.playing or self._spoken) and now - self._changed_at < SOUND_REST_S:
            return
        self._spoken = False
        name = sound_name(play.timeline, PRESETS["720p"])
        pieces = self.sounds.known(name)
        if pieces is None:
            if self._tried_sound == play.key:
                return
            self._tried_sound = play.key
            self._mixing = threading.Thread(target=self._guarded, args=(partial(self._mix, name, play),), name="preview-mix", daemon=True)
            self._mixing.start()
            return
        self._tell_sound(play, pieces)

    def _mix(self, name: str, play: Play) -> None:
        """In the mix's own thread: it tells by itself, as the desk may be at a picture for longer than the mix took."""
        self._tell_sound(play, self.sounds.make(name, play.timeline))
        self.there.say(self.session_id, {"type": "mixed"})

    def _tell_sound(self, play: Play, pieces: tuple[str, ...]) -> None:
        self._told_sound = play.key
        self._report("sound", {**self._name(play), "piece": CHUNK_TICKS, "pieces": pieces})

    def _patience_s(self) -> float:
        """How long to wait for a word before there is something to do."""
        now, play = self._clock(), self.play
        if self._stale or self._dirty:
            return 0.0
        if play is not None and self.playhead.playing:
            rate = play.timeline.canvas.frame_rate
            index = next_frame(self.playhead, self.pace, self._drawn, rate, now)
            return min(PATIENCE_S, wait_s(self.playhead, self.pace, index, rate, now)) if index < play.frame_count else PATIENCE_S
        if self._fine and (self._leisure is None or play is None or self._awaits_words(play)):
            return PATIENCE_S
        rest = self._changed_at + (LEISURE_S if self._fine else REST_S)
        if play is not None and play.missing and self._asked_at < self._words_at:
            rest = min(rest, self._words_at + VOICE_REST_S)
        return min(PATIENCE_S, max(0.0, rest - now))

    def _name(self, play: Play) -> Message:
        return {"generation": self.heart.generation, "revision": play.revision, "manifest": play.manifest}

    def _report(self, event: str, facts: Message) -> None:
        self.there.report(self.heart.record.owner, self.session_id, event, facts)

    def _guarded(self, act: Callable[[], None]) -> None:
        """What cannot be shown is told; the session goes on with the next word."""
        try:
            act()
        except NotFound:
            self._closed = True
        except (RenderError, WebError) as problem:
            log.info("preview refused", session=self.session_id[:8], code=problem.code)
            self._report("problem", {"generation": self.heart.generation, "code": problem.code, "facts": problem.facts})


def _now_us() -> int:
    """By the clock that tabs on the same machine share."""
    return time.time_ns() // 1_000


def moving_side(short_side_px: int, level: int) -> int:
    """The size of frames that are shown for a moment: smaller on a slow line."""
    sides = [side for side in PREVIEW_SHORT_SIDES_PX if side <= short_side_px]
    return sides[max(0, len(sides) - 1 - max(0, level - 1))]
