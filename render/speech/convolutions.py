"""Convolutions of bytes as products of matrices: the same whole numbers, three times as fast.

onnxruntime multiplies unsigned by signed bytes with the processor's own instructions for it, where the signed ones are constant. Its
`ConvInteger` takes unsigned weights, by a slower way. So each convolution of the graph becomes a product: what stands under the kernel's
taps is gathered into rows, and its weights, less 128, are columns. All of it is exact in 32 bits, so nothing else changes.

Exact, that is, on processors that have those instructions (VNNI). On others onnxruntime adds pairs of products in 16 bits, which are too
few for some: `products_are_exact` tries it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.speech.graphs import (
    INITIALIZER,
    INPUT,
    MODEL_GRAPH,
    NAME,
    NODE,
    NODE_INPUT,
    NODE_KIND,
    NODE_OUTPUT,
    OUTPUT,
    Grouped,
    bytes_of,
    grouped,
    name_of,
    new_constant,
    new_node,
    text_of,
    whole_numbers,
    with_graph,
)
from render.speech.protobuf import Value, field, fields

_IR_VERSION, _OPSET, _OPSET_VERSION = 1, 8, 2
_DECLARED_NAME, _DECLARED_TYPE, _TENSOR_TYPE, _ELEMENT_TYPE, _TENSOR_SHAPE, _DIMENSION, _DIMENSION_SIZE = 1, 2, 1, 1, 2, 1, 1
_UINT8, _INT32 = 2, 6
_MIDDLE: Final = 128
"""Between unsigned and signed bytes."""
_TRIED: Final = 64
"""Rows and columns: more than any instruction takes at once."""


@dataclass(frozen=True, slots=True)
class _Convolution:
    """A `ConvInteger` of stride 1: names of what goes in and comes out, its weights (out, in, taps), and where its taps lie."""

    source: str
    zero_point: str
    out: str
    weights: NDArray[np.uint8]
    weights_zero_point: int
    dilation: int
    pads: tuple[int, int]


def with_products(model: bytes) -> bytes:
    """The same model with products in place of its convolutions of stride 1. Raises ValueError for what is no model."""
    return with_graph(model, _rewritten)


@cache
def products_are_exact() -> bool:
    """Whether this processor multiplies the greatest bytes without a loss."""
    import onnxruntime  # noqa: PLC0415 - it takes long to import, and most of the house speaks without it

    rows, weights = np.full((_TRIED, _TRIED), 255, np.uint8), np.full((_TRIED, _TRIED), 127, np.int8)
    graph = new_constant("weights", weights) + new_node("MatMulInteger", ["rows", "weights"], "out")
    graph += field(NAME, "tried") + field(INPUT, _declared("rows", _UINT8)) + field(OUTPUT, _declared("out", _INT32))
    model = field(_IR_VERSION, 9) + field(_OPSET, field(_OPSET_VERSION, 20)) + field(MODEL_GRAPH, graph)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    (found,) = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]).run(None, {"rows": rows})
    return bool((found == rows.astype(np.int32) @ weights.astype(np.int32)).all())


def _declared(name: str, kind: int) -> bytes:
    """What goes in or comes out: a matrix of some kind of number."""
    size = field(_DIMENSION, field(_DIMENSION_SIZE, _TRIED))
    shape = field(_TENSOR_SHAPE, size + size)
    return field(_DECLARED_NAME, name) + field(_DECLARED_TYPE, field(_TENSOR_TYPE, field(_ELEMENT_TYPE, kind) + shape))


def _rewritten(graph: bytes) -> Iterator[bytes]:
    """The graph's fields with other nodes and weights."""
    tensors = {name_of(value): value for number, value in fields(graph) if number == INITIALIZER}
    replaced, used = set[str](), set[str]()
    for number, value in fields(graph):
        node = grouped(value) if number == NODE else {}
        names = [text_of(name) for name in node.get(NODE_INPUT, ())]
        if node and _is_ours(node):
            replaced |= {names[1], names[3]}
            yield from _product(_convolution(node, tensors))
        elif number != INITIALIZER:
            used |= set(names)
            yield field(number, value)
    yield from (field(INITIALIZER, data) for name, data in tensors.items() if name in used or name not in replaced)


def _is_ours(node: Grouped) -> bool:
    return text_of(node[NODE_KIND][0]) == "ConvInteger" and whole_numbers(node)["strides"] == [1]


def _convolution(node: Grouped, tensors: Mapping[str, Value]) -> _Convolution:
    source, weights, zero_point, weights_zero_point = map(text_of, node[NODE_INPUT])
    attributes = whole_numbers(node)
    before, after = attributes["pads"]
    return _Convolution(
        source,
        zero_point,
        text_of(node[NODE_OUTPUT][0]),
        bytes_of(tensors[weights]),
        int(bytes_of(tensors[weights_zero_point])),
        attributes["dilations"][0],
        (before, after),
    )


def _product(convolution: _Convolution) -> Iterator[bytes]:
    """Nodes and constants: (1, channels, n) bytes to rows of what is under the taps, times the weights, back to (1, channels, n)."""
    named = f"{convolution.out}/product".__add__
    outs, ins, taps = convolution.weights.shape
    columns = convolution.weights.transpose(2, 1, 0).reshape(taps * ins, outs).astype(np.int16) - _MIDDLE
    yield new_constant(named("/weights"), columns.astype(np.int8))
    yield new_constant(named("/weights_zero_point"), np.array(convolution.weights_zero_point - _MIDDLE, np.int8))
    yield new_node("Transpose", [convolution.source], named("/rows"), perm=[0, 2, 1])
    if taps == 1:
        rows = named("/rows")
    else:
        rows = named("/under_taps")
        yield from _under_taps(convolution, named("/rows"), rows)
    yield new_node("MatMulInteger", [rows, named("/weights"), convolution.zero_point, named("/weights_zero_point")], named("/columns"))
    yield new_node("Transpose", [named("/columns")], convolution.out, perm=[0, 2, 1])


def _under_taps(convolution: _Convolution, source: str, out: str) -> Iterator[bytes]:
    """(1, n, channels) to (1, n, taps × channels): silence is put before and after, and rows are gathered by their places."""
    named = f"{out}/".__add__
    _, ins, taps = convolution.weights.shape
    before, after = convolution.pads
    yield new_constant(named("pads"), np.array([0, before, 0, 0, after, 0]))
    yield new_constant(named("first"), np.array(0))
    yield new_constant(named("step"), np.array(1))
    yield new_constant(named("last"), np.array([-1]))
    yield new_constant(named("scalar"), np.array([], np.int64))
    yield new_constant(named("taps"), np.arange(taps)[None] * convolution.dilation)
    yield new_constant(named("shape"), np.array([1, -1, taps * ins]))
    yield new_node("Pad", [source, named("pads"), convolution.zero_point], named("padded"))
    yield new_node("Shape", [source], named("length"), start=1, end=2)
    yield new_node("Reshape", [named("length"), named("scalar")], named("count"))
    yield new_node("Range", [named("first"), named("count"), named("step")], named("places"))
    yield new_node("Unsqueeze", [named("places"), named("last")], named("upright"))
    yield new_node("Add", [named("upright"), named("taps")], named("under"))
    yield new_node("Gather", [named("padded"), named("under")], named("gathered"), axis=1)
    yield new_node("Reshape", [named("gathered"), named("shape")], out)
