"""Presenters' own figures: `python -m bench presenters [--json FILE]`: frames a second on one core, taking a clip in, matting, lip-sync."""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import torch

from bench.composites import GREEN, room, screen, write_take
from bench.renderer import machine
from bench.stand import ROOT
from render.avatar.clip_ingest import Wanted, ingest_clip
from render.avatar.engine import WarpEngine
from render.avatar.faces import FaceModels
from render.avatar.gallery import person
from render.avatar.score import SHAPES
from render.graph.memory import lay_large_apart
from render.pixels.convert import rgb_from_planes
from render.pixels.planes import Planes
from render.ports.avatar import Look, Performance
from render.timeline.spoken import SpokenTimes, Viseme, VisemeTime
from render.timeline.time import TICKS_PER_SECOND

FILM_PX: Final = (1080, 1920)
FRAME_TICKS: Final = TICKS_PER_SECOND // 25
_SOUNDS: Final[tuple[Viseme, ...]] = (
    *("sil", "nn", "E", "sil", "kk", "ou", "DD", "aa", "PP", "sil", "SS", "ih"),
    *("FF", "oh", "RR", "aa", "TH", "E", "CH", "ou", "nn", "aa", "PP", "oh", "sil"),
)
_SOUND_TICKS: Final = 130 * 240


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and keep the figures where `--json` says."""
    parser = argparse.ArgumentParser(prog="python -m bench presenters", description="Measure presenters on this machine.")
    parser.add_argument("--clip", type=Path, metavar="FILE", help="a film to take in; without one, or --seconds, that is left out")
    parser.add_argument("--seconds", type=int, metavar="N", help="take in so long a film of our own: 1080 by 1920, before a green screen")
    parser.add_argument("--plain", action="store_true", help="that film before a room instead: cut out without a screen")
    parser.add_argument("--frames", type=int, default=100, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    lay_large_apart()
    torch.set_num_threads(1)
    models = ROOT / ".models"
    engine = WarpEngine(models, ROOT / "var" / "rigs")
    figures = photo(engine, options.frames) | sync(engine, FaceModels(models))
    if options.clip:
        figures |= clip(engine, models, options.clip, options.frames)
    elif options.seconds:
        with TemporaryDirectory(prefix="piying-film-") as name:
            film = Path(name) / "film.mp4"
            write_film(engine, film, options.seconds, plain=options.plain)
            figures |= clip(engine, models, film, options.frames)
    for name, value in figures.items():
        print(f"{name:34} {value:9.2f}")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "figures": figures}, indent=2) + "\n")
    return 0


def photo(engine: WarpEngine, frames: int) -> dict[str, float]:
    """Frames a second of one core's time, talking, at 512 by 512."""
    performance = engine.load(person("mei").folder, Look("close"), 512, 512).perform(speech(), 1, ())
    return {"photo_512_frames_per_s": _rate(performance, frames)}


def clip(engine: WarpEngine, models: Path, film: Path, frames: int) -> dict[str, float]:
    """Taking a film in, what it weighs, and how fast it talks at 528 by 432."""
    with TemporaryDirectory(prefix="piying-clip-") as name:
        folder, wall, cpu = Path(name) / "1", time.monotonic(), time.process_time()
        verdict = ingest_clip(film, folder, models, Wanted(seconds_min=0), lambda *_: None)
        took = {"ingest_wall_s": time.monotonic() - wall, "ingest_cpu_s": time.process_time() - cpu}
        took["ingest_cpu_s_per_film_s"] = took["ingest_cpu_s"] / max(1, verdict.facts.get("seconds", 0))
        if not verdict.accepted:
            print("refused:", *verdict.reasons)
            return took
        megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        performance = engine.load(folder, Look("medium"), 528, 432).perform(speech(), 1, ())
        per_minute = megabytes * 60 / max(1, verdict.facts["seconds"])
        return took | {"folder_mb_per_minute": per_minute, "clip_528_frames_per_s": _rate(performance, frames)}


def write_film(engine: WarpEngine, out: Path, seconds: int, *, plain: bool) -> None:
    """Somebody of the gallery talking before a green screen, or in a room, as a camera would hand it over."""
    width, height = FILM_PX
    presenter = engine.load(person("jun").folder, Look("close"), width, height)
    ground = room(height, width) if plain else screen(height, width, GREEN)
    write_take(out, presenter, ground, 25 * seconds, speech())


def sync(engine: WarpEngine, networks: FaceModels) -> dict[str, float]:
    """How well the mouth seen on drawn frames follows the sounds: the correlation of its opening with the jaw that the sounds call for."""
    scores, still = [], []
    for name in ("mei", "hans", "kofi"):
        times = speech()
        performance = engine.load(person(name).folder, Look("close"), 384, 512).perform(times, 1, ())
        seen = [_opening(performance.frame(at), networks) for at in range(0, times.duration, FRAME_TICKS)]
        wanted = [_wanted(times, at) for at in range(0, times.duration, FRAME_TICKS)]
        scores.append(float(np.corrcoef(seen, wanted)[0, 1]))
        idle = engine.load(person(name).folder, Look("close"), 384, 512).perform(None, 1, ())
        still.append(max(_opening(idle.frame(at * FRAME_TICKS), networks) for at in range(0, 50, 10)))
    return {"lip_sync_correlation": float(np.mean(scores)), "silence_opening_max": max(still)}


def speech() -> SpokenTimes:
    """A passage of all the mouth's shapes."""
    visemes = tuple(VisemeTime(sound, place * _SOUND_TICKS, _SOUND_TICKS) for place, sound in enumerate(_SOUNDS))
    return SpokenTimes(len(_SOUNDS) * _SOUND_TICKS, visemes=visemes)


def _rate(performance: Performance, frames: int) -> float:
    performance.frame(0)
    start = time.process_time()
    for number in range(frames):
        performance.frame(number * FRAME_TICKS)
    return frames / (time.process_time() - start)


def _opening(planes: Planes, networks: FaceModels) -> float:
    """Between the lips' inner edges, in parts of nose to chin."""
    clear = 255 - torch.from_numpy(planes.a).float() if planes.a is not None else torch.zeros(planes.y.shape)
    flat = (torch.from_numpy(rgb_from_planes(planes)).float() + 0.85 * clear[..., None]).permute(2, 0, 1)[None] / 255
    points = networks.landmarks(flat, networks.detect(flat)[:1])[0][0]
    return float(points[14, 1] - points[13, 1]) / float(points[152, 1] - points[2, 1])


def _wanted(times: SpokenTimes, at: int) -> float:
    """The jaw and lips that the sound at a tick calls for."""
    sound = next((one for one in times.visemes if one.at <= at < one.at + one.duration), None)
    shape = SHAPES[sound.viseme] if sound else {}
    return 0.3 * shape.get("jaw", 0.0) + 0.11 * shape.get("up", 0.0) + 0.12 * shape.get("low", 0.0)
