"""Detection, landmarks and the person mask against frozen answers and against what the gallery's pictures are known to show."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from render.avatar import topology
from render.avatar.faces import FaceModels
from render.avatar.folder import on_backdrop
from render.avatar.network import Network
from render.errors import SetupIncomplete
from tests.render.avatar.portraits import portrait

REFERENCE = json.loads((Path(__file__).parent / "landmarks.json").read_text())
SEEN = ("amara", "hans", "mei", "kofi")


def picture(name: str, shot: str) -> tuple[torch.Tensor, torch.Tensor]:
    shown = torch.from_numpy(np.array(portrait(name, shot)))
    return on_backdrop(shown), shown[..., 3] > 127


@pytest.mark.parametrize("key", sorted(REFERENCE))
def test_landmarks_stay_where_they_were_found(networks: FaceModels, key: str):
    flat, _ = picture(*key.split("/"))
    found, score = networks.landmarks(flat, networks.detect(flat)[:1])
    wanted = np.array(REFERENCE[key]["points"])
    assert float(score[0]) > 0.95
    assert np.abs(found[0, REFERENCE[key]["indices"], :2].numpy() - wanted).max() < 0.5


@pytest.mark.parametrize("name", SEEN)
@pytest.mark.parametrize("shot", ["close", "medium"])
def test_one_upright_face_looks_into_the_camera_with_closed_lips(networks: FaceModels, name: str, shot: str):
    flat, _ = picture(name, shot)
    faces = networks.detect(flat)
    points = networks.landmarks(flat, faces[:1])[0][0].numpy()
    eyes, nose, mouth, chin = points[[33, 263], 1].mean(), points[4, 1], points[[61, 291], 1].mean(), points[152, 1]
    assert len(faces) == 1
    assert eyes < nose < mouth < chin
    assert abs(points[263, 1] - points[33, 1]) < 0.1 * (points[263, 0] - points[33, 0])
    assert points[14, 1] - points[13, 1] < 0.05 * (chin - nose)


def test_a_batch_answers_like_its_pictures_one_by_one(networks: FaceModels):
    flats = [picture(name, "close")[0] for name in ("mei", "hans")]
    faces = tuple(networks.detect(flat)[0] for flat in flats)
    together, _ = networks.landmarks(torch.cat(flats), faces)
    for place, flat in enumerate(flats):
        alone, _ = networks.landmarks(flat, faces[place : place + 1])
        assert torch.allclose(together[place], alone[0], atol=0.05)


def test_landmarks_follow_the_picture_when_it_moves(networks: FaceModels):
    flat, _ = picture("anna", "medium")
    moved = torch.roll(flat, (24, 16), (2, 3))
    here, there = (networks.landmarks(shown, networks.detect(shown)[:1])[0][0, :, :2] for shown in (flat, moved))
    assert float((there - here - torch.tensor([16.0, 24.0])).abs().mean()) < 1.0


@pytest.mark.parametrize("name", SEEN)
def test_the_person_mask_covers_the_person(networks: FaceModels, name: str):
    flat, alpha = picture(name, "medium")
    mask = networks.person(flat)[0, 0] > 0.5
    assert float((mask & alpha).sum() / (mask | alpha).sum()) > 0.97


def test_an_empty_wall_has_no_face(networks: FaceModels):
    assert networks.detect(torch.full((1, 3, 300, 400), 0.7)) == ()


def test_two_people_are_two_faces(networks: FaceModels):
    both = torch.cat([picture("mei", "close")[0], picture("hans", "close")[0]], 3)
    faces = networks.detect(both)
    assert [face.x < both.shape[3] / 2 for face in sorted(faces, key=lambda face: face.x)] == [True, False]


def test_lip_rows_share_no_landmark_but_the_corners():
    assert set(topology.UPPER) & set(topology.LOWER) == set(topology.CORNERS)


def test_missing_models_ask_for_set_up(tmp_path: Path):
    with pytest.raises(SetupIncomplete):
        FaceModels(tmp_path)


def test_a_file_that_is_no_model_asks_for_set_up(tmp_path: Path):
    (tmp_path / "broken.tflite").write_bytes(b"not a model at all")
    with pytest.raises(SetupIncomplete):
        Network(tmp_path / "broken.tflite")


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_finds_the_same_landmarks(networks: FaceModels, models: Path):
    flat, _ = picture("mei", "close")
    faces = networks.detect(flat)
    there = FaceModels(models, "cuda").landmarks(flat.cuda(), faces[:1])[0].cpu()
    assert torch.allclose(there, networks.landmarks(flat, faces[:1])[0], atol=0.5)
