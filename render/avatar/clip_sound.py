"""What is heard in a clip: whether somebody speaks steadily enough to make a presenter of, as facts and faults like a face's."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from render.audio.steadiness import Steadiness, steadiness
from render.errors import MediaRefused
from render.media.ingest import hear
from render.media.wav import read_wav

SPEECH_PERCENT_MIN: Final = 60
"""Of the 30 seconds with most speech. Whoever reads aloud speaks for four fifths of the time or more."""
PAUSE_MS_MAX: Final = 3_000
"""In the same 30 seconds: nobody stops for so long between two sentences."""
ABOVE_DB_MIN: Final = 17
"""Voice over what is heard between words. Measured: docs/decisions/0046-presenters-in-time.md."""


def speech_facts(clip: Path, seconds_max: int) -> dict[str, int]:
    """What is measured on the sound of a film: `speech_percent`, `pause_ms`, `voice_db`. One that cannot be heard counts as silent."""
    heard = _heard(clip, seconds_max)
    return {"speech_percent": heard.speech_percent, "pause_ms": heard.pause_ms, "voice_db": heard.above_db}


def speech_faults(facts: dict[str, int]) -> dict[str, bool]:
    """By reason: whether it speaks against the film. A voice that is drowned is not said to pause: nobody can tell."""
    silent = facts["speech_percent"] == 0
    drowned = not silent and facts["voice_db"] < ABOVE_DB_MIN
    broken = facts["speech_percent"] < SPEECH_PERCENT_MIN or facts["pause_ms"] > PAUSE_MS_MAX
    return {"no-speech": silent, "speech-drowned": drowned, "speech-broken": broken and not silent and not drowned}


def _heard(clip: Path, seconds_max: int) -> Steadiness:
    with TemporaryDirectory(prefix="piying-heard-") as name:
        try:
            hear(clip, Path(name), seconds_max=seconds_max)
        except MediaRefused:
            return Steadiness()
        return steadiness(read_wav(Path(name) / "sound.wav"))
