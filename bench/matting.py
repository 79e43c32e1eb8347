"""How well people are cut out, on composites whose alpha is known: `python -m bench matting [--json FILE] [--sheet FILE] [NAME …]`.

The gallery's people are drawn with exact alpha, before a green screen and before a busy room. Glasses and beards are drawn onto them by
their landmarks, since nobody there has any; the hairs of a beard that stand out of the chin are in the known alpha.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from bench.composites import GREEN, filmed, room, screen
from bench.renderer import machine
from bench.stand import ROOT
from render.avatar.engine import WarpEngine
from render.avatar.faces import FaceModels
from render.avatar.gallery import person
from render.avatar.matting import Matte, Matting
from render.ports.avatar import Look

HEIGHT, WIDTH, FRAMES = 432, 528, 3
Film = Sequence[tuple[Tensor, Tensor]]
Worn = Callable[[Tensor, Tensor, np.ndarray], tuple[Tensor, Tensor]]
_HAIRS: Final = 260


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody of the gallery and, where something is drawn onto the face, what."""

    who: str
    worn: Worn | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and keep figures and pictures where they are wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench matting", description="Measure how well people are cut out.")
    parser.add_argument("names", nargs="*", choices=[[], *CASES])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--sheet", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    engine, networks = WarpEngine(ROOT / ".models", ROOT / "var" / "rigs"), FaceModels(ROOT / ".models")
    figures: dict[str, dict[str, float]] = {}
    tiles: list[tuple[str, Tensor]] = []
    for name in options.names or CASES:
        for ground, matting, film in _films(engine, networks, CASES[name]):
            found = cut_out(film, networks, matting)
            figures[f"{name} {ground}"] = measured(found, film)
            tiles += [(f"{name} {ground}", film[-1][0]), (f"{name} cut out", _on_white(found[-1]))]
            print(f"{name:8} {ground:6}", *(f"{what} {value:.4f}" for what, value in figures[f"{name} {ground}"].items()), flush=True)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "figures": figures}, indent=2) + "\n")
    if options.sheet:
        _sheet(tiles).save(options.sheet, quality=80)
    return 0


def cut_out(film: Film, networks: FaceModels, matting: Matting) -> list[Tensor]:
    """(4, H, W) frames as the ingest of a clip would have them."""
    matte = Matte(film[0][0], networks, matting)
    return [matte.cut(picture, (HEIGHT * 0.75, WIDTH * 0.15)) for picture, _ in film]


def measured(found: Sequence[Tensor], film: Film) -> Mapping[str, float]:
    """Mean error of alpha, error along the outline, what is let through where nobody is, holes in somebody, and flicker between frames."""
    alphas, truths = torch.stack([cut[3] for cut in found]), torch.stack([truth for _, truth in film])
    apart, edge = (alphas - truths).abs(), (truths > 0.05) & (truths < 0.95)  # noqa: PLR2004 - neither here nor there
    flicker = ((alphas[1:] - alphas[:-1]) - (truths[1:] - truths[:-1])).abs().mean()
    return {
        "mean": float(apart.mean()),
        "edge": float(apart[edge].mean()),
        "leak": float(alphas[truths < 0.01].mean()),  # noqa: PLR2004 - nobody
        "holes": float((1 - alphas[truths > 0.99]).mean()),  # noqa: PLR2004 - somebody
        "flicker": float(flicker),
    }


def glasses(picture: Tensor, alpha: Tensor, mesh: np.ndarray) -> tuple[Tensor, Tensor]:
    """Dark frames about both eyes, a bridge, and arms to the ears, with a gleam on the lenses."""
    mask, gleam = (Image.new("L", (WIDTH, HEIGHT), 0) for _ in range(2))
    brush, light = ImageDraw.Draw(mask), ImageDraw.Draw(gleam)
    width = float(np.linalg.norm(mesh[263, :2] - mesh[33, :2]))
    for outer, inner in ((33, 133), (263, 362)):
        x, y = (mesh[outer, :2] + mesh[inner, :2]) / 2
        box = (x - 0.27 * width, y - 0.2 * width, x + 0.27 * width, y + 0.24 * width)
        brush.ellipse(box, outline=255, width=max(2, round(0.035 * width)))
        light.line((x - 0.12 * width, y + 0.1 * width, x + 0.05 * width, y - 0.12 * width), fill=110, width=max(2, round(0.05 * width)))
    brush.line((*mesh[33, :2], *mesh[127, :2]), fill=255, width=3)
    brush.line((*mesh[263, :2], *mesh[356, :2]), fill=255, width=3)
    brush.line((*mesh[133, :2], *mesh[362, :2]), fill=255, width=3)
    return _painted(_painted(picture, gleam, 1.0), mask, 0.06), alpha


def beard(picture: Tensor, alpha: Tensor, mesh: np.ndarray) -> tuple[Tensor, Tensor]:
    """A dark beard from ear to ear, whose hairs stand out below the chin."""
    jaw = [132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361]
    upper = [425, 391, 393, 164, 167, 165, 205]
    mask, chance = Image.new("L", (WIDTH, HEIGHT), 0), np.random.default_rng(11)
    brush = ImageDraw.Draw(mask)
    brush.polygon([tuple(mesh[place, :2]) for place in (*jaw, *upper)], fill=215)
    lips = [tuple(mesh[place, :2]) for place in (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91)]
    brush.polygon(lips, fill=0)
    length = 0.11 * float(np.linalg.norm(mesh[263, :2] - mesh[33, :2]))
    for _ in range(_HAIRS):
        x, y = mesh[jaw[chance.integers(2, len(jaw) - 2)], :2] + chance.normal(0, 3, 2)
        brush.line((x, y, x + chance.normal(0, length / 2), y + length * (0.5 + chance.random())), fill=200, width=1)
    hairs = torch.from_numpy(np.asarray(mask, np.float32) / 255)
    return _painted(picture, mask, 0.12), torch.maximum(alpha, hairs)


CASES: Final[Mapping[str, Case]] = {
    "hair": Case("anna"),
    "black": Case("amara"),
    "dark": Case("kofi"),
    "grey": Case("hans"),
    "glasses": Case("mei", glasses),
    "beard": Case("leo", beard),
}


def _films(engine: WarpEngine, networks: FaceModels, case: Case) -> Iterator[tuple[str, Matting, Film]]:
    presenter = engine.load(person(case.who).folder, Look("close"), WIDTH, HEIGHT)
    grounds: tuple[tuple[str, Tensor, Matting], ...] = (
        ("green", screen(HEIGHT, WIDTH, GREEN), "screen"),
        ("room", room(HEIGHT, WIDTH), "person"),
    )
    for name, ground, matting in grounds:
        film = list(filmed(presenter, ground, FRAMES))
        yield name, matting, [_wearing(picture, truth, case.worn, networks) for picture, truth in film] if case.worn else film


def _wearing(picture: Tensor, truth: Tensor, worn: Worn, networks: FaceModels) -> tuple[Tensor, Tensor]:
    faces = networks.detect(picture[None])
    return worn(picture, truth, networks.landmarks(picture[None], faces[:1])[0][0].numpy())


def _painted(picture: Tensor, mask: Image.Image, level: float) -> Tensor:
    weight = torch.from_numpy(np.asarray(mask, np.float32) / 255)
    return picture * (1 - weight) + level * weight


def _on_white(cut: Tensor) -> Tensor:
    return cut[:3] * cut[3] + (1 - cut[3])


def _sheet(tiles: Sequence[tuple[str, Tensor]]) -> Image.Image:
    """Four tiles a row, at half size."""
    width, height = WIDTH // 2, HEIGHT // 2
    picture = Image.new("RGB", (4 * width, -(-len(tiles) // 4) * height))
    for place, (name, tile) in enumerate(tiles):
        pixels = (tile.clamp(0, 1) * 255 + 0.5).to(torch.uint8).permute(1, 2, 0).numpy()
        left, top = place % 4 * width, place // 4 * height
        picture.paste(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS), (left, top))
        ImageDraw.Draw(picture).text((left + 4, top + 2), name, fill="white", stroke_width=1, stroke_fill="black")
    return picture
