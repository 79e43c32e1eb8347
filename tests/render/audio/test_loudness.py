import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from render.audio.loudness import integrated_lufs, normalise, true_peak_dbtp
from render.media.wav import write_wav

RATE = 48_000


def tone(hertz: float, seconds: float, level_dbfs: float) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.repeat((10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * time))[None], 2, 0).astype(np.float32)


def speech_like(seconds: float, seed: int, level: float = 0.08) -> np.ndarray:
    """Bursts of reddish noise with pauses between them."""
    random = np.random.default_rng(seed)
    length = round(seconds * RATE)
    noise = np.convolve(random.standard_normal(length), np.exp(-np.arange(200) / 12), "same")
    bursts = np.repeat((random.random(length // 9_600 + 1) > 0.3) * random.random(length // 9_600 + 1), 9_600)[:length]
    ramps = np.convolve(bursts, np.hanning(960) / np.hanning(960).sum(), "same")
    return (level * noise / noise.std() * ramps)[None].repeat(2, 0).astype(np.float32)


def judged_by_ffmpeg(samples: np.ndarray, folder: Path) -> tuple[float, float]:
    """Loudness and true peak after another implementation."""
    write_wav(folder / "judged.wav", samples)
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-hide_banner",
        "-nostats",
        "-i",
        folder / "judged.wav",
        "-af",
        "ebur128=peak=true",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]), float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1])


@pytest.mark.parametrize(
    ("samples", "lufs"),
    [
        (tone(1_000, 20, -23.0), -23.0),  # EBU Tech 3341, case 1
        (tone(1_000, 20, -33.0), -33.0),  # case 2
        (np.concatenate([tone(1_000, 10, -36), tone(1_000, 60, -23), tone(1_000, 10, -36)], axis=1), -23.0),  # case 3
        (
            np.concatenate([tone(1_000, s, level) for s, level in ((10, -72), (10, -36), (60, -23), (10, -36), (10, -72))], axis=1),
            -23.0,
        ),  # case 4
    ],
)
def test_the_meter_passes_the_ebu_cases(samples: np.ndarray, lufs: float) -> None:
    assert integrated_lufs(samples) == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_meter_agrees_with_another_one(tmp_path: Path, seed: int) -> None:
    samples = speech_like(12, seed)
    lufs, peak = judged_by_ffmpeg(samples, tmp_path)
    assert integrated_lufs(samples) == pytest.approx(lufs, abs=0.2)
    assert true_peak_dbtp(samples) == pytest.approx(peak, abs=0.3)


def test_the_meter_hears_no_seams_of_its_own() -> None:
    long = tone(1_000, 25, -20)
    assert integrated_lufs(long) == pytest.approx(integrated_lufs(long[:, : 9 * RATE]), abs=0.001)


def test_one_channel_is_three_decibels_softer_than_two() -> None:
    both = tone(1_000, 5, -20)
    assert integrated_lufs(both) - integrated_lufs(both[:1]) == pytest.approx(3.01, abs=0.01)


@pytest.mark.parametrize("phase", [np.pi / 4, np.pi / 5])
def test_a_peak_between_the_samples_is_seen(phase: float) -> None:
    samples = (0.5 * np.sin(2 * np.pi * 12_000 * np.arange(9_600) / RATE + phase) * np.hanning(9_600)).astype(np.float32)
    assert true_peak_dbtp(samples) == pytest.approx(20 * np.log10(0.5), abs=0.15)
    assert 20 * np.log10(np.abs(samples).max()) < -7.5


@pytest.mark.parametrize("level", [0.004, 0.08, 0.4])
def test_any_programme_is_brought_to_its_target(tmp_path: Path, level: float) -> None:
    mastered = normalise(speech_like(15, 5, level))
    lufs, peak = judged_by_ffmpeg(mastered, tmp_path)
    assert lufs == pytest.approx(-14, abs=0.5)
    assert peak <= -0.9
    assert integrated_lufs(mastered) == pytest.approx(-14, abs=0.2)
    assert true_peak_dbtp(mastered) <= -1


def test_a_few_seconds_are_brought_there_too() -> None:
    for seconds in (0.2, 0.5, 1.5):
        mastered = normalise(tone(500, seconds, -30))
        assert mastered.shape[1] == round(seconds * RATE)
        assert true_peak_dbtp(mastered) <= -1
    assert integrated_lufs(mastered) == pytest.approx(-14, abs=0.5)


@pytest.mark.parametrize("length", [0, 1, 1_000, 96_000])
def test_silence_stays_silent(length: int) -> None:
    silence = np.zeros((2, length), np.float32)
    assert integrated_lufs(silence) == -np.inf
    assert true_peak_dbtp(silence) == -np.inf
    assert np.array_equal(normalise(silence), silence)


def test_hiss_below_the_gate_is_not_blown_up() -> None:
    hiss = (np.random.default_rng(7).standard_normal((2, 96_000)) * 1e-5).astype(np.float32)
    assert np.abs(normalise(hiss)).max() <= np.abs(hiss).max()


def test_clicks_in_silence_do_not_become_a_wall() -> None:
    clicks = np.zeros((2, 4 * RATE), np.float32)
    clicks[:, :: RATE // 2] = 0.5
    mastered = normalise(clicks)
    assert true_peak_dbtp(mastered) <= -1
    assert integrated_lufs(mastered) < -14
