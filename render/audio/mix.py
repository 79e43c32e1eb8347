"""The mix: all sound of a placed timeline, at broadcast loudness, ten seconds at a time."""

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.audio.ducking import ducking_curve, gain_between, speaking_steps
from render.audio.loudness import STRETCH_SAMPLES, mastered
from render.audio.recordings import Held, Played, Recording
from render.audio.tempo import at_speed
from render.timeline.document import AudioContent, Layer, VideoContent
from render.timeline.keyframes import value_at
from render.timeline.placed import PlacedLayer, PlacedTimeline
from render.timeline.spoken import sounds_of

Samples = NDArray[np.float32]
Sound = Callable[[str], Recording]

SAMPLE_RATE: Final = 48_000
TICKS_PER_SAMPLE: Final = 5
TARGET_LUFS: Final = -14.0
PEAK_DBTP: Final = -1.0
_CURVE_STEP: Final = 480  # keyframed volume is read every 10 ms
_CLICK_FREE: Final = 240  # 5 ms: the shortest fade, at any edge
_PLAIN: Final = 1_000  # the pace of a sound that is played as it is, per mille
_PACED_MAX: Final = 4  # sounds at a pace of their own are made whole; as many as hardly ever sound together are kept


def silent(_asset: str) -> Recording:
    """The sound of a clip that has none."""
    return Held(np.zeros((2, 0), np.float32))


def mix(timeline: PlacedTimeline, voice: Sound, music: Sound, film: Sound = silent, *, lufs: float = TARGET_LUFS) -> Iterator[Samples]:
    """All sound, float32 at 48 kHz, in stretches (2, `STRETCH_SAMPLES`), the last one shorter: duration / 5 samples together.

    `lufs` loud, true peak at most -1 dBTP; silence where there is none. `voice` gives a sentence by its speech digest, `music` an audio
    layer's sound by its `asset` (`music:<name>` or a digest), `film` a clip's; each is asked for anew wherever it is heard. Sentences
    whose times are estimated have no sound yet and are not asked for.
    """
    desk = Desk(timeline, voice, music, film)
    return mastered(desk.heard, desk.length, lufs, PEAK_DBTP)


class Desk:
    """Everything that is heard in a timeline, before loudness is settled: any stretch of it."""

    def __init__(self, timeline: PlacedTimeline, voice: Sound, music: Sound, film: Sound = silent) -> None:
        self.length = timeline.duration // TICKS_PER_SAMPLE
        self._voice = voice
        self._said = [(start, voice(digest).length, digest) for start, digest in _sentences(timeline)]
        self._tracks = [
            _Track(placed, start, music if isinstance(placed.layer.content, AudioContent) else film)
            for placed, start in _audio_layers(timeline)
        ]
        self._paced = lru_cache(_PACED_MAX)(_Track.paced)

    def heard(self, start: int, stop: int) -> Samples:
        """(2, stop - start)."""
        bus = self._speech(start, stop)
        for track in self._tracks:
            first, last = max(start, track.start), min(stop, track.start + track.length)
            if first < last:
                sound = track.part(first - track.start, last - first, self._paced)
                _add(bus, sound * gain_between(self._ducking, first, last - first) if track.ducks else sound, first - start)
        return bus

    @cached_property
    def _ducking(self) -> NDArray[np.float64]:
        """How far what ducks goes down, by steps of 10 ms."""
        starts = range(0, self.length, STRETCH_SAMPLES)
        return ducking_curve(
            np.concatenate([speaking_steps(self._speech(start, min(start + STRETCH_SAMPLES, self.length))) for start in starts])
        )

    def _speech(self, start: int, stop: int) -> Samples:
        bus = np.zeros((2, stop - start), np.float32)
        for at, length, digest in self._said:
            if at < stop and start < at + length:
                first = max(start, at)
                _add(bus, self._voice(digest).part(first - at, stop - first), first - start)
        return bus


class _Track:
    """A layer that is heard, from sample `start` of the film on, for `length` samples."""

    def __init__(self, placed: PlacedLayer, start: int, source: Sound) -> None:
        content = placed.layer.content
        assert isinstance(content, AudioContent | VideoContent)  # noqa: S101 - only such are heard
        self.start, self.ducks = start, content.duck
        self._layer, self._content, self._source = placed.layer, content, source
        self._wanted = placed.range.duration // TICKS_PER_SAMPLE
        self._speed = _speed(content, source(content.asset), self._wanted)
        played = self._played(source(content.asset))
        self.length = played.length if self._speed == _PLAIN else min(self._wanted, played.length * _PLAIN // self._speed)

    def part(self, first: int, count: int, paced: Callable[["_Track"], Recording]) -> Samples:
        """Samples of it at its pace and volume, with its fades; an end of the source that does not loop is faded too."""
        played = self._played(self._source(self._content.asset)) if self._speed == _PLAIN else paced(self)
        sound = played.part(first, count)
        return np.asarray(sound * self._fades(first, count) * self._volume(first, count), np.float32)

    def paced(self) -> Recording:
        """All of it at a pace of its own."""
        played = self._played(self._source(self._content.asset))
        return Held(at_speed(played.part(0, played.length), self._speed))

    def _played(self, source: Recording) -> Played:
        content, wanted = self._content, -(-self._wanted * self._speed // _PLAIN)
        start = content.source_start // TICKS_PER_SAMPLE
        if isinstance(content, VideoContent):
            return Played(source, start, 0, wanted, loop=content.beyond == "loop")
        return Played(source, 0, start, wanted, loop=content.loop)

    def _fades(self, first: int, count: int) -> Samples:
        """A raised cosine up at the start and down at the end, never shorter than 5 ms; where both meet they multiply."""
        content = self._content
        rise, fall = (min(self.length, max(ticks // TICKS_PER_SAMPLE, _CLICK_FREE)) for ticks in (content.fade_in, content.fade_out))
        gain = np.ones(count, np.float32)
        rising, falling = np.arange(first, min(first + count, rise)), np.arange(max(first, self.length - fall), first + count)
        gain[: rising.size] *= _raised_cosine(rising / rise)
        gain[count - falling.size :] *= _raised_cosine((self.length - 1 - falling) / fall)
        return gain

    def _volume(self, first: int, count: int) -> Samples | np.float32:
        """The gain per sample from keyframes of `volume`, or one for all."""
        if not any(keyframe.property == "volume" for keyframe in self._layer.keyframes):
            return np.float32(self._content.volume / 1_000)
        steps = np.arange(first // _CURVE_STEP * _CURVE_STEP, first + count + _CURVE_STEP, _CURVE_STEP)
        curve = [value_at(self._layer, "volume", int(step) * TICKS_PER_SAMPLE) / 1_000 for step in steps]
        return np.asarray(np.interp(np.arange(first, first + count), steps, np.maximum(curve, 0)), np.float32)


def audible(layer: Layer, content: AudioContent | VideoContent) -> bool:
    """Whether anything of a layer may be heard."""
    return content.volume > 0 or any(keyframe.property == "volume" and keyframe.value > 0 for keyframe in layer.keyframes)


def _sentences(timeline: PlacedTimeline) -> Iterator[tuple[int, str]]:
    """The first sample of every sentence that has been said, and its digest."""
    for scene in timeline.scenes:
        for block in scene.blocks:
            for sound in sounds_of(block.speech_digest, block.times):
                yield (scene.range.start + block.range.start + sound.at) // TICKS_PER_SAMPLE, sound.digest


def _audio_layers(timeline: PlacedTimeline) -> Iterator[tuple[PlacedLayer, int]]:
    """Every layer that may be heard, with its first sample."""
    placed_ones = [(placed, scene.range.start) for scene in timeline.scenes for placed in scene.layers]
    for placed, from_ticks in (*placed_ones, *((placed, 0) for placed in timeline.tracks)):
        content = placed.layer.content
        if isinstance(content, AudioContent | VideoContent) and audible(placed.layer, content):
            yield placed, (from_ticks + placed.range.start) // TICKS_PER_SAMPLE


def _speed(content: AudioContent | VideoContent, source: Recording, length: int) -> int:
    """Its pace per mille: its own, or what stretches a clip to its place."""
    if isinstance(content, VideoContent) and content.beyond == "stretch" and length:
        own = max(0, source.length - content.source_start // TICKS_PER_SAMPLE)
        return min(max(own * _PLAIN // length, 100), 10_000)
    return content.speed


def _raised_cosine(shares: NDArray[np.float64]) -> Samples:
    return np.asarray(np.sin(np.pi / 2 * shares) ** 2, np.float32)


def _add(bus: Samples, sound: Samples, start: int) -> None:
    """Add mono or stereo to the bus; what lies outside of it is left out."""
    end = min(start + sound.shape[1], bus.shape[1])
    if start < end:
        bus[:, start:end] += sound[:, : end - start]
