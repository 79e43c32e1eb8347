import re
from functools import cache

import numpy as np
import pytest

from render.audio import instruments
from render.audio.harmony import chords
from render.audio.loudness import integrated_lufs, true_peak_dbtp
from render.audio.music import compose
from render.audio.sequencer import Loop
from render.errors import MissingSource
from render.presets.tracks import TRACKS

RATE = 48_000
NAMES = [track.id for track in TRACKS]
PLACES = {  # bpm and the chords of the first bars
    "bright-morning": (120, "C G Am F"),
    "quiet-water": (72, "Fmaj7 Em7 Dm7 Cmaj7"),
    "steady-ground": (100, "D A Bm G"),
    "warm-afternoon": (80, "Gmaj7 Em7 Cmaj7 D7"),
    "night-signal": (128, "Am F C G"),
    "lantern-feast": (125, "G5 C D5 G5"),
}


@cache
def track(name: str) -> np.ndarray:
    return compose(name)


def test_six_tracks_of_six_moods_are_named_in_four_languages() -> None:
    assert len(TRACKS) == len({track.mood for track in TRACKS}) == len(set(NAMES)) == 6
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in NAMES)
    assert all(set(track.names) == {"zh-Hans", "zh-Hant", "en", "th"} and all(track.names.values()) for track in TRACKS)


@pytest.mark.parametrize("name", NAMES)
def test_a_track_is_a_minute_or_more_of_stereo_at_an_even_loudness(name: str) -> None:
    samples = track(name)
    assert samples.dtype == np.float32
    assert samples.shape[0] == 2
    assert 60 <= samples.shape[1] / RATE <= 90
    assert integrated_lufs(samples) == pytest.approx(-18, abs=0.5)
    assert true_peak_dbtp(samples) <= -2 + 0.01
    assert 0.2 < np.corrcoef(samples)[0, 1] < 0.98


@pytest.mark.parametrize("name", NAMES)
def test_the_end_meets_the_start(name: str) -> None:
    samples = track(name)
    seam = np.concatenate([samples[:, -2_400:], samples[:, :2_400]], axis=1)
    steps = np.abs(np.diff(seam, n=2, axis=1)).max(axis=0)
    middle = slice(2_390, 2_410)
    assert steps[middle].max() <= np.abs(np.diff(samples, n=2, axis=1)).max()
    louder, softer = (integrated_lufs(part) for part in (samples[:, -RATE // 2 :], samples[:, : RATE // 2]))
    assert abs(louder - softer) < 14


@pytest.mark.parametrize("name", NAMES)
def test_there_is_no_direct_current_and_sound_in_every_register(name: str) -> None:
    mono = track(name).mean(axis=0)
    power = np.abs(np.fft.rfft(mono)) ** 2
    hertz = np.fft.rfftfreq(mono.size, 1 / RATE)
    assert abs(mono.mean()) < 1e-5
    shares = [
        power[(hertz >= low) & (hertz < high)].sum() / power.sum() for low, high in ((0, 25), (40, 200), (200, 1_000), (1_000, 8_000))
    ]
    assert shares[0] < 1e-3
    assert all(share > 0.002 for share in shares[1:])


@pytest.mark.parametrize("name", NAMES)
def test_the_first_bars_sound_in_their_chords(name: str) -> None:
    bpm, names = PLACES[name]
    bar = 4 * 60 * RATE // bpm
    mono = track(name).mean(axis=0)
    for index, chord in enumerate(chords(names)):
        part = mono[index * bar : (index + 1) * bar]
        power = np.abs(np.fft.rfft(part * np.hanning(part.size), 1 << 18)) ** 2
        keys = np.arange(48, 84)
        places = np.rint(440 * 2 ** ((keys - 69) / 12) * (1 << 18) / RATE).astype(int)
        strength = np.zeros(12)
        for key, place in zip(keys, places, strict=True):
            strength[key % 12] += power[place - 2 : place + 3].max()
        strongest = set(np.argsort(strength)[-2:].tolist())
        assert strongest <= set(chord.classes), (index, strength.round(1))


def test_the_same_track_is_the_same_every_time() -> None:
    assert np.array_equal(compose("quiet-water"), track("quiet-water"))


def test_a_track_that_is_not_ours_is_missing() -> None:
    with pytest.raises(MissingSource):
        compose("somebody-elses-song")


@pytest.mark.parametrize("name", ["pluck", "electric_piano", "bell", "pad", "bass", "saw_bass", "saw_lead", "flute"])
@pytest.mark.parametrize("key", [45, 60, 76])
def test_an_instrument_is_in_tune_and_begins_and_ends_in_silence(name: str, key: int) -> None:
    note = getattr(instruments, name)(key, 1.0)
    power = np.abs(np.fft.rfft(note * np.hanning(note.size), 1 << 19))
    wanted = instruments.frequency_hz(key)
    hertz = np.arange(power.size) * RATE / (1 << 19)
    near = (hertz > wanted * 0.94) & (hertz < wanted * 1.06)
    cents = 1_200 * np.log2(hertz[near][power[near].argmax()] / wanted)
    assert abs(cents) < 8
    assert max(abs(note[0]), abs(note[-1])) < 0.01
    assert np.abs(note).max() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["kick", "tom", "snare", "clap", "hat", "shaker"])
def test_a_drum_strikes_at_once_and_dies(name: str) -> None:
    stroke = getattr(instruments, name)(43, 0.1)
    assert np.abs(stroke[: RATE // 10]).max() == pytest.approx(1, abs=0.05)
    assert abs(stroke[-1]) < 0.001


def test_what_rings_beyond_the_loop_rings_on_at_its_start() -> None:
    loop = Loop(120, 1)
    loop.play(lambda _key, _seconds: np.ones(1_000, np.float32), 60, 4 - 500 / 24_000, 1, 1.0, send=0)
    assert np.allclose(loop.dry[:, :500], 1)
    assert np.allclose(loop.dry[:, -500:], 1)
    assert not loop.dry[:, 500:-500].any()
