"""Photographs of real people: the landmarks against the reference implementation's, and what ingest says of them.

`reference_landmarks.json` holds, by photograph, the 478 places that FaceMesh of the package mediapipe 0.10.21 finds
(`static_image_mode=True, refine_landmarks=True`), in tenths of a pixel.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from render.avatar.faces import FaceModels
from render.avatar.folder import DESCRIPTION, on_backdrop
from render.avatar.ingest import ingest_portrait
from render.media.images import read_image

REFERENCE = {
    name: np.array(places) / 10 for name, places in json.loads(Path(__file__).with_name("reference_landmarks.json").read_text()).items()
}
LIPS = [61, 291, 0, 17, 13, 14]
IRISES = slice(468, 478)


def errors(networks: FaceModels, photograph: Path) -> np.ndarray:
    """How far every landmark lies from the reference's, over the width of the face."""
    flat = on_backdrop(torch.from_numpy(read_image(photograph)))
    found = networks.landmarks(flat, networks.detect(flat)[:1])[0][0].numpy()[:, :2]
    reference = REFERENCE[photograph.name]
    return np.linalg.norm(found - reference, axis=1) / np.ptp(reference[:, 0])


@pytest.mark.parametrize("name", REFERENCE)
def test_landmarks_lie_where_the_reference_implementation_finds_them(networks: FaceModels, models: Path, name: str):
    found = errors(networks, models / "portraits" / name)
    assert found.mean() < 0.012
    assert np.percentile(found, 95) < 0.03
    assert found[LIPS].mean() < 0.012
    assert found[IRISES].mean() < 0.008


def test_a_small_face_with_open_lips_is_refused_for_both(models: Path, tmp_path: Path):
    verdict = ingest_portrait(models / "portraits" / "astronaut.png", tmp_path / "folder", models)
    assert verdict.reasons == ("too-small", "mouth-open")
    assert not (tmp_path / "folder").exists()


def test_an_old_photograph_becomes_a_presenter(models: Path, tmp_path: Path):
    verdict = ingest_portrait(models / "portraits" / "grace_hopper.jpg", tmp_path / "folder", models)
    assert verdict.accepted
    assert (tmp_path / "folder" / DESCRIPTION).exists()
