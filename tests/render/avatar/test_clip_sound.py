"""What is heard in a clip: facts of its sound, what they are held against, and that it is told with all other reasons."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from render.avatar.clip_ingest import SECONDS_MAX, Wanted, ingest_clip
from render.avatar.clip_sound import speech_facts, speech_faults
from render.media.wav import write_wav
from tests.render.audio.test_steadiness import recorded, talked

SECONDS = 31


def filmed(path: Path, sound: np.ndarray | None, rate: int = 1) -> Path:
    """A film of nobody, so many frames a second, with this sound."""
    sources = ["-f", "lavfi", "-i", f"color=gray:s=64x48:r={rate}:d={SECONDS}"]
    if sound is not None:
        write_wav(path.with_suffix(".wav"), sound)
        sources += ["-i", str(path.with_suffix(".wav")), "-shortest"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *sources, "-pix_fmt", "yuv420p", path], check=True)
    return path


def faults(facts: dict[str, int]) -> list[str]:
    return [reason for reason, holds in speech_faults(facts).items() if holds]


def test_a_film_that_is_spoken_steadily_passes(models: Path, tmp_path: Path) -> None:
    facts = speech_facts(filmed(tmp_path / "a.mp4", recorded(*talked(3.0, 0.6))), models, SECONDS_MAX)

    assert faults(facts) == []
    assert facts["speech_percent"] > 75


def test_one_that_halts_is_told_so(models: Path, tmp_path: Path) -> None:
    assert faults(speech_facts(filmed(tmp_path / "b.mp4", recorded(*talked(2.0, 4.0))), models, SECONDS_MAX)) == ["speech-broken"]


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ((85, 900, 35, 0), []),
        ((60, 3_000, 17, 0), []),
        ((59, 900, 35, 0), ["speech-broken"]),
        ((85, 3_020, 35, 0), ["speech-broken"]),
        ((85, 900, 16, 800), ["speech-drowned"]),
        ((30, 9_000, 9, 0), ["speech-drowned"]),
        ((0, 0, 0, 0), ["no-speech"]),
        ((85, 900, 35, 800), ["several-voices"]),
        ((50, 900, 35, 800), ["speech-broken", "several-voices"]),
    ],
)
def test_each_film_is_told_what_helps(facts: tuple[int, int, int, int], reasons: list[str]) -> None:
    assert faults(dict(zip(("speech_percent", "pause_ms", "voice_db", "other_voice_ms"), facts, strict=True))) == reasons


def test_a_silent_film_is_told_with_all_else_that_is_wrong(models: Path, tmp_path: Path) -> None:
    verdict = ingest_clip(filmed(tmp_path / "c.mp4", None, 5), tmp_path / "none", models, Wanted(), lambda *_: None)

    assert verdict.reasons == ("no-face", "no-speech")
    assert verdict.facts["speech_percent"] == 0


def test_films_for_trying_things_out_are_not_listened_to(models: Path, tmp_path: Path) -> None:
    verdict = ingest_clip(
        filmed(tmp_path / "d.mp4", None), tmp_path / "none", models, Wanted(seconds_min=0, seconds_max=1), lambda *_: None
    )

    assert verdict.reasons == ("too-long",)
    assert "speech_percent" not in verdict.facts
