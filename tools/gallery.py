"""Take a person into the gallery: `python -m tools.gallery ID HEAD BODY` from two renders of one camera line, a head and half length.

The head is set into the half length at its own fineness, so that one picture serves every shot. Names and tags are what `person` in the
folder's `avatar.json` says (docs/avatar.md); everything else in it is written here.
"""

import argparse
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from render.avatar.faces import FaceModels
from render.avatar.folder import DESCRIPTION, LANDMARKS, SCHEMA_VERSION, on_backdrop
from render.avatar.gallery import GALLERY
from render.avatar.ingest import poster_of
from render.media.images import read_image

MODELS: Final = Path(__file__).parents[1] / ".models"
SEAM_PX: Final = 48
"""How softly the head's picture goes over into the body's, inside its edges."""
NAME: Final = "portrait"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one folder."""
    parser = argparse.ArgumentParser(prog="python -m tools.gallery", description="Take a rendered person into the gallery.")
    parser.add_argument("id")
    parser.add_argument("head", type=Path)
    parser.add_argument("body", type=Path)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    networks = FaceModels(MODELS)
    head, body = (torch.from_numpy(read_image(picture)) for picture in (options.head, options.body))
    portrait = joined(head, body, networks)
    write(GALLERY / options.id, portrait, landmarks(portrait, networks))
    return 0


def joined(head: Tensor, body: Tensor, networks: FaceModels) -> Tensor:
    """(H, W, 4) uint8: the body enlarged to the head's scale with the head in its place, told by the landmarks of both."""
    factor, x, y = _fit(landmarks(body, networks), landmarks(head, networks))
    height, width = (round(side * factor) for side in body.shape[:2])
    big = functional.interpolate(_premultiplied(body)[None], (height, width), mode="bicubic", antialias=True)[0].clamp(0, 1)
    left, top = round(-x), round(-y)
    place = (slice(max(0, top), min(height, top + head.shape[0])), slice(max(0, left), min(width, left + head.shape[1])))
    own = (slice(place[0].start - top, place[0].stop - top), slice(place[1].start - left, place[1].stop - left))
    mask = _seam(head.shape[0], head.shape[1])[own]
    big[:, place[0], place[1]] = torch.lerp(big[:, place[0], place[1]], _premultiplied(head)[:, own[0], own[1]], mask)
    straight = torch.cat([big[:3] / big[3:].clamp_min(1e-4), big[3:]]).clamp(0, 1)
    return (straight * 255 + 0.5).to(torch.uint8).permute(1, 2, 0).contiguous()


def landmarks(portrait: Tensor, networks: FaceModels) -> Tensor:
    """(478, 3) of the only face."""
    flat = on_backdrop(portrait)
    return networks.landmarks(flat, networks.detect(flat)[:1])[0][0]


def write(folder: Path, portrait: Tensor, points: Tensor) -> None:
    """The picture, its landmarks, the poster, and the description last."""
    known: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    height, width = portrait.shape[:2]
    shown, data = Image.fromarray(portrait.numpy()), io.BytesIO()
    shown.save(data, "WEBP", quality=90, alpha_quality=100, method=6)
    (folder / f"{NAME}.webp").write_bytes(data.getvalue())
    np.savez_compressed(folder / LANDMARKS, portrait=points.numpy())
    (folder / "poster.webp").write_bytes(poster_of(portrait, points))
    digest = hashlib.sha256(data.getvalue()).hexdigest()
    whole = {"picture": NAME, "window": [0, 0, width, height]}
    written = {
        "schema_version": SCHEMA_VERSION,
        "id": folder.name,
        "pictures": {NAME: {"file": f"{NAME}.webp", "width_px": width, "height_px": height, "sha256": digest}},
        "shots": {"medium": whole, "close": whole},
        "poster": "poster.webp",
        "consent": None,
        "person": known["person"],
    }
    (folder / DESCRIPTION).write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _fit(source: Tensor, target: Tensor) -> tuple[float, float, float]:
    """Scale and shift, least squares, that bring landmarks of one picture onto those of another."""
    first, second = source[:468, :2].double(), target[:468, :2].double()
    middles = first.mean(0), second.mean(0)
    away = first - middles[0]
    factor = float((away * (second - middles[1])).sum() / (away * away).sum())
    shift = middles[1] - factor * middles[0]
    return factor, float(shift[0]), float(shift[1])


def _premultiplied(picture: Tensor) -> Tensor:
    """(4, H, W), 0 to 1."""
    values = picture.permute(2, 0, 1).float() / 255
    return torch.cat([values[:3] * values[3:], values[3:]])


def _seam(height: int, width: int) -> Tensor:
    """(height, width): 1 inside, 0 on the sides and below; the upper edge is air."""
    aside = torch.minimum(torch.arange(width), torch.arange(width).flip(0)).float()
    up = torch.arange(height).flip(0).float()
    return (torch.minimum(aside[None, :], up[:, None]) / SEAM_PX).clamp(0, 1)


if __name__ == "__main__":
    raise SystemExit(main())
