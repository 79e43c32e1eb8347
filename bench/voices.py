"""What is said in the comparison's films, spoken by the studio's own voice."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from bench.places import MODELS
from bench.words import SAID
from render.speech.engine import KokoroEngine
from render.timeline.spoken import SpeechRequest


def _spoken(text: str) -> Callable[[Path], None]:
    def make(out: Path) -> None:
        _engine().synthesize(SpeechRequest(_engine().version, "en", "af_heart", text), out)

    return make


@cache
def _engine() -> KokoroEngine:
    return KokoroEngine(MODELS, threads=2)


STEPS: Final[dict[str, Callable[[Path], None]]] = {f"say{number}.wav": _spoken(text) for number, text in enumerate(SAID)}
