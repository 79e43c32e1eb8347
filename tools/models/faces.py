"""The face and person models: three small networks taken out of one MediaPipe wheel, which is an archive to us and never installed."""

import zipfile
from pathlib import Path
from typing import Final

from tools.models.fetch import Fetch

REQUIREMENT: Final = "mediapipe==0.10.21"
SHA256: Final = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
PLATFORM: Final = "manylinux_2_28_x86_64"
PYTHON: Final = "3.11"
LICENCE: Final = "mediapipe-0.10.21.dist-info/LICENSE"
MODELS: Final = (
    "mediapipe/modules/face_detection/face_detection_short_range.tflite",
    "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite",
    "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
)

NOTE: Final = """\
face_detection_short_range.tflite, face_landmark_with_attention.tflite and selfie_segmentation.tflite
are by the MediaPipe authors (Google), taken unchanged from the package mediapipe 0.10.21, Apache License 2.0.
Their model cards put recognising or identifying people out of scope: they are used here to animate and cut out, never to identify.
The full licence follows.

"""


def install(folder: Path, fetch: Fetch) -> None:
    """Write `faces/*.tflite` and the licence note below `folder`."""
    wheel = fetch.wheel(REQUIREMENT, SHA256, platform=PLATFORM, python=PYTHON)
    faces = folder / "faces"
    faces.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in MODELS:
            (faces / Path(name).name).write_bytes(archive.read(name))
        (faces / "LICENCES.txt").write_bytes(NOTE.encode() + archive.read(LICENCE))
