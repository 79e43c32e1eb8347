"""Portraits people bring: what is refused and why, and what an accepted one becomes."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from render.avatar.cutout import is_cut_out
from render.avatar.drawing import draw
from render.avatar.engine import WarpEngine
from render.avatar.gallery import person
from render.avatar.ingest import ingest_portrait
from render.avatar.score import CONTROLS, PLACE
from render.errors import MissingSource
from render.media.images import read_image
from render.pixels.convert import rgba_from_planes
from render.ports.avatar import Look
from tests.render.avatar.portraits import portrait


def photograph(name: str, shot: str = "close") -> Image.Image:
    """Somebody of the gallery before a wall."""
    cut = portrait(name, shot)
    rise = np.linspace(150, 215, cut.height)[:, None, None] * np.array([0.86, 0.95, 1.0])
    wall = np.broadcast_to(rise, (cut.height, cut.width, 3)).astype(np.uint8)
    scene = Image.fromarray(np.ascontiguousarray(wall)).convert("RGBA")
    scene.alpha_composite(cut)
    return scene.convert("RGB")


def two_people() -> Image.Image:
    both = Image.new("RGB", (1200, 800), (180, 180, 180))
    for place, name in enumerate(("mei", "hans")):
        both.paste(photograph(name).resize((600, 800)), (600 * place, 0))
    return both


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (500, 400, 3), dtype=np.uint8))


REFUSED = {
    "two-faces": two_people,
    "too-small": lambda: photograph("mei", "medium").resize((240, 320)),
    "no-face": noise,
    "blurred": lambda: photograph("mei").filter(ImageFilter.GaussianBlur(9)),
    "turned": lambda: photograph("hans").rotate(32, fillcolor=(180, 180, 180)),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_bad_portrait_is_refused_with_its_reason(models: Path, tmp_path: Path, reason: str):
    REFUSED[reason]().save(tmp_path / "brought.png")
    verdict = ingest_portrait(tmp_path / "brought.png", tmp_path / "presenter", models)
    assert not verdict.accepted
    assert reason in verdict.reasons
    assert not (tmp_path / "presenter").exists()


def test_an_open_mouth_is_refused(models: Path, engine: WarpEngine, tmp_path: Path):
    stage = engine.load(person("anna").folder, Look("close"), 768, 1024).stage
    row = np.zeros(len(CONTROLS), np.float32)
    row[PLACE["jaw"]], row[PLACE["up"]] = 1.0, 0.5
    Image.fromarray(rgba_from_planes(draw(stage, row))).save(tmp_path / "brought.png")
    assert "mouth-open" in ingest_portrait(tmp_path / "brought.png", tmp_path / "presenter", models).reasons


def header_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + size + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "reason"),
    [(header_of(20_000, 20_000), "too-many-pixels"), (header_of(400, 400), "unreadable"), (b"%PDF-1.7", "unreadable"), (b"", "unreadable")],
)
def test_a_file_that_is_no_picture_is_refused(models: Path, tmp_path: Path, data: bytes, reason: str):
    (tmp_path / "brought.jpg").write_bytes(data)
    assert ingest_portrait(tmp_path / "brought.jpg", tmp_path / "presenter", models).reasons == (reason,)


def test_no_file_at_all_is_named(models: Path, tmp_path: Path):
    with pytest.raises(MissingSource):
        ingest_portrait(tmp_path / "gone.jpg", tmp_path / "presenter", models)


@pytest.fixture(scope="module")
def presenter(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph that was taken in."""
    folder = tmp_path_factory.mktemp("presenter")
    photograph("hans", "medium").save(folder / "brought.jpg", quality=92)
    verdict = ingest_portrait(folder / "brought.jpg", folder / "hans", models, presenter_id="hans-2", consent="consent-7")
    assert verdict.accepted
    assert verdict.facts["face_width_px"] > 150
    return folder / "hans"


def test_an_accepted_portrait_becomes_a_folder_without_pickles(presenter: Path):
    assert {file.name for file in presenter.iterdir()} == {
        "avatar.json",
        "landmarks.npz",
        "portrait.webp",
        "portrait.rig.safetensors",
        "poster.webp",
    }
    description = json.loads((presenter / "avatar.json").read_text())
    assert (description["id"], description["consent"], description["schema_version"]) == ("hans-2", "consent-7", 1)
    assert set(description["shots"]) == {"medium", "close"}
    assert np.load(presenter / "landmarks.npz", allow_pickle=False)["portrait"].shape == (478, 3)


def test_the_background_is_cut_away(presenter: Path):
    mask = read_image(presenter / "portrait.webp")[..., 3] / 255
    truth = np.array(portrait("hans", "medium"))[..., 3] / 255
    both = np.minimum(mask, truth).sum() / np.maximum(mask, truth).sum()
    assert float(both) > 0.95


def test_a_taken_in_presenter_talks_without_the_models(presenter: Path, tmp_path: Path):
    loaded = WarpEngine(tmp_path).load(presenter, Look("close"), 240, 320)
    planes = loaded.perform(None, 1, ()).frame(0)
    assert (planes.width_px, planes.height_px) == (240, 320)
    assert bool((planes.a[-1] > 200).any())


def test_a_portrait_that_is_cut_out_already_keeps_its_edge(models: Path, tmp_path: Path):
    source = tmp_path / "brought.webp"
    portrait("anna", "medium").save(source, lossless=True)
    assert ingest_portrait(source, tmp_path / "anna", models).accepted
    assert np.array_equal(read_image(tmp_path / "anna" / "portrait.webp")[..., 3], read_image(source)[..., 3])


def test_only_a_picture_with_clear_ground_counts_as_cut_out():
    opaque = torch.full((10, 10, 4), 255, dtype=torch.uint8)
    assert not is_cut_out(opaque)
    opaque[:5, :, 3] = 0
    assert is_cut_out(opaque)
