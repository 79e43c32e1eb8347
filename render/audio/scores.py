"""Six pieces of our own, written as code: each fills a loop with notes."""
# ruff: noqa: PLR2004 - the numbers are bars, beats, keys and levels: they are the music

from collections.abc import Iterator
from typing import Final

from render.audio import instruments as play
from render.audio.harmony import Chord, chords, melody
from render.audio.sequencer import BEATS_PER_BAR, Loop

MAJOR: Final = (0, 2, 4, 5, 7, 9, 11)
_STRAIGHT: Final = (1.0, 0.5, 0.5, 1.0, 1.0, 1.5, 0.5, -2.0)
_SINGING: Final = (2.0, 1.0, 1.0, 3.0, -1.0)
_DANCING: Final = (0.5, 0.5, 1.0, 0.5, 0.5, 1.0, 0.5, 0.5, 1.0, 1.0, -1.0)


def bright_morning() -> Loop:
    """Upbeat: plucked strings, claps and bells in C."""
    loop, harmony = Loop(120, 32), chords("C G Am F C G F G")
    for bar, chord in _bars(loop, harmony):
        full = bar >= 8
        _strum(loop, play.pluck, bar, chord, (0, 0.5, 1.5, 2, 2.5, 3.5), level=0.17)
        _pulse(loop, play.bass, bar, chord.root(36), (0, 1.5, 2, 3) if full else (0, 2), level=0.3)
        if full:
            _drums(loop, bar, kick=(0, 2, 2.5), clap=(1, 3), hat=_EIGHTHS)
        if 16 <= bar < 24:
            _hold(loop, play.pad, bar, chord, lowest=60, level=0.05)
    _tune(loop, play.bell, melody(harmony, _scale(0), 72, _DANCING, 4), (8, 24), level=0.13, pan=0.25)
    return loop


def quiet_water() -> Loop:
    """Calm: slow pads and an electric piano in F, no drums."""
    loop, harmony = Loop(72, 24), chords("Fmaj7 Em7 Dm7 Cmaj7 Fmaj7 G7 Am7 Cmaj7")
    for bar, chord in _bars(loop, harmony):
        _hold(loop, play.pad, bar, chord, lowest=55, level=0.11)
        loop.play(play.bass, chord.root(36), bar * BEATS_PER_BAR, 3.5, 0.24, send=0.1)
        for index, key in enumerate(chord.keys(60)):
            loop.play(play.electric_piano, key, bar * BEATS_PER_BAR + index * 0.75, 1.5, 0.16, pan=-0.4 + 0.25 * index, send=0.45)
    _tune(loop, play.flute, melody(harmony, _scale(0), 67, _SINGING, 8), (8, 20), level=0.1, pan=0.15, send=0.5)
    return loop


def steady_ground() -> Loop:
    """Corporate: muted eighths, a broad bass and a steady beat in D."""
    loop, harmony = Loop(100, 32), chords("D A Bm G D A G Asus4")
    for bar, chord in _bars(loop, harmony):
        keys = chord.keys(62)
        for eighth in range(8):
            loop.play(
                play.pluck,
                keys[(0, 1, 2, 1, 2, 1, 0, 2)[eighth] % len(keys)],
                bar * 4 + eighth / 2,
                0.25,
                0.2,
                pan=0.3 if eighth % 2 else -0.3,
            )
        _hold(loop, play.pad, bar, chord, lowest=57, level=0.06 if bar < 8 else 0.09)
        if bar >= 4:
            _pulse(loop, play.bass, bar, chord.root(38), (0, 1, 2, 3), level=0.26)
        if bar >= 8:
            _drums(loop, bar, kick=(0, 2), snare=(1, 3), hat=_EIGHTHS if bar >= 16 else (0.5, 1.5, 2.5, 3.5))
    _tune(loop, play.electric_piano, melody(harmony, _scale(2), 69, _STRAIGHT, 3), (16, 30), level=0.17, pan=0.1)
    return loop


def warm_afternoon() -> Loop:
    """Warm: soft electric piano chords, brushes and a singing line in G."""
    loop, harmony = Loop(80, 24), chords("Gmaj7 Em7 Cmaj7 D7 Gmaj7 Bm7 Am7 D7")
    for bar, chord in _bars(loop, harmony):
        _strum(loop, play.electric_piano, bar, chord, (0, 1.5, 2.5), level=0.13, lowest=57, beats=1.2)
        _pulse(loop, play.bass, bar, chord.root(38), (0, 2.5), level=0.3)
        if bar >= 4:
            _drums(loop, bar, kick=(0, 2.5), shaker=_EIGHTHS)
            loop.play(play.snare, 0, bar * 4 + 1, 0.2, 0.05, pan=0.1)
            loop.play(play.snare, 0, bar * 4 + 3, 0.2, 0.06, pan=0.1)
        if bar >= 12:
            _hold(loop, play.pad, bar, chord, lowest=60, level=0.05)
    _tune(loop, play.flute, melody(harmony, _scale(7), 69, _SINGING, 12), (8, 22), level=0.1, pan=-0.15, send=0.35)
    return loop


def night_signal() -> Loop:
    """Electronic: driven bass, arpeggios and four on the floor in A minor, everything breathing with the beat."""
    loop, harmony = Loop(128, 40), chords("Am F C G Am F Dm Em")
    for bar, chord in _bars(loop, harmony):
        keys = chord.keys(64)
        for step in range(16):
            octave = 12 * (step % 4 == 3)
            loop.play(
                play.saw_lead,
                keys[step % len(keys)] + octave,
                bar * 4 + step / 4,
                0.2,
                0.1 if bar >= 8 else 0.07,
                pan=0.5 - step % 2,
                send=0.3,
            )
        _hold(loop, play.pad, bar, chord, lowest=57, level=0.09)
        if bar >= 8:
            _pulse(loop, play.saw_bass, bar, chord.root(33), (0.5, 1, 1.5, 2.5, 3, 3.5), level=0.2, beats=0.4)
    loop.breathe(0.65)
    for bar in range(4, loop.bars):
        if bar not in _BREAK:
            _drums(loop, bar, kick=(0, 1, 2, 3), clap=(1, 3) if bar >= 8 else (), hat=(0.5, 1.5, 2.5, 3.5))
    _tune(loop, play.bell, melody(harmony, _scale(0), 69, _STRAIGHT, 21), (16, 36), level=0.1, pan=0.2, send=0.4)
    return loop


def lantern_feast() -> Loop:
    """Festive: big drums, plucked strings and bells on the five tones of G."""
    loop, harmony = Loop(125, 36), chords("G5 C D5 G5 Em C D5 G5")
    for bar, chord in _bars(loop, harmony):
        for beat, key, level in ((0, 43, 0.42), (0.75, 43, 0.2), (1.5, 43, 0.3), (2, 48, 0.3), (3, 43, 0.34), (3.5, 48, 0.22)):
            loop.play(play.tom, key, bar * 4 + beat, 0.5, level, pan=-0.2 if key == 43 else 0.2, send=0.25)
        _strum(loop, play.pluck, bar, chord, (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5), level=0.11, lowest=55)
        _pulse(loop, play.bass, bar, chord.root(38), (0, 1.5, 2, 3), level=0.22)
        if bar >= 4:
            _drums(loop, bar, clap=(1, 3), shaker=_EIGHTHS)
    tune = melody(harmony, tuple((7 + step) % 12 for step in (0, 2, 4, 7, 9)), 67, _DANCING, 5)
    _tune(loop, play.pluck, tune, (4, 36), level=0.26, pan=-0.1)
    _tune(loop, play.bell, [(beat, length, key + 12) for beat, length, key in tune], (12, 32), level=0.08, pan=0.35, send=0.4)
    return loop


_EIGHTHS: Final = (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5)
_BREAK: Final = range(24, 28)


def _scale(tonic: int) -> tuple[int, ...]:
    return tuple((tonic + step) % 12 for step in MAJOR)


def _bars(loop: Loop, harmony: tuple[Chord, ...]) -> Iterator[tuple[int, Chord]]:
    return ((bar, harmony[bar % len(harmony)]) for bar in range(loop.bars))


def _strum(
    loop: Loop,
    instrument: play.Instrument,
    bar: int,
    chord: Chord,
    beats_at: tuple[float, ...],
    *,
    level: float,
    lowest: int = 60,
    beats: float = 0.5,
) -> None:
    """The chord at each of the beats, its strings an instant apart, from left to right."""
    for place, beat in enumerate(beats_at):
        for string, key in enumerate(chord.keys(lowest)):
            accent = level if place == 0 else 0.8 * level
            loop.play(instrument, key, bar * BEATS_PER_BAR + beat + 0.02 * string, beats, accent, pan=-0.35 + 0.25 * string)


def _hold(loop: Loop, instrument: play.Instrument, bar: int, chord: Chord, *, lowest: int, level: float) -> None:
    """The chord through the bar and a little into the next."""
    for string, key in enumerate(chord.keys(lowest)):
        loop.play(instrument, key, bar * BEATS_PER_BAR, BEATS_PER_BAR, level, pan=0.6 * (-1) ** string, send=0.4)


def _pulse(
    loop: Loop, instrument: play.Instrument, bar: int, key: int, beats_at: tuple[float, ...], *, level: float, beats: float = 0.8
) -> None:
    for beat in beats_at:
        loop.play(instrument, key, bar * BEATS_PER_BAR + beat, beats, level, send=0)


def _tune(
    loop: Loop,
    instrument: play.Instrument,
    tune: list[tuple[float, float, int]],
    bars: tuple[int, int],
    *,
    level: float,
    pan: float,
    send: float = 0.3,
) -> None:
    """The tune, again and again, within the bars."""
    length = max(beat for beat, _, _ in tune) // 32 * 32 + 32
    first, last = (bar * BEATS_PER_BAR for bar in bars)
    for start in range(first, last, int(length)):
        for beat, beats, key in tune:
            if start + beat < last:
                loop.play(instrument, key, start + beat, beats * 0.95, level, pan=pan, send=send)


def _drums(
    loop: Loop,
    bar: int,
    *,
    kick: tuple[float, ...] = (),
    snare: tuple[float, ...] = (),
    clap: tuple[float, ...] = (),
    hat: tuple[float, ...] = (),
    shaker: tuple[float, ...] = (),
) -> None:
    """One bar of drums: beats per instrument. What falls off the beat is softer."""
    kit = (
        (play.kick, kick, 0.5, 0.0, 0.0),
        (play.snare, snare, 0.2, 0.05, 0.2),
        (play.clap, clap, 0.18, -0.1, 0.3),
        (play.hat, hat, 0.06, 0.3, 0.05),
        (play.shaker, shaker, 0.07, -0.3, 0.1),
    )
    for instrument, beats_at, level, pan, send in kit:
        for beat in beats_at:
            accent = level if beat == int(beat) else 0.7 * level
            loop.play(instrument, 0, bar * BEATS_PER_BAR + beat, 0.1, accent, pan=pan, send=send)
