"""Contact sheets of presenters: `python -m tools.sheets actions|shots|beauty|moods OUT [ID …]` draws what the engine makes of each.

`photographs` does so with two photographs of real people in the public domain (`python -m tools.models --only portraits` brings them).
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageOps

from render.avatar.acting import ACTIONS, MOODS
from render.avatar.engine import WarpEngine
from render.avatar.gallery import GalleryPerson, people
from render.avatar.ingest import ingest_portrait
from render.pixels.convert import planes_from_rgba, rgba_from_planes
from render.pixels.planes import Planes
from render.ports.avatar import Direction, Look
from render.timeline.acting import Beautify, Emotion
from render.timeline.placed import PlacedAction
from render.timeline.spoken import SpokenTimes, Viseme, VisemeTime
from render.timeline.time import TICKS_PER_SECOND

ROOT: Final = Path(__file__).parents[1]
TILE_PX: Final = (216, 288)
WIDE_PX: Final = (384, 216)
BACKDROP: Final = (52, 74, 108)
_BEAUTY: Final = (
    ("", Beautify()),
    ("smooth", Beautify(smooth=1000)),
    ("whiten", Beautify(whiten=1000)),
    ("slim", Beautify(slim=1000)),
    ("jaw", Beautify(jaw=1000)),
    ("eyes", Beautify(eyes=1000)),
    ("nose", Beautify(nose=1000)),
    ("mouth", Beautify(mouth=1000)),
    ("eye light", Beautify(eye_light=1000)),
    ("all", Beautify(smooth=600, whiten=400, slim=500, eyes=400, eye_light=500)),
)
_FELT: Final[tuple[Emotion, ...]] = ("cheerful", "concerned")
_SAID: Final[tuple[Viseme, ...]] = ("PP", "aa", "ih", "ou")
Tile = tuple[str, Planes]
PHOTOGRAPHS: Final = "photographs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw a sheet: one row per presenter."""
    parser = argparse.ArgumentParser(prog="python -m tools.sheets", description="Draw contact sheets of the gallery's presenters.")
    parser.add_argument("sort", choices=sorted({*SORTS, PHOTOGRAPHS}))
    parser.add_argument("out", type=Path)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--width", type=int, metavar="PX", help="make the sheet this wide")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    engine = WarpEngine(ROOT / ".models", ROOT / "var" / "rigs")
    if options.sort == PHOTOGRAPHS:
        picture = sheet([list(photographs(engine))])
    else:
        shown = [person for person in people() if not options.ids or person.id in options.ids]
        picture = sheet([list(SORTS[options.sort](engine, person)) for person in shown])
    if options.width:
        picture = picture.resize((options.width, round(picture.height * options.width / picture.width)), Image.Resampling.LANCZOS)
    picture.save(options.out, quality=80)
    return 0


def actions(engine: WarpEngine, person: GalleryPerson) -> Iterator[Tile]:
    """Every action at its height, half length."""
    presenter = engine.load(person.folder, Look("medium"), *TILE_PX)
    for name, movement in ACTIONS.items():
        length = round(movement.seconds * TICKS_PER_SECOND)
        performance = presenter.perform(SpokenTimes(length), 1, (0.0,), Direction(actions=(PlacedAction(name, 0),)))
        for part in (0.22, 0.45):
            yield f"{person.id} {name}", performance.frame(round(length * part))


def shots(engine: WarpEngine, person: GalleryPerson) -> Iterator[Tile]:
    """Every shot, upright and wide."""
    for size in ((162, 288), WIDE_PX):
        for shot in ("medium", "close", "extreme"):
            yield f"{person.id} {shot}", engine.load(person.folder, Look(shot), *size).perform(None, 1, ()).frame(0)


def beauty(engine: WarpEngine, person: GalleryPerson) -> Iterator[Tile]:
    """Every slider at its end."""
    for name, wanted in _BEAUTY:
        look = Look("close", beautify=wanted)
        yield f"{person.id} {name}", engine.load(person.folder, look, 288, 288).perform(None, 1, ()).frame(0)


def moods(engine: WarpEngine, person: GalleryPerson) -> Iterator[Tile]:
    """Every feeling."""
    presenter = engine.load(person.folder, Look("close"), 288, 288)
    for name in MOODS:
        yield f"{person.id} {name}", presenter.perform(None, 1, (), Direction(name)).frame(0)


def photographs(engine: WarpEngine) -> Iterator[Tile]:
    """Every photograph with what ingest says of it, and where it was taken: at rest, speaking, acting and feeling."""
    for photograph in sorted((ROOT / ".models" / "portraits").glob("*.[jp][pn]g")):
        with tempfile.TemporaryDirectory() as folder:
            verdict = ingest_portrait(photograph, Path(folder) / "presenter", ROOT / ".models")
            words = "taken" if verdict.accepted else f"refused: {', '.join(verdict.reasons)}"
            yield words, _as_tile(photograph)
            if verdict.accepted:
                yield from _lively(engine, Path(folder) / "presenter")


def _as_tile(photograph: Path) -> Planes:
    """The middle of a photograph, as large as a tile."""
    with Image.open(photograph) as opened:
        return planes_from_rgba(np.array(ImageOps.fit(opened.convert("RGBA"), TILE_PX)))


def _lively(engine: WarpEngine, folder: Path) -> Iterator[Tile]:
    """At rest, with lips closed and open, wide and narrow, in three actions and two feelings."""
    presenter = engine.load(folder, Look("close"), *TILE_PX)
    yield "at rest", presenter.perform(None, 1, ()).frame(0)
    for viseme in _SAID:
        times = SpokenTimes(TICKS_PER_SECOND, visemes=(VisemeTime(viseme, 0, TICKS_PER_SECOND),))
        yield viseme, presenter.perform(times, 1, (0.0,)).frame(TICKS_PER_SECOND // 2)
    for name in ("nod", "tilt", "smile"):
        length = round(ACTIONS[name].seconds * TICKS_PER_SECOND)
        acting = Direction(actions=(PlacedAction(name, 0),))
        yield name, presenter.perform(SpokenTimes(length), 1, (0.0,), acting).frame(round(length * 0.45))
    for mood in _FELT:
        yield mood, presenter.perform(None, 1, (), Direction(mood)).frame(0)


def sheet(rows: Sequence[Sequence[Tile]]) -> Image.Image:
    """Rows of tiles with their names, on one backdrop."""
    width = max(sum(planes.width_px for _, planes in row) for row in rows)
    height = sum(max(planes.height_px for _, planes in row) for row in rows)
    picture, top = Image.new("RGB", (width, height), BACKDROP), 0
    for row in rows:
        left = 0
        for name, planes in row:
            tile = Image.fromarray(np.asarray(rgba_from_planes(planes)))
            picture.paste(tile, (left, top), tile)
            ImageDraw.Draw(picture).text((left + 4, top + 2), name, fill="white", stroke_width=1, stroke_fill="black")
            left += planes.width_px
        top += max(planes.height_px for _, planes in row)
    return picture


SORTS: Final = {"actions": actions, "shots": shots, "beauty": beauty, "moods": moods}

if __name__ == "__main__":
    raise SystemExit(main())
