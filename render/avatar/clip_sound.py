"""What is heard in a clip: whether one person speaks steadily enough to make a presenter of, as facts and faults like a face's."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from scipy.signal import resample_poly

from render.audio.steadiness import Steadiness, steadiness
from render.errors import MediaRefused
from render.media.ingest import hear
from render.media.wav import read_wav
from render.speech.speaker import SpeakerComparer

SPEECH_PERCENT_MIN: Final = 60
"""Of the 30 seconds with most speech. Whoever reads aloud speaks for four fifths of the time or more."""
PAUSE_MS_MAX: Final = 3_000
"""In the same 30 seconds: nobody stops for so long between two sentences."""
ABOVE_DB_MIN: Final = 17
"""Voice over what is heard between words. Measured: docs/decisions/0046-presenters-in-time.md."""


_DOWN: Final = 3
"""From 48 to 16 kHz."""


def speech_facts(clip: Path, models: Path, seconds_max: int) -> dict[str, int]:
    """What is measured on the sound of a film: `speech_percent`, `pause_ms`, `voice_db`, `other_voice_ms`.

    One that cannot be heard counts as silent. Raises SetupIncomplete where the model that tells voices apart is missing.
    """
    with TemporaryDirectory(prefix="piying-heard-") as name:
        try:
            hear(clip, Path(name), seconds_max=seconds_max)
        except MediaRefused:
            return _facts(Steadiness(), 0)
        sound = read_wav(Path(name) / "sound.wav")
    heard = steadiness(sound)
    if not heard.speech_percent:
        return _facts(heard, 0)
    low = torch.from_numpy(resample_poly(sound.mean(axis=0), 1, _DOWN).astype("float32"))
    return _facts(heard, SpeakerComparer(models).others_ms(low))


def speech_faults(facts: dict[str, int]) -> dict[str, bool]:
    """By reason: whether it speaks against the film. Of a voice that is drowned nobody can tell whether it pauses, or is the only one."""
    silent = facts["speech_percent"] == 0
    drowned = not silent and facts["voice_db"] < ABOVE_DB_MIN
    clear = not silent and not drowned
    broken = facts["speech_percent"] < SPEECH_PERCENT_MIN or facts["pause_ms"] > PAUSE_MS_MAX
    return {
        "no-speech": silent,
        "speech-drowned": drowned,
        "speech-broken": broken and clear,
        "several-voices": facts["other_voice_ms"] > 0 and clear,
    }


def _facts(heard: Steadiness, other_voice_ms: int) -> dict[str, int]:
    return {
        "speech_percent": heard.speech_percent,
        "pause_ms": heard.pause_ms,
        "voice_db": heard.above_db,
        "other_voice_ms": other_voice_ms,
    }
