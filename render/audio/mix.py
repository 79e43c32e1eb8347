"""The mix: all sound of a placed timeline, at broadcast loudness."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.audio.ducking import ducking_gain
from render.audio.loudness import normalise
from render.audio.tempo import at_speed
from render.timeline.document import AudioContent, Layer, VideoContent
from render.timeline.keyframes import value_at
from render.timeline.placed import PlacedLayer, PlacedTimeline
from render.timeline.spoken import sounds_of

Samples = NDArray[np.float32]
Sound = Callable[[str], Samples]

SAMPLE_RATE: Final = 48_000
TICKS_PER_SAMPLE: Final = 5
TARGET_LUFS: Final = -14.0
PEAK_DBTP: Final = -1.0
_CURVE_STEP: Final = 480  # keyframed volume is read every 10 ms
_CLICK_FREE: Final = 240  # 5 ms: the shortest fade, at any edge


def silent(_asset: str) -> Samples:
    """The sound of a clip that has none."""
    return np.zeros((2, 0), np.float32)


def mix(timeline: PlacedTimeline, voice: Sound, music: Sound, film: Sound = silent, *, lufs: float = TARGET_LUFS) -> Samples:
    """All sound, float32 (2, duration / 5) at 48 kHz: `lufs` loud, true peak at most -1 dBTP; silence where there is none.

    `voice` gives a sentence by its speech digest, `music` an audio layer's sound by its `asset` (`music:<name>` or a digest), `film` a
    clip's, all float32 (1 or 2, n) or (n,) at 48 kHz. Sentences whose times are estimated have no sound yet and are not asked for.
    """
    return normalise(unmastered(timeline, voice, music, film), lufs, PEAK_DBTP)


def unmastered(timeline: PlacedTimeline, voice: Sound, music: Sound, film: Sound = silent) -> Samples:
    """The same before loudness is settled."""
    bus = _speech(timeline, voice)
    layers = list(_audio_layers(timeline))
    gain = ducking_gain(bus) if layers else None
    for placed, from_ticks, content in layers:
        source = (music if isinstance(content, AudioContent) else film)(content.asset)
        start, sound = (from_ticks + placed.range.start) // TICKS_PER_SAMPLE, _layer(placed, content, source)
        if content.duck and gain is not None:
            sound = sound * gain[start : start + sound.shape[1]]
        _add(bus, sound, start)
    return bus


def _speech(timeline: PlacedTimeline, voice: Callable[[str], Samples]) -> Samples:
    bus = np.zeros((2, timeline.duration // TICKS_PER_SAMPLE), np.float32)
    for scene in timeline.scenes:
        for block in scene.blocks:
            for sound in sounds_of(block.speech_digest, block.times):
                _add(bus, voice(sound.digest), (scene.range.start + block.range.start + sound.at) // TICKS_PER_SAMPLE)
    return bus


def _audio_layers(timeline: PlacedTimeline) -> Iterator[tuple[PlacedLayer, int, AudioContent | VideoContent]]:
    """Every layer that may be heard with the tick its range counts from."""
    placed_ones = [(placed, scene.range.start) for scene in timeline.scenes for placed in scene.layers]
    for placed, from_ticks in (*placed_ones, *((placed, 0) for placed in timeline.tracks)):
        content = placed.layer.content
        if isinstance(content, AudioContent | VideoContent) and audible(placed.layer, content):
            yield placed, from_ticks, content


def audible(layer: Layer, content: AudioContent | VideoContent) -> bool:
    """Whether anything of a layer may be heard."""
    return content.volume > 0 or any(keyframe.property == "volume" and keyframe.value > 0 for keyframe in layer.keyframes)


def _layer(placed: PlacedLayer, content: AudioContent | VideoContent, source: Samples) -> Samples:
    """A layer's sound at its pace and volume, with its fades, as long as it plays; an end of the source that does not loop is faded too."""
    length = placed.range.duration // TICKS_PER_SAMPLE
    sound = (
        _clip(content, np.atleast_2d(source), length)
        if isinstance(content, VideoContent)
        else _sound(content, np.atleast_2d(source), length)
    )
    fades = _fades(sound.shape[1], content.fade_in // TICKS_PER_SAMPLE, content.fade_out // TICKS_PER_SAMPLE)
    return np.asarray(sound * fades * _volume(placed.layer, content, sound.shape[1]), np.float32)


def _sound(content: AudioContent, source: Samples, length: int) -> Samples:
    """`length` samples of a layer of sound, or fewer where it ends."""
    wanted = -(-length * content.speed // 1_000)
    return at_speed(_stretch(source, content.source_start // TICKS_PER_SAMPLE, wanted, loop=content.loop), content.speed)[:, :length]


def _clip(content: VideoContent, source: Samples, length: int) -> Samples:
    """The sound of a clip, as its picture goes: over and over from its start, stretched to its place, or until it ends."""
    own = source[:, content.source_start // TICKS_PER_SAMPLE :]
    speed = content.speed
    if content.beyond == "stretch" and length:
        speed = min(max(own.shape[1] * 1_000 // length, 100), 10_000)
    return at_speed(_stretch(own, 0, -(-length * speed // 1_000), loop=content.beyond == "loop"), speed)[:, :length]


def _stretch(source: Samples, first: int, length: int, *, loop: bool) -> Samples:
    """`length` samples of the source from `first` on: round and round, or until it ends."""
    if not source.shape[1]:
        return source
    if not loop:
        return source[:, first : first + length]
    return np.take(source, np.arange(first, first + length), axis=1, mode="wrap")


def _fades(length: int, fade_in: int, fade_out: int) -> NDArray[np.float32]:
    """A raised cosine up at the start and down at the end, never shorter than 5 ms; where both meet they multiply."""
    gain = np.ones(length, np.float32)
    rise, fall = (min(length, max(samples, _CLICK_FREE)) for samples in (fade_in, fade_out))
    gain[:rise] *= _raised_cosine(rise)
    gain[length - fall :] *= _raised_cosine(fall)[::-1]
    return gain


def _raised_cosine(length: int) -> NDArray[np.float32]:
    return np.asarray(np.sin(np.linspace(0, np.pi / 2, length, endpoint=False)) ** 2, np.float32)


def _volume(layer: Layer, content: AudioContent | VideoContent, length: int) -> NDArray[np.float32] | np.float32:
    """The gain per sample from keyframes of `volume`, or one for all."""
    if not any(keyframe.property == "volume" for keyframe in layer.keyframes):
        return np.float32(content.volume / 1_000)
    steps = np.arange(0, length + _CURVE_STEP, _CURVE_STEP)
    curve = [value_at(layer, "volume", int(step) * TICKS_PER_SAMPLE) / 1_000 for step in steps]
    return np.asarray(np.interp(np.arange(length), steps, np.maximum(curve, 0)), np.float32)


def _add(bus: Samples, sound: Samples, start: int) -> None:
    """Add mono or stereo to the bus; what lies outside of it is left out."""
    channels = np.atleast_2d(sound)
    end = min(start + channels.shape[1], bus.shape[1])
    if start < end:
        bus[:, start:end] += channels[:, : end - start]
