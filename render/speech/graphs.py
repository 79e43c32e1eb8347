"""A model's graph in protobuf: its nodes and constants read, and new ones written (messages and numbers of their fields: onnx.proto)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from render.speech.protobuf import Value, field, fields, varints

MODEL_GRAPH: Final = 7
NODE, NAME, INITIALIZER, INPUT, OUTPUT = 1, 2, 5, 11, 12
NODE_INPUT, NODE_OUTPUT, _NODE_NAME, NODE_KIND, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_INT, _ATTRIBUTE_INTS, _ATTRIBUTE_TYPE = 1, 3, 8, 20
_INT, _INTS = 2, 7
_DIMS, _DATA_TYPE, _INT32_DATA, _TENSOR_NAME, _RAW_DATA = 1, 2, 5, 8, 9
_INT8, _INT64 = 3, 7

Grouped = Mapping[int, list[Value]]


def with_graph(model: bytes, rewritten: Callable[[bytes], Iterable[bytes]]) -> bytes:
    """The same model with its graph's fields as `rewritten` gives them. Raises ValueError for what is no model."""
    graph = b"".join(view_of(value) for number, value in fields(model) if number == MODEL_GRAPH)
    others = b"".join(field(number, value) for number, value in fields(model) if number != MODEL_GRAPH)
    return others + field(MODEL_GRAPH, b"".join(rewritten(graph)))


def new_node(kind: str, inputs: list[str], out: str, **attributes: int | list[int]) -> bytes:
    """A field of the graph: a node with one output, called by what it gives."""
    body = b"".join(field(NODE_INPUT, name) for name in inputs)
    body += field(NODE_OUTPUT, out) + field(_NODE_NAME, out) + field(NODE_KIND, kind)
    return field(NODE, body + b"".join(field(_NODE_ATTRIBUTE, _attribute(*told)) for told in attributes.items()))


def _attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return field(_ATTRIBUTE_NAME, name) + field(_ATTRIBUTE_INT, value) + field(_ATTRIBUTE_TYPE, _INT)
    return field(_ATTRIBUTE_NAME, name) + b"".join(field(_ATTRIBUTE_INTS, one) for one in value) + field(_ATTRIBUTE_TYPE, _INTS)


def new_constant(name: str, values: NDArray[np.int8] | NDArray[np.int64]) -> bytes:
    """A field of the graph: a constant."""
    shape = b"".join(field(_DIMS, size) for size in values.shape)
    kind = field(_DATA_TYPE, _INT8 if values.dtype == np.int8 else _INT64)
    return field(INITIALIZER, shape + kind + field(_TENSOR_NAME, name) + field(_RAW_DATA, np.ascontiguousarray(values).tobytes()))


def bytes_of(tensor: Value) -> NDArray[np.uint8]:
    """The bytes of a tensor of bytes."""
    told = grouped(tensor)
    raw = told[_RAW_DATA][0] if told[_RAW_DATA] else bytes(varints(told[_INT32_DATA]))
    return np.frombuffer(cast("bytes", raw), np.uint8).reshape(varints(told[_DIMS]))


def whole_numbers(node: Grouped) -> dict[str, list[int]]:
    """A node's attributes that are lists of whole numbers."""
    told = [grouped(attribute) for attribute in node[_NODE_ATTRIBUTE]]
    return {text_of(one[_ATTRIBUTE_NAME][0]): varints(one[_ATTRIBUTE_INTS]) for one in told}


def raw_of(tensor: Value) -> bytes:
    """A constant's values as they lie in memory; empty where they are written otherwise."""
    return b"".join(view_of(value) for number, value in fields(view_of(tensor)) if number == _RAW_DATA)


def grouped(message: Value) -> Grouped:
    """The values of a message by their field's number."""
    found = defaultdict[int, list[Value]](list)
    for number, value in fields(view_of(message)):
        found[number].append(value)
    return found


def name_of(tensor: Value) -> str:
    """What a constant is called."""
    return next(text_of(value) for number, value in fields(view_of(tensor)) if number == _TENSOR_NAME)


def text_of(value: Value) -> str:
    """A field that is known to be text."""
    return str(view_of(value), "utf-8")


def view_of(value: Value) -> memoryview:
    """A field that is known to be length-delimited."""
    return cast("memoryview", value)
