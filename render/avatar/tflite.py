"""Reads the TensorFlow Lite file format: a flat buffer of tables becomes a frozen list of operations and constants.

Field numbers are those of the public schema (tensorflow/lite/schema/schema.fbs, version 3). Only what the face and person models use
is understood; anything else is refused by name when the network is built.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from flatbuffers import flexbuffers

from render.errors import SetupIncomplete

IDENTIFIER: Final = b"TFL3"
_DTYPES: Final = {0: np.float32, 1: np.float16, 2: np.int32, 3: np.uint8, 4: np.int64, 9: np.int8}
_OPERATORS: Final = {
    0: "ADD",
    1: "AVERAGE_POOL_2D",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    6: "DEQUANTIZE",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    18: "MUL",
    19: "RELU",
    22: "RESHAPE",
    23: "RESIZE_BILINEAR",
    32: "CUSTOM",
    34: "PAD",
    40: "MEAN",
    45: "STRIDED_SLICE",
    54: "PRELU",
    117: "HARD_SWISH",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One step: `options` are the integer fields of its option table by field number, or the dict of a custom operation."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: "OptionTable"
    custom: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """A model's first subgraph. Tensors are known by index; `constants` holds those that the file fills."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    names: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    constants: dict[int, np.ndarray]
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A flat-buffer table at `at`: scalars, strings, vectors and sub-tables by field number."""

    data: bytes
    at: int

    def _field(self, number: int) -> int:
        vtable = self.at - _read("<i", self.data, self.at)
        offset = 4 + 2 * number
        if offset >= _read("<H", self.data, vtable):
            return 0
        relative = _read("<H", self.data, vtable + offset)
        return self.at + relative if relative else 0

    def number(self, number: int, kind: str, default: int = 0) -> int:
        place = self._field(number)
        return _read(f"<{kind}", self.data, place) if place else default

    def table(self, number: int) -> "_Table | None":
        place = self._field(number)
        return _Table(self.data, place + _read("<I", self.data, place)) if place else None

    def _vector(self, number: int) -> tuple[int, int]:
        place = self._field(number)
        if not place:
            return 0, 0
        start = place + _read("<I", self.data, place)
        return start + 4, _read("<I", self.data, start)

    def octets(self, number: int) -> bytes:
        start, length = self._vector(number)
        return self.data[start : start + length]

    def integers(self, number: int) -> tuple[int, ...]:
        start, length = self._vector(number)
        return struct.unpack_from(f"<{length}i", self.data, start)

    def tables(self, number: int) -> Iterator["_Table"]:
        start, length = self._vector(number)
        for place in range(start, start + 4 * length, 4):
            yield _Table(self.data, place + _read("<I", self.data, place))


@dataclass(frozen=True, slots=True)
class OptionTable:
    """An operation's options; an absent table answers with defaults."""

    table: _Table | None

    def byte(self, number: int) -> int:
        """An 8-bit field (padding, activation, flag)."""
        return self.table.number(number, "b") if self.table else 0

    def integer(self, number: int) -> int:
        """A 32-bit field (stride, size, axis, mask)."""
        return self.table.number(number, "i") if self.table else 0


def read_graph(path: Path) -> Graph:
    """The graph in the file. Raises SetupIncomplete where the file is missing or is not a model."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise SetupIncomplete(what="model", name=path.name) from problem
    if data[4:8] != IDENTIFIER:
        raise SetupIncomplete(what="model", name=path.name)
    return _graph(_Table(data, _read("<I", data, 0)))


def _graph(model: _Table) -> Graph:
    subgraph = next(model.tables(2))
    buffers = [buffer.octets(0) for buffer in model.tables(4)]
    tensors = list(subgraph.tables(0))
    shapes = tuple(tensor.integers(0) for tensor in tensors)
    constants = {
        index: np.frombuffer(octets, _DTYPES[tensor.number(1, "b")]).reshape(shapes[index])
        for index, tensor in enumerate(tensors)
        if (octets := buffers[tensor.number(2, "I")])
    }
    codes = [_operator_name(code) for code in model.tables(1)]
    operations = tuple(_operation(operator, codes) for operator in subgraph.tables(3))
    return Graph(
        inputs=subgraph.integers(1),
        outputs=subgraph.integers(2),
        names=tuple(tensor.octets(3).decode() for tensor in tensors),
        shapes=shapes,
        **_folded(constants, operations),
    )


def _operator_name(code: _Table) -> str:
    number = max(code.number(0, "b"), code.number(3, "i"))
    name = _OPERATORS.get(number, f"operator {number}")
    return code.octets(1).decode() if name == "CUSTOM" else name


def _operation(operator: _Table, codes: list[str]) -> Operation:
    return Operation(
        name=codes[operator.number(0, "I")],
        inputs=operator.integers(1),
        outputs=operator.integers(2),
        options=OptionTable(operator.table(4)),
        custom=_custom(operator.octets(5)),
    )


def _custom(octets: bytes) -> dict[str, Any]:
    """A custom operation's options where they are a flex buffer's map; others carry nothing that is needed."""
    try:
        value = flexbuffers.GetRoot(bytearray(octets)).Value
    except (IndexError, ValueError, struct.error, TypeError, NotImplementedError):
        return {}
    return value if isinstance(value, dict) else {}


def _folded(constants: dict[int, np.ndarray], operations: tuple[Operation, ...]) -> dict[str, Any]:
    """Half-precision weights widened once, so that no DEQUANTIZE step remains."""
    kept = []
    for operation in operations:
        if operation.name == "DEQUANTIZE" and operation.inputs[0] in constants:
            constants[operation.outputs[0]] = constants[operation.inputs[0]].astype(np.float32)
        else:
            kept.append(operation)
    return {"constants": constants, "operations": tuple(kept)}


def _read(kind: str, data: bytes, at: int) -> int:
    return int(struct.unpack_from(kind, data, at)[0])
