"""`render.pixels.veil` in plain torch."""

import torch
from torch import Tensor

from render.pixels.planes import Planes
from render.pixels.veil import Words, arrivals_of, edge_weights
from render.timeline.document import Transition


def veil(first: Planes[Tensor], second: Planes[Tensor], way: Transition, share: float) -> Planes[Tensor]:
    """Times of arrival are worked out in the machine's memory, and sent."""
    arrivals = arrivals_of(way, first.width_px, first.height_px)
    luma, chroma, weights = (_sent(words, first.y.device) for words in (*arrivals, edge_weights(way.softness, share)))
    y = _veiled(first.y, second.y, luma, weights)
    u, v = (_veiled(one, two, chroma, weights) for one, two in ((first.u, second.u), (first.v, second.v)))
    return Planes(y, u, v)


def _sent(words: Words, device: torch.device) -> Tensor:
    return torch.from_numpy(words.view("int16")).to(device)


def _veiled(first: Tensor, second: Tensor, times: Tensor, weights: Tensor) -> Tensor:
    weight = weights[times.long()].int()
    return ((first.int() * (256 - weight) + second.int() * weight + 128) >> 8).to(torch.uint8)
