"""Models, presenters and a way to look at frames with the landmark network."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from render.avatar.engine import WarpEngine
from render.avatar.faces import FaceModels
from render.avatar.gallery import person
from render.avatar.presenters import WarpPresenter
from render.pixels.convert import rgb_from_planes
from render.pixels.planes import Planes
from render.ports.avatar import Look

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of model files."""
    return Path(os.environ.get("PIYING_MODELS", Path(__file__).parents[3] / ".models"))


@pytest.fixture(scope="session")
def networks(models: Path) -> FaceModels:
    """The face and person networks."""
    return FaceModels(models)


@pytest.fixture(scope="session")
def engine(models: Path, tmp_path_factory: pytest.TempPathFactory) -> WarpEngine:
    """An engine with a cache of its own."""
    return WarpEngine(models, tmp_path_factory.mktemp("rigs"))


@pytest.fixture(scope="session")
def mei(engine: WarpEngine) -> WarpPresenter:
    """A head at 384 by 512."""
    return engine.load(person("mei").folder, Look("close"), 384, 512)


@pytest.fixture(scope="session")
def landmarks_of(networks: FaceModels) -> Callable[[Planes], np.ndarray]:
    """Landmarks (478, 3) measured on a drawn frame."""

    def measure(planes: Planes) -> np.ndarray:
        clear = (255 - torch.from_numpy(planes.a).float())[..., None]
        flat = (torch.from_numpy(rgb_from_planes(planes)).float() + 0.85 * clear).permute(2, 0, 1)[None] / 255
        return networks.landmarks(flat, networks.detect(flat)[:1])[0][0].numpy()

    return measure
