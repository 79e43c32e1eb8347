"""The speaker: whether two recordings are of one voice, by the encoder of generalised end-to-end loss (L. Wan et al., 2018).

It tells voices apart, it does not find out whose they are: nothing of it is kept but the likeness of two sounds.
"""

from functools import cached_property
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from render.errors import SetupIncomplete
from render.speech.mel import RATE, mel_power

SECONDS_MIN: Final = 2.0
"""Of speech: less says too little about a voice."""
OTHER_BELOW: Final = 0.78
"""A stretch less like the main voice is another's. Measured: docs/decisions/0053-whole-and-alone.md."""

_BANDS, _WIDTH, _LAYERS = 40, 256, 3
_PART, _STEP = 160, 80
"""Frames of 10 ms that are looked at together, and from one stretch to the next."""
_TOGETHER: Final = 3
"""Parts that are averaged to tell whose they are: one alone says too little."""
_TELLING_SECONDS_MIN: Final = 8
_LEVEL: Final = 10 ** (-30 / 20)
_STEP_SAMPLES: Final = RATE * 30 // 1_000
_QUIET: Final = 0.1
"""Below this part of the loud steps' level (their 90th percentile) nobody speaks."""


class SpeakerComparer:
    """Implements `render.ports.speech.SpeakerComparer`."""

    version: str = "ge2e/1"

    def __init__(self, models: Path) -> None:
        self._file = models / "listening" / "speaker.safetensors"

    def likeness(self, one: Tensor, other: Tensor) -> float | None:
        """From 0 to 1 how alike two voices are, (n,) float32 at 16 kHz each; None where either speaks for under SECONDS_MIN seconds."""
        spoken = [_spoken(samples) for samples in (one, other)]
        if min(len(samples) for samples in spoken) < SECONDS_MIN * RATE:
            return None
        with torch.inference_mode():
            first, second = (self._voice(samples) for samples in spoken)
            return float(first @ second)

    def others_ms(self, samples: Tensor) -> int:
        """For how long another voice than the one most heard speaks in (n,) float32 at 16 kHz, pauses left out.

        Told by stretches of 3.2 seconds: whoever says less, or much more softly than the one over whom she talks, may go unheard.
        """
        spoken = _spoken(samples)
        if len(spoken) < _TELLING_SECONDS_MIN * RATE:
            return 0
        with torch.inference_mode():
            stretches = functional.normalize(self._voices(spoken).unfold(0, _TOGETHER, 1).mean(2), dim=1)
            alike = stretches @ stretches.T
            most = alike[int(alike.median(1).values.argmax())]
            main = functional.normalize(stretches[most >= most.median()].mean(0), dim=0)
            return int((stretches @ main < OTHER_BELOW).sum()) * _STEP * 10

    def _voice(self, samples: Tensor) -> Tensor:
        """(256,) of length 1: the mean over stretches of 1.6 seconds that overlap by half."""
        return functional.normalize(self._voices(samples).mean(0), dim=0)

    def _voices(self, samples: Tensor) -> Tensor:
        """(stretches, 256), each of length 1: of 1.6 seconds, overlapping by half."""
        frames = mel_power(samples, _BANDS).T
        parts = frames.unfold(0, _PART, _STEP).transpose(1, 2)
        lstm, linear = self._network
        hidden = lstm(parts)[1][0][-1]
        return functional.normalize(functional.relu(linear(hidden)), dim=1)

    @cached_property
    def _network(self) -> tuple[nn.LSTM, nn.Linear]:
        if not self._file.is_file():
            raise SetupIncomplete("model-missing", file=self._file.name)
        weights = load_file(self._file)
        lstm, linear = nn.LSTM(_BANDS, _WIDTH, _LAYERS, batch_first=True), nn.Linear(_WIDTH, _WIDTH)
        for part, name in ((lstm, "lstm."), (linear, "linear.")):
            part.load_state_dict({key.removeprefix(name): values for key, values in weights.items() if key.startswith(name)})
        return lstm.eval(), linear.eval()


def _spoken(samples: Tensor) -> Tensor:
    """The sound without its pauses, brought to the level that the network knows where it is softer."""
    steps = samples[: len(samples) // _STEP_SAMPLES * _STEP_SAMPLES].reshape(-1, _STEP_SAMPLES)
    if not len(steps):
        return samples[:0]
    levels = steps.square().mean(1).sqrt()
    kept = steps[levels > max(1e-4, _QUIET * float(levels.quantile(0.9)))].flatten()
    level = float(kept.square().mean().sqrt()) if len(kept) else 1.0
    return kept * max(1.0, _LEVEL / level)
