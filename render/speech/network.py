"""The network: symbols and a voice's style become samples and the time each symbol takes."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from render.errors import SetupIncomplete
from render.ports.speech import BrokenOff
from render.speech.convolutions import products_are_exact, with_products
from render.speech.passes import with_fewer_passes
from render.speech.symbols import NUMBERS
from render.speech.weights import MODEL_SHA256, PITCH, STYLES_SHAPE, with_pitch

SAMPLE_RATE: Final = 24_000
FRAME_SAMPLES: Final = 600
"""One step of a duration: 25 ms."""
CENTS_PER_OCTAVE: Final = 1_200


@dataclass(frozen=True, slots=True)
class Take:
    """What the network said: float32 samples (n,) at 24 kHz, and for each symbol its first sample and the first after it."""

    samples: NDArray[np.float32]
    edges: tuple[int, ...]
    """One more than there are symbols."""


class Network:
    """Kokoro-82M, loaded when first needed. Not shared between threads."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._folder = folder
        self._threads = threads
        self._styles: dict[str, NDArray[np.float32]] = {}
        self._run: Any = None

    def say(self, symbols: str, voice: str, rate: int, pitch: int = 0) -> Take:
        """Say 1 to 510 known symbols at `rate` per mille of the voice's own speed, `pitch` cents above its own frequency.

        Raises BrokenOff.
        """
        style = self._style(voice)[len(symbols) - 1][None]
        tokens = np.array([[0, *(NUMBERS[symbol] for symbol in symbols), 0]], np.int64)
        speed = np.array([rate / 1_000], np.float32)
        higher = np.array([2 ** (pitch / CENTS_PER_OCTAVE)], np.float32)
        samples, frames = self._answer({"tokens": tokens, "style": style, "speed": speed, PITCH: higher})
        edges = np.cumsum(np.rint(frames.ravel()).astype(np.int64)) * FRAME_SAMPLES
        return Take(np.ascontiguousarray(samples.ravel(), np.float32), tuple(int(edge) for edge in edges[: len(symbols) + 1]))

    def break_off(self) -> None:
        """End what is being said, if anything is; from any thread."""
        run = self._run
        if run is not None:
            run.terminate = True

    def _answer(self, fed: dict[str, NDArray[Any]]) -> Any:
        from onnxruntime import RunOptions  # noqa: PLC0415 - as late as the network itself

        self._run = run = RunOptions()
        try:
            return self._session.run(None, fed, run)
        except Exception as stopped:  # onnxruntime has a class of its own for each thing that can go wrong, and none for this
            if run.terminate:
                raise BrokenOff from stopped
            raise
        finally:
            self._run = None

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # noqa: PLC0415 - as late as the network itself

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        model = with_fewer_passes(with_pitch(self._model()))
        quick = with_products(model) if products_are_exact() else model
        return onnxruntime.InferenceSession(quick, options, providers=["CPUExecutionProvider"])

    def _model(self) -> bytes:
        """The model, if it is the one that set-up wrote."""
        file = self._folder / "model.onnx"
        if not file.is_file():
            raise SetupIncomplete("model-missing", file=file.name)
        model = file.read_bytes()
        if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
            raise SetupIncomplete("model-damaged", file=file.name)
        return model

    def _style(self, voice: str) -> NDArray[np.float32]:
        """The voice's styles (510, 256): one for each number of symbols."""
        if voice not in self._styles:
            self._styles[voice] = _read(self._folder / "voices" / f"{voice}.npy")
        return self._styles[voice]


def _read(file: Path) -> NDArray[np.float32]:
    try:
        styles = np.load(file, allow_pickle=False)
    except FileNotFoundError as missing:
        raise SetupIncomplete("voice-missing", file=file.name) from missing
    except (ValueError, OSError, EOFError) as broken:
        raise SetupIncomplete("voice-damaged", file=file.name) from broken
    if styles.shape != STYLES_SHAPE:
        raise SetupIncomplete("voice-damaged", file=file.name)
    return np.ascontiguousarray(styles, np.float32)
