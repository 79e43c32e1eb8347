"""The real engine, loaded once, and a few passages voiced once for all tests."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from render.media.wav import read_wav
from render.speech.engine import KokoroEngine
from render.timeline.spoken import SpeechRequest, SpokenTimes

MODELS = Path(os.environ.get("PIYING_MODELS", Path(__file__).resolve().parents[3] / ".models"))


@dataclass(frozen=True)
class Voiced:
    request: SpeechRequest
    times: SpokenTimes
    samples: np.ndarray


@pytest.fixture(scope="session")
def models() -> Path:
    return MODELS


@pytest.fixture(scope="session")
def engine(models):
    return KokoroEngine(models)


@pytest.fixture(scope="session")
def say(engine, tmp_path_factory):
    """Voice a text, at most once in a session."""
    folder = tmp_path_factory.mktemp("speech")

    @cache
    def voiced(text, language="zh", voice="zf_xiaoxiao", rate=1_000, pronunciations=()):
        request = SpeechRequest("kokoro", language, voice, text, rate, pronunciations)
        wav = folder / "voiced.wav"
        times = engine.synthesize(request, wav)
        return Voiced(request, times, read_wav(wav)[0])

    return voiced
