"""A presenter's folder: `avatar.json`, its pictures and, where they have been worked out, landmarks and rigs (docs/avatar.md)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from render.avatar.faces import FaceModels
from render.avatar.framing import Window
from render.avatar.rig import RIG_VERSION, Rig, build_rig, load_rig, one_thread, save_rig
from render.errors import MissingSource, PresenterRefused
from render.media.images import read_image

SCHEMA_VERSION: Final = 1
DESCRIPTION: Final = "avatar.json"
LANDMARKS: Final = "landmarks.npz"
SETS: Final = "sets"
"""A set (an outfit) is a presenter's folder of its own, in here under its id."""
_BACKDROP: Final = 225


@dataclass(frozen=True, slots=True)
class Picture:
    """A cut-out portrait of the folder."""

    file: str
    width_px: int
    height_px: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A framing: a part of one of the pictures."""

    picture: str
    window: Window


@dataclass(frozen=True, slots=True)
class Clip:
    """The filmed presenter of a folder: frames at 25 a second, colour over alpha, and the one whose mouth rests."""

    file: str
    frames: int
    reference: int
    actions: dict[str, tuple[int, int]]
    """By name: the first frame, and the one after the last."""


@dataclass(frozen=True, slots=True)
class PresenterFolder:
    """What `avatar.json` says."""

    folder: Path
    pictures: dict[str, Picture]
    shots: dict[str, Shot]
    clip: Clip | None = None

    def shot(self, name: str) -> Shot:
        """The framing of this name; `extreme` is the close one from nearer by, and any other the first there is."""
        return self.shots.get(name) or self.shots.get("close" if name == "extreme" else "") or next(iter(self.shots.values()))


def set_of(folder: Path, outfit: str) -> Path:
    """The folder of one of a presenter's sets; its own where it has no such set."""
    chosen = folder / SETS / outfit
    return chosen if outfit and (chosen / DESCRIPTION).is_file() else folder


def read_folder(folder: Path) -> PresenterFolder:
    """Read and check a description. Raises MissingSource without one, PresenterRefused (`schema`, `damaged`) for a bad one."""
    path = folder / DESCRIPTION
    if not path.is_file():
        raise MissingSource(what="presenter", name=folder.name)
    try:
        description = json.loads(path.read_bytes())
        if description["schema_version"] > SCHEMA_VERSION:
            raise PresenterRefused("schema", name=folder.name)
        return _presenter(folder, description)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PresenterRefused("damaged", name=folder.name) from problem


def rig_of(presenter: PresenterFolder, name: str, models: Path, cache: Path | None) -> Rig:
    """The rig of a picture: the folder's own, else the cached one, else worked out now (a second or two) and cached."""
    picture = presenter.pictures[name]
    own = presenter.folder / f"{name}.rig.safetensors"
    kept = cache / f"{picture.sha256}-{RIG_VERSION}.rig.safetensors" if cache else None
    for path in (own, kept):
        rig = _usable(path, picture)
        if rig:
            return rig
    rig = build_rig(_landmarks_of(presenter, name, models), picture.width_px, picture.height_px)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        save_rig(rig, kept)
    return rig


def on_backdrop(portrait: torch.Tensor) -> torch.Tensor:
    """(1, 3, H, W), 0 to 1: the cut-out (H, W, 4 uint8) on light grey, as the face models like it."""
    alpha = portrait[..., 3:].float() / 255
    flat = portrait[..., :3].float() * alpha + _BACKDROP * (1 - alpha)
    return flat.permute(2, 0, 1)[None] / 255


def _presenter(folder: Path, description: dict[str, Any]) -> PresenterFolder:
    pictures = {name: Picture(**{key: entry[key] for key in Picture.__slots__}) for name, entry in description["pictures"].items()}
    shots = {name: Shot(entry["picture"], Window(*entry["window"])) for name, entry in description["shots"].items()}
    if not shots or any(_outside(shot, pictures) for shot in shots.values()):
        raise PresenterRefused("damaged", name=folder.name)
    return PresenterFolder(folder, pictures, shots, _clip(description["clip"]) if "clip" in description else None)


def _clip(entry: dict[str, Any]) -> Clip:
    actions = {str(name): (int(first), int(end)) for name, (first, end) in entry.get("actions", {}).items()}
    frames, reference = int(entry["frames"]), int(entry["reference"])
    sound = 0 <= reference < frames and all(0 <= first < end <= frames for first, end in actions.values())
    if not sound or Path(entry["file"]).name != entry["file"]:
        raise ValueError(entry["file"])
    return Clip(entry["file"], frames, reference, actions)


def _outside(shot: Shot, pictures: dict[str, Picture]) -> bool:
    picture, window = pictures[shot.picture], shot.window
    across = 0 <= window.left < window.right <= picture.width_px
    return not (across and 0 <= window.top < window.bottom <= picture.height_px) or Path(picture.file).name != picture.file


def _usable(path: Path | None, picture: Picture) -> Rig | None:
    if path is None or not path.is_file():
        return None
    try:
        rig = load_rig(path)
    except PresenterRefused:
        return None
    return rig if (rig.width_px, rig.height_px) == (picture.width_px, picture.height_px) else None


def _landmarks_of(presenter: PresenterFolder, name: str, models: Path) -> torch.Tensor:
    """The folder's own landmarks of a picture, else found now."""
    kept = presenter.folder / LANDMARKS
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as arrays:
            if name in arrays and arrays[name].shape == (478, 3):
                return torch.from_numpy(arrays[name].astype(np.float32))
    flat = on_backdrop(torch.from_numpy(read_image(presenter.folder / presenter.pictures[name].file)))
    networks = FaceModels(models)
    with one_thread():
        faces = networks.detect(flat)
        if not faces:
            raise PresenterRefused("no-face", name=presenter.folder.name)
        return networks.landmarks(flat, faces[:1])[0][0]
