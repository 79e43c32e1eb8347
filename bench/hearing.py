"""How well voices are understood: `python -m bench hearing [VOICE …] [--json FILE]`.

Each voice says a sentence plainly and at both ends of what the styles do to pitch and energy; the embedded network for hearing (Whisper
base) writes down what it hears. Errors are edits of characters (letters, hanzi) over those of the sentence, spaces and signs aside. Hanzi
are also compared by sound, without tones: a homophone is the network's guess, not the voice's fault.
"""

import argparse
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from opencc import OpenCC
from pypinyin import lazy_pinyin
from scipy.signal import resample_poly

from bench.renderer import machine
from bench.stand import ROOT
from render.media.wav import read_wav
from render.presets.voices import BY_ID, STYLES
from render.speech.engine import KokoroEngine
from render.speech.heard import distance
from render.speech.transcriber import Transcriber
from render.timeline.spoken import SpeechRequest

SENTENCES: Final = {
    "zh": "今天的新茶已经到店，欢迎大家来品尝，第二杯只要一半的价钱。",
    "en": "Our new spring tea has just arrived, so come in and taste it before the weekend is over.",
}
VOICES: Final = ("zf_xiaobei", "zm_yunxi", "af_heart", "am_michael", "bf_emma")
_PITCHES: Final = [style.pitch for style in STYLES]
_ENERGIES: Final = [style.energy for style in STYLES]
MANNERS: Final = {"plain": (0, 0), "low": (min(_PITCHES), min(_ENERGIES)), "high": (max(_PITCHES), max(_ENERGIES))}
"""By name: cents, and tenths of a decibel."""
_DOWN: Final = 3
"""From 48 to 16 kHz."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and keep the figures where `--json` says."""
    parser = argparse.ArgumentParser(prog="python -m bench hearing", description="Measure how well voices are understood.")
    parser.add_argument("voices", nargs="*", metavar="VOICE", help="by id; a handful without")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    engine, listener = KokoroEngine(ROOT / ".models", threads=1), Transcriber(ROOT / ".models")
    figures: dict[str, dict[str, float]] = {}
    for voice in options.voices or VOICES:
        for name, (pitch, energy) in MANNERS.items():
            figures[f"{voice} {name}"] = errors(engine, listener, voice, pitch, energy)
            print(f"{voice:12} {name:6}", *(f"{what} {100 * rate:.1f} %" for what, rate in figures[f"{voice} {name}"].items()), flush=True)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "figures": figures}, indent=2) + "\n")
    return 0


def errors(engine: KokoroEngine, listener: Transcriber, voice: str, pitch: int, energy: int) -> dict[str, float]:
    """The share of characters, and of sounds, that is heard otherwise."""
    language = BY_ID[voice].language
    sentence = SENTENCES[language]
    with TemporaryDirectory(prefix="piying-hearing-") as folder:
        wav = Path(folder) / "said.wav"
        engine.synthesize(SpeechRequest(engine.version, language, voice, sentence, pitch=pitch, energy=energy), wav)
        samples = torch.from_numpy(resample_poly(read_wav(wav)[0], 1, _DOWN).astype("float32"))
    heard = listener.write_down(samples, language).text
    return {"characters": _rate(_letters(sentence), _letters(heard)), "sounds": _rate(_sounds(sentence), _sounds(heard))}


def _rate(wanted: Sequence[str], got: Sequence[str]) -> float:
    return distance(wanted, got) / len(wanted)


def _letters(text: str) -> list[str]:
    """Without spaces and signs; the network writes either Chinese script, so they are compared in one."""
    return [letter for letter in _converter().convert(text.casefold()) if letter.isalnum()]


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _sounds(text: str) -> list[str]:
    """Syllables of hanzi; letters elsewhere."""
    return [str(lazy_pinyin(letter)[0]) for letter in _letters(text)]
