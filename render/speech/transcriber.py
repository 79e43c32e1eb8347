"""The transcriber: writes down what is said in a recording, by Whisper base (A. Radford et al., 2022) run in plain torch."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from render.errors import SetupIncomplete
from render.ports.speech import Transcript
from render.speech.mel import RATE, mel_power

HEADS: Final = 8
SECONDS: Final = 30
"""What the network hears at once; a shorter sound is followed by silence, a longer one is heard no further."""
TOKENS_MAX: Final = 220

_BANDS: Final = 80
_END, _START, _TRANSCRIBE, _NO_SPEECH, _NO_TIMES = 50_257, 50_258, 50_359, 50_362, 50_363
_LANGUAGES: Final = {"en": 50_259, "zh": 50_260, "th": 50_289}
_SPACE: Final = 220

Weights = Mapping[str, Tensor]


class Transcriber:
    """Implements `render.ports.speech.Transcriber`. The network is loaded when first needed; one instance is for one thread."""

    version: str = "whisper-base/1"

    def __init__(self, models: Path) -> None:
        self._folder = models / "listening"

    def write_down(self, samples: Tensor, language: str) -> Transcript:
        """What is said in (n,) float32 samples at 16 kHz, read as `language` (zh, en or th). Raises SetupIncomplete."""
        with torch.inference_mode():
            heard = _Decoding(self._weights, _encoded(self._weights, samples))
            return self._greedy(heard, [_START, _LANGUAGES[language], _TRANSCRIBE, _NO_TIMES])

    def _greedy(self, heard: "_Decoding", prompt: list[int]) -> Transcript:
        """The likeliest token each time, until the network says that this was all."""
        first = heard.next([prompt[0]])
        silence = float(first.softmax(-1)[_NO_SPEECH])
        logits = heard.next(prompt[1:])
        logits[[_SPACE, _END]] = -torch.inf
        said, likelihood = list[int](), 0.0
        while len(said) < TOKENS_MAX:
            logits[_END + 1 :] = -torch.inf
            token = int(logits.argmax())
            likelihood += float(logits.log_softmax(-1)[token])
            if token == _END:
                break
            said.append(token)
            logits = heard.next([token])
        return Transcript(self._text(said), likelihood / (len(said) + 1), silence)

    def _text(self, tokens: list[int]) -> str:
        """Tokens are stretches of bytes; what is cut off at the end is left out."""
        return b"".join(_bytes_of(self._vocabulary[token]) for token in tokens).decode("utf-8", "ignore").strip()

    @cached_property
    def _weights(self) -> Weights:
        file = self._folder / "recogniser.safetensors"
        if not file.is_file():
            raise SetupIncomplete("model-missing", file=file.name)
        return {name: values.float() for name, values in load_file(file).items()}

    @cached_property
    def _vocabulary(self) -> list[str]:
        return (self._folder / "vocabulary.txt").read_text("utf-8").split("\n")


class _Decoding:
    """The decoder at work on one sound: what it has read so far is kept, so that each step reads one token more."""

    def __init__(self, weights: Weights, heard: Tensor) -> None:
        self._weights, self._read = weights, 0
        self._said: dict[str, Tensor] = {}
        self._heard = {layer: _linear(weights, f"{layer}/attention/linear_1", heard) for layer in _layers(weights, "decoder")}

    def next(self, tokens: list[int]) -> Tensor:
        """What may follow after these: (vocabulary,) of scores."""
        w, end = self._weights, self._read + len(tokens)
        x = w["decoder/embeddings/weight"][tokens] + w["decoder/position_encodings/encodings"][self._read : end]
        self._read = end
        for layer, heard in self._heard.items():
            x = x + self._self_attention(layer, x)
            asked = _linear(w, f"{layer}/attention/linear_0", _norm(w, f"{layer}/attention/layer_norm", x))
            x = x + _linear(w, f"{layer}/attention/linear_2", _attended(asked, *heard.chunk(2, -1)))
            x = x + _forward(w, layer, x)
        return w["decoder/embeddings/weight"] @ _norm(w, "decoder/layer_norm", x)[-1]

    def _self_attention(self, layer: str, x: Tensor) -> Tensor:
        asked, *new = _qkv(self._weights, layer, x)
        before = self._said.get(layer)
        kept = torch.cat([before, torch.stack(new)], 1) if before is not None else torch.stack(new)
        self._said[layer] = kept
        return _linear(self._weights, f"{layer}/self_attention/linear_1", _attended(asked, kept[0], kept[1], causal=len(asked) > 1))


def _encoded(weights: Weights, samples: Tensor) -> Tensor:
    """(1500, 512) of a sound: two convolutions over its log mel spectrum, then layers of attention."""
    x = _log_mel(samples)[None]
    for name, stride in (("conv1", 1), ("conv2", 2)):
        x = functional.gelu(
            functional.conv1d(x, weights[f"encoder/{name}/weight"], weights[f"encoder/{name}/bias"], stride=stride, padding=1)
        )
    x = x[0].T + weights["encoder/position_encodings/encodings"]
    for layer in _layers(weights, "encoder"):
        x = x + _linear(weights, f"{layer}/self_attention/linear_1", _attended(*_qkv(weights, layer, x)))
        x = x + _forward(weights, layer, x)
    return _norm(weights, "encoder/layer_norm", x)


def _log_mel(samples: Tensor) -> Tensor:
    """(80, 3000), about -1 to 1: 80 dB below the loudest are as good as silence."""
    whole = functional.pad(samples, (0, max(0, SECONDS * RATE - len(samples))))[: SECONDS * RATE]
    levels = mel_power(whole, _BANDS)[:, :-1].clamp_min(1e-10).log10()
    return (levels.clamp_min(float(levels.max()) - 8) + 4) / 4


def _layers(weights: Weights, part: str) -> list[str]:
    count = sum(name.startswith(f"{part}/layer_") and name.endswith("/ffn/linear_0/bias") for name in weights)
    return [f"{part}/layer_{number}" for number in range(count)]


def _qkv(weights: Weights, layer: str, x: Tensor) -> tuple[Tensor, ...]:
    return _linear(weights, f"{layer}/self_attention/linear_0", _norm(weights, f"{layer}/self_attention/layer_norm", x)).chunk(3, -1)


def _attended(asked: Tensor, keys: Tensor, values: Tensor, *, causal: bool = False) -> Tensor:
    """Attention of (n, 512) over (m, 512), in HEADS parts; `causal` lets the last n look at nothing after themselves."""
    one, two, three = (tensor.reshape(len(tensor), HEADS, -1).transpose(0, 1) for tensor in (asked, keys, values))
    seen = torch.ones(len(asked), len(keys), dtype=torch.bool).tril(len(keys) - len(asked)) if causal else None
    return functional.scaled_dot_product_attention(one, two, three, attn_mask=seen).transpose(0, 1).flatten(1)


def _forward(weights: Weights, layer: str, x: Tensor) -> Tensor:
    inner = functional.gelu(_linear(weights, f"{layer}/ffn/linear_0", _norm(weights, f"{layer}/ffn/layer_norm", x)))
    return _linear(weights, f"{layer}/ffn/linear_1", inner)


def _linear(weights: Weights, name: str, x: Tensor) -> Tensor:
    return functional.linear(x, weights[f"{name}/weight"], weights.get(f"{name}/bias"))


def _norm(weights: Weights, name: str, x: Tensor) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], weights[f"{name}/gamma"], weights[f"{name}/beta"])


def _bytes_of(token: str) -> bytes:
    """A token is written in letters that stand for bytes: itself where it can be seen, else one after U+0100 (GPT-2's way)."""
    return bytes(_BYTES[letter] for letter in token)


_SEEN: Final = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_UNSEEN: Final = [byte for byte in range(256) if byte not in _SEEN]
_BYTES: Final = {chr(byte): byte for byte in _SEEN} | {chr(0x100 + place): byte for place, byte in enumerate(_UNSEEN)}
