"""Convolutions of bytes as products of matrices: the same whole numbers, three times as fast.

onnxruntime multiplies unsigned by signed bytes with the processor's own instructions for it, where the signed ones are constant. Its
`ConvInteger` takes unsigned weights, by a slower way. So each convolution of the graph becomes a product: what stands under the kernel's
taps is gathered into rows, and its weights, less 128, are columns. All of it is exact in 32 bits, so nothing else changes.

Exact, that is, on processors that have those instructions (VNNI). On others onnxruntime adds pairs of products in 16 bits, which are too
few for some: `products_are_exact` tries it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from render.speech.protobuf import Value, field, fields, varints

_MODEL_GRAPH: Final = 7
_IR_VERSION, _OPSET, _OPSET_VERSION = 1, 8, 2
_NODE, _NAME, _INITIALIZER, _INPUT, _OUTPUT = 1, 2, 5, 11, 12
_DECLARED_NAME, _DECLARED_TYPE, _TENSOR_TYPE, _ELEMENT_TYPE, _TENSOR_SHAPE, _DIMENSION, _DIMENSION_SIZE = 1, 2, 1, 1, 2, 1, 1
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_KIND, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_INT, _ATTRIBUTE_INTS, _ATTRIBUTE_TYPE = 1, 3, 8, 20
_INT, _INTS = 2, 7
_DIMS, _DATA_TYPE, _INT32_DATA, _TENSOR_NAME, _RAW_DATA = 1, 2, 5, 8, 9
_UINT8, _INT8, _INT32, _INT64 = 2, 3, 6, 7
_MIDDLE: Final = 128
"""Between unsigned and signed bytes."""
_TRIED: Final = 64
"""Rows and columns: more than any instruction takes at once."""

Grouped = Mapping[int, list[Value]]


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
    graph = b"".join(_bytes(value) for number, value in fields(model) if number == _MODEL_GRAPH)
    others = b"".join(field(number, value) for number, value in fields(model) if number != _MODEL_GRAPH)
    return others + field(_MODEL_GRAPH, b"".join(_rewritten(graph)))


@cache
def products_are_exact() -> bool:
    """Whether this processor multiplies the greatest bytes without a loss."""
    import onnxruntime  # noqa: PLC0415 - it takes long to import, and most of the house speaks without it

    rows, weights = np.full((_TRIED, _TRIED), 255, np.uint8), np.full((_TRIED, _TRIED), 127, np.int8)
    graph = _tensor("weights", weights) + _node("MatMulInteger", ["rows", "weights"], "out")
    graph += field(_NAME, "tried") + field(_INPUT, _declared("rows", _UINT8)) + field(_OUTPUT, _declared("out", _INT32))
    model = field(_IR_VERSION, 9) + field(_OPSET, field(_OPSET_VERSION, 20)) + field(_MODEL_GRAPH, graph)
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
    tensors = {_name(value): value for number, value in fields(graph) if number == _INITIALIZER}
    replaced, used = set[str](), set[str]()
    for number, value in fields(graph):
        node = _grouped(value) if number == _NODE else {}
        names = [_text(name) for name in node.get(_NODE_INPUT, ())]
        if node and _is_ours(node):
            replaced |= {names[1], names[3]}
            yield from _product(_convolution(node, tensors))
        elif number != _INITIALIZER:
            used |= set(names)
            yield field(number, value)
    yield from (field(_INITIALIZER, data) for name, data in tensors.items() if name in used or name not in replaced)


def _is_ours(node: Grouped) -> bool:
    return _text(node[_NODE_KIND][0]) == "ConvInteger" and _attributes(node)["strides"] == [1]


def _convolution(node: Grouped, tensors: Mapping[str, Value]) -> _Convolution:
    source, weights, zero_point, weights_zero_point = map(_text, node[_NODE_INPUT])
    attributes = _attributes(node)
    before, after = attributes["pads"]
    return _Convolution(
        source,
        zero_point,
        _text(node[_NODE_OUTPUT][0]),
        _array(tensors[weights]),
        int(_array(tensors[weights_zero_point])),
        attributes["dilations"][0],
        (before, after),
    )


def _product(convolution: _Convolution) -> Iterator[bytes]:
    """Nodes and constants: (1, channels, n) bytes to rows of what is under the taps, times the weights, back to (1, channels, n)."""
    named = f"{convolution.out}/product".__add__
    outs, ins, taps = convolution.weights.shape
    columns = convolution.weights.transpose(2, 1, 0).reshape(taps * ins, outs).astype(np.int16) - _MIDDLE
    yield _tensor(named("/weights"), columns.astype(np.int8))
    yield _tensor(named("/weights_zero_point"), np.array(convolution.weights_zero_point - _MIDDLE, np.int8))
    yield _node("Transpose", [convolution.source], named("/rows"), perm=[0, 2, 1])
    if taps == 1:
        rows = named("/rows")
    else:
        rows = named("/under_taps")
        yield from _under_taps(convolution, named("/rows"), rows)
    yield _node("MatMulInteger", [rows, named("/weights"), convolution.zero_point, named("/weights_zero_point")], named("/columns"))
    yield _node("Transpose", [named("/columns")], convolution.out, perm=[0, 2, 1])


def _under_taps(convolution: _Convolution, source: str, out: str) -> Iterator[bytes]:
    """(1, n, channels) to (1, n, taps × channels): silence is put before and after, and rows are gathered by their places."""
    named = f"{out}/".__add__
    _, ins, taps = convolution.weights.shape
    before, after = convolution.pads
    yield _tensor(named("pads"), np.array([0, before, 0, 0, after, 0]))
    yield _tensor(named("first"), np.array(0))
    yield _tensor(named("step"), np.array(1))
    yield _tensor(named("last"), np.array([-1]))
    yield _tensor(named("scalar"), np.array([], np.int64))
    yield _tensor(named("taps"), np.arange(taps)[None] * convolution.dilation)
    yield _tensor(named("shape"), np.array([1, -1, taps * ins]))
    yield _node("Pad", [source, named("pads"), convolution.zero_point], named("padded"))
    yield _node("Shape", [source], named("length"), start=1, end=2)
    yield _node("Reshape", [named("length"), named("scalar")], named("count"))
    yield _node("Range", [named("first"), named("count"), named("step")], named("places"))
    yield _node("Unsqueeze", [named("places"), named("last")], named("upright"))
    yield _node("Add", [named("upright"), named("taps")], named("under"))
    yield _node("Gather", [named("padded"), named("under")], named("gathered"), axis=1)
    yield _node("Reshape", [named("gathered"), named("shape")], out)


def _node(kind: str, inputs: list[str], out: str, **attributes: int | list[int]) -> bytes:
    """A node of the graph with one output, called by what it gives."""
    body = b"".join(field(_NODE_INPUT, name) for name in inputs)
    body += field(_NODE_OUTPUT, out) + field(_NODE_NAME, out) + field(_NODE_KIND, kind)
    return field(_NODE, body + b"".join(field(_NODE_ATTRIBUTE, _attribute(*told)) for told in attributes.items()))


def _attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return field(_ATTRIBUTE_NAME, name) + field(_ATTRIBUTE_INT, value) + field(_ATTRIBUTE_TYPE, _INT)
    return field(_ATTRIBUTE_NAME, name) + b"".join(field(_ATTRIBUTE_INTS, one) for one in value) + field(_ATTRIBUTE_TYPE, _INTS)


def _tensor(name: str, values: NDArray[np.int8] | NDArray[np.int64]) -> bytes:
    """A constant of the graph."""
    shape = b"".join(field(_DIMS, size) for size in values.shape)
    kind = field(_DATA_TYPE, _INT8 if values.dtype == np.int8 else _INT64)
    return field(_INITIALIZER, shape + kind + field(_TENSOR_NAME, name) + field(_RAW_DATA, np.ascontiguousarray(values).tobytes()))


def _array(tensor: Value) -> NDArray[np.uint8]:
    """The bytes of a tensor of bytes."""
    told = _grouped(tensor)
    raw = told[_RAW_DATA][0] if told[_RAW_DATA] else bytes(varints(told[_INT32_DATA]))
    return np.frombuffer(cast("bytes", raw), np.uint8).reshape(varints(told[_DIMS]))


def _attributes(node: Grouped) -> dict[str, list[int]]:
    """A node's attributes that are lists of whole numbers."""
    told = [_grouped(attribute) for attribute in node[_NODE_ATTRIBUTE]]
    return {_text(one[_ATTRIBUTE_NAME][0]): varints(one[_ATTRIBUTE_INTS]) for one in told}


def _grouped(message: Value) -> Grouped:
    """The values of a message by their field's number."""
    found = defaultdict[int, list[Value]](list)
    for number, value in fields(_bytes(message)):
        found[number].append(value)
    return found


def _name(tensor: Value) -> str:
    return next(_text(value) for number, value in fields(_bytes(tensor)) if number == _TENSOR_NAME)


def _text(value: Value) -> str:
    return str(_bytes(value), "utf-8")


def _bytes(value: Value) -> memoryview:
    """A field that is known to be length-delimited."""
    return cast("memoryview", value)
