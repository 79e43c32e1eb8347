"""Taking a portrait in: is it usable, and if so, the presenter folder that comes of it."""

import hashlib
import io
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from render.avatar import topology
from render.avatar.anatomy import Anatomy, anatomy
from render.avatar.cutout import cut_out, is_cut_out
from render.avatar.engine import ENGINE_VERSION
from render.avatar.faces import DETECTOR_FILE, LANDMARKS_FILE, PERSON_FILE, Face, FaceModels
from render.avatar.folder import DESCRIPTION, LANDMARKS, SCHEMA_VERSION, on_backdrop
from render.avatar.framing import Window
from render.avatar.rig import build_rig, one_thread, save_rig
from render.errors import MediaRefused
from render.media.images import read_image

Tensor = torch.Tensor
SIDE_MAX_PX: Final = 1600
"""A larger portrait is made smaller: presenters are drawn on pictures of 1080 pixels."""
FACE_WIDTH_MIN_PX: Final = 120
TURN_MAX_DEGREES: Final = 25
ROLL_MAX_DEGREES: Final = 20
GAP_MAX_PERMILLE: Final = 150
"""How far the lips may stand apart, of nose to chin."""
SHARPNESS_MIN: Final = 10
_POSTER_SIZE_PX: Final = (240, 320)
_SCORE_MIN: Final = 0.5
_SECOND_FACE_SHARE: Final = 0.3
_SHARPNESS_SIDE_PX: Final = 160


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a portrait or clip became a presenter; `reasons` are codes, all that apply, and `facts` the numbers behind them.

    `notes` are codes of what it cannot be used for although it was taken.
    Reasons: `unreadable`, `too-many-pixels`, `no-face`, `two-faces`, `too-small`, `turned`, `blurred`, `mouth-open`.
    """

    reasons: tuple[str, ...] = ()
    facts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the folder was written."""
        return not self.reasons


def ingest_portrait(picture: Path, folder: Path, models: Path, *, presenter_id: str = "portrait", consent: str | None = None) -> Verdict:
    """Judge a portrait and, where nothing speaks against it, write the presenter's folder; a refused one leaves nothing behind.

    `consent` is the id of the recorded consent of the person shown. Raises SetupIncomplete where the face models are missing and
    MissingSource without a file.
    """
    try:
        portrait = _bounded(torch.from_numpy(read_image(picture)))
    except MediaRefused as refusal:
        return Verdict(("too-many-pixels" if refusal.reason == "pixels" else "unreadable",))
    networks = FaceModels(models)
    flat = on_backdrop(portrait)
    with one_thread():
        faces = networks.detect(flat)
        landmarks, score = networks.landmarks(flat, faces[:1]) if faces else (torch.zeros(1, 478, 3), torch.zeros(1))
    if float(score[0]) < _SCORE_MIN:
        return Verdict(("no-face",))
    verdict = _judge(anatomy(landmarks[0]), landmarks[0], faces, flat)
    if verdict.accepted:
        person = portrait if is_cut_out(portrait) else cut_out(portrait, networks)
        _write(folder, person, landmarks[0], _description(presenter_id, consent, models, verdict))
    return verdict


def poster_of(person: Tensor, landmarks: Tensor) -> bytes:
    """A small WebP of head and shoulders, for lists."""
    shown = Image.fromarray(person.numpy())
    return _webp(_poster(shown, _close(anatomy(landmarks), person)), lossless=False)


def _bounded(portrait: Tensor) -> Tensor:
    """(H, W, 4) uint8 with its longer side at most `SIDE_MAX_PX`."""
    factor = SIDE_MAX_PX / max(portrait.shape[:2])
    if factor >= 1:
        return portrait
    size = (round(portrait.shape[0] * factor), round(portrait.shape[1] * factor))
    smaller = functional.interpolate(portrait.permute(2, 0, 1)[None].float(), size, mode="bilinear", antialias=True)
    return (smaller[0].permute(1, 2, 0) + 0.5).clamp(0, 255).to(torch.uint8)


def _judge(face: Anatomy, landmarks: Tensor, faces: tuple[Face, ...], flat: Tensor) -> Verdict:
    facts = face_facts(face, landmarks, flat)
    against = {"two-faces": any(other.width > _SECOND_FACE_SHARE * faces[0].width for other in faces[1:])} | face_faults(facts)
    return Verdict(tuple(reason for reason, holds in against.items() if holds), facts)


def face_facts(face: Anatomy, landmarks: Tensor, flat: Tensor) -> dict[str, int]:
    """What is measured on a face in a picture (1, 3, H, W), 0 to 1."""
    return {
        "face_width_px": round(2 * face.half_face_px),
        "turn_degrees": round(_turn_degrees(landmarks)),
        "roll_degrees": round(float(torch.rad2deg(torch.atan2(face.right[1], face.right[0])))),
        "gap_permille": round(1000 * face.gap_px / max(1.0, face.chin_px)),
        "sharpness": round(_sharpness(face, flat)),
    }


def face_faults(facts: dict[str, int]) -> dict[str, bool]:
    """By reason: whether it speaks against the face."""
    return {
        "too-small": facts["face_width_px"] < FACE_WIDTH_MIN_PX,
        "turned": abs(facts["turn_degrees"]) > TURN_MAX_DEGREES or abs(facts["roll_degrees"]) > ROLL_MAX_DEGREES,
        "blurred": facts["sharpness"] < SHARPNESS_MIN,
        "mouth-open": facts["gap_permille"] > GAP_MAX_PERMILLE,
    }


def _turn_degrees(landmarks: Tensor) -> float:
    """How far the head is turned aside: the slope of the line between the sides of the face, in depth."""
    across = landmarks[topology.SIDE_RIGHT] - landmarks[topology.SIDE_LEFT]
    return float(torch.rad2deg(torch.atan2(across[2], across[:2].norm())))


def _sharpness(face: Anatomy, flat: Tensor) -> float:
    """The variance of the Laplacian over the face, at 160 pixels across, relative to its contrast; below 10 looks soft."""
    x, y = face.points.mean(0).tolist()
    half = face.half_face_px
    rows, columns = (slice(max(0, round(c - half)), max(1, round(c + half))) for c in (y, x))
    grey = flat[:, :, rows, columns].mean(1, keepdim=True)
    small = functional.interpolate(grey, (_SHARPNESS_SIDE_PX, _SHARPNESS_SIDE_PX), mode="bilinear", antialias=True)
    laplacian = functional.conv2d(small, torch.tensor([[[[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]]]))
    return float(laplacian.var() / small.var().clamp_min(1e-4)) * 1000


def _description(presenter_id: str, consent: str | None, models: Path, verdict: Verdict) -> dict[str, object]:
    names = (DETECTOR_FILE, LANDMARKS_FILE, PERSON_FILE)
    return {
        "schema_version": SCHEMA_VERSION,
        "engine_version": ENGINE_VERSION,
        "id": presenter_id,
        "consent": consent,
        "poster": "poster.webp",
        "quality": verdict.facts,
        "models": {name: hashlib.sha256((models / "faces" / name).read_bytes()).hexdigest() for name in names},
    }


def _write(folder: Path, person: Tensor, landmarks: Tensor, description: dict[str, object]) -> None:
    """Everything into the folder, the description last: a folder with one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    height, width = person.shape[:2]
    data = webp(person)
    (folder / "portrait.webp").write_bytes(data)
    (folder / "poster.webp").write_bytes(poster_of(person, landmarks))
    np.savez_compressed(folder / LANDMARKS, portrait=landmarks.numpy())
    save_rig(build_rig(landmarks, width, height), folder / "portrait.rig.safetensors")
    picture = {"file": "portrait.webp", "width_px": width, "height_px": height, "sha256": hashlib.sha256(data).hexdigest()}
    text = json.dumps({**description, "pictures": {"portrait": picture}, "shots": shots_of(person, landmarks)}, indent=2, sort_keys=True)
    part = folder / f".{DESCRIPTION}.part"
    part.write_text(text + "\n", "utf-8")
    part.replace(folder / DESCRIPTION)


def shots_of(person: Tensor, landmarks: Tensor) -> dict[str, dict[str, object]]:
    """The framings of a cut-out (H, W, 4 uint8), as a description says them."""
    windows = {"medium": _medium(person), "close": _close(anatomy(landmarks), person)}
    return {name: {"picture": "portrait", "window": list(asdict(window).values())} for name, window in windows.items()}


def _medium(person: Tensor) -> Window:
    """Everything of the person, with a little air; the lower edge cuts through the body."""
    rows, columns = ((person[..., 3] > 127).any(axis).nonzero().ravel() for axis in (1, 0))  # noqa: PLR2004 - half opaque
    if not len(rows):
        return Window(0, 0, person.shape[1], person.shape[0])
    air = round(0.05 * (int(rows[-1]) - int(rows[0])))
    left, right = max(0, int(columns[0]) - air), min(person.shape[1], int(columns[-1]) + 1 + air)
    return Window(left, max(0, int(rows[0]) - air), right, int(rows[-1]) + 1)


def _close(face: Anatomy, person: Tensor) -> Window:
    """Head and shoulders, within the medium shot."""
    whole = _medium(person)
    width = 2 * face.half_face_px
    x, top = float(face.mouth[0]), float(face.points[topology.FOREHEAD, 1]) - 0.95 * width
    left, right = max(whole.left, round(x - 1.3 * width)), min(whole.right, round(x + 1.3 * width))
    first = max(whole.top, round(top))
    return Window(left, first, max(left + 2, right), max(first + 2, min(whole.bottom, round(top + 3.45 * width))))


def _poster(shown: Image.Image, window: Window) -> Image.Image:
    cropped = shown.crop((window.left, window.top, window.right, window.bottom))
    factor = min(_POSTER_SIZE_PX[0] / cropped.width, _POSTER_SIZE_PX[1] / cropped.height)
    fitted = cropped.resize((max(1, round(cropped.width * factor)), max(1, round(cropped.height * factor))))
    poster = Image.new("RGBA", _POSTER_SIZE_PX)
    poster.paste(fitted, ((poster.width - fitted.width) // 2, poster.height - fitted.height))
    return poster


def webp(person: Tensor) -> bytes:
    """A cut-out (H, W, 4 uint8) as lossless WebP."""
    return _webp(Image.fromarray(person.numpy()), lossless=True)


def _webp(picture: Image.Image, *, lossless: bool) -> bytes:
    data = io.BytesIO()
    picture.save(data, "WEBP", lossless=lossless, quality=80, method=4)
    return data.getvalue()
