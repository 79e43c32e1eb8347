"""Passes over a sentence's sound: some of a model's go, the sound stays the same to the bit.

A whole number becomes a float and is then multiplied by its scale: one node that does both goes over it once, on every core. A square is
a product, which is made on every core as well; a power is not.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from render.speech.graphs import (
    INITIALIZER,
    NODE,
    NODE_INPUT,
    NODE_KIND,
    NODE_OUTPUT,
    Grouped,
    grouped,
    name_of,
    new_node,
    raw_of,
    text_of,
    with_graph,
)
from render.speech.protobuf import field, fields

_BIASED: Final = "_bias_add"
"""How the quantiser's names of a convolution's whole numbers with their bias end: its scale is one number."""
_TWO: Final = np.float32(2).tobytes()


def with_fewer_passes(model: bytes) -> bytes:
    """The same model with fewer passes over what is long. Raises ValueError for what is no model."""
    return with_graph(model, _rewritten)


def _rewritten(graph: bytes) -> Iterator[bytes]:
    nodes = [grouped(value) for number, value in fields(graph) if number == NODE]
    wholes = _wholes(nodes)
    twos = {name_of(value) for number, value in fields(graph) if number == INITIALIZER and raw_of(value) == _TWO}
    for number, value in fields(graph):
        node = grouped(value) if number == NODE else {}
        if not (node and _out(node) in wholes):
            yield _quicker(node, wholes, twos) or field(number, value)


def _wholes(nodes: Sequence[Grouped]) -> dict[str, str]:
    """Names of floats that only a scale is waiting for, and of the whole numbers that they were."""
    readers = Counter(name for node in nodes for name in _inputs(node))
    scaled = {name for node in nodes if _kind(node) == "Mul" for name in _inputs(node) if readers[name] == 1}
    casts = {_out(node): _inputs(node)[0] for node in nodes if _kind(node) == "Cast"}
    return {name: whole for name, whole in casts.items() if name in scaled and whole.endswith(_BIASED)}


def _quicker(node: Grouped, wholes: Mapping[str, str], twos: Collection[str]) -> bytes:
    """What is put in place of a node; empty where it stays."""
    kind, names = (_kind(node), _inputs(node)) if node else ("", [])
    cast = next((name for name in names if name in wholes), "")
    if kind == "Mul" and cast:
        (scale,) = (name for name in names if name != cast)
        return new_node("DequantizeLinear", [wholes[cast], scale], _out(node))
    if kind == "Pow" and names[1] in twos:
        return new_node("Mul", [names[0], names[0]], _out(node))
    return b""


def _kind(node: Grouped) -> str:
    return text_of(node[NODE_KIND][0])


def _inputs(node: Grouped) -> list[str]:
    return [text_of(name) for name in node[NODE_INPUT]]


def _out(node: Grouped) -> str:
    return text_of(node[NODE_OUTPUT][0])
