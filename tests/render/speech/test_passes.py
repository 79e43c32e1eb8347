"""Fewer passes: less is gone over, and every number stays the same to the bit."""

import numpy as np
import onnxruntime
import pytest

from render.speech.graphs import new_node
from render.speech.passes import with_fewer_passes
from render.speech.protobuf import field

FLOAT, INT32 = 1, 6


def constant(name: str, value: float) -> bytes:
    array = np.array(value, np.float32 if isinstance(value, float) else np.int32)
    return field(5, field(2, FLOAT if isinstance(value, float) else INT32) + field(8, name) + field(9, array.tobytes()))


def model(*fields_of_graph: bytes) -> bytes:
    shape = field(2, field(1, field(1, 64)))
    graph = b"".join(fields_of_graph) + field(2, "one")
    graph += field(11, field(1, "in") + field(2, field(1, field(1, FLOAT) + shape))) + field(
        12, field(1, "out") + field(2, field(1, field(1, FLOAT)))
    )
    return field(1, 9) + field(8, field(2, 20)) + field(7, graph)


def answer(model: bytes) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, {"in": np.sin(np.arange(64, dtype=np.float32) * 1.7) * 3e7})[0]


SCALED = (
    constant("bias", 77),
    constant("scale", 0.0123),
    new_node("Cast", ["in"], "whole", to=INT32),
    new_node("Add", ["whole", "bias"], "said_bias_add"),
    new_node("Cast", ["said_bias_add"], "float", to=FLOAT),
)


def test_whole_numbers_are_scaled_in_one_pass() -> None:
    plain = model(*SCALED, new_node("Mul", ["float", "scale"], "out"))

    quick = with_fewer_passes(plain)

    assert (plain.count(b"Cast"), quick.count(b"Cast"), quick.count(b"DequantizeLinear")) == (2, 1, 1)
    np.testing.assert_array_equal(answer(quick), answer(plain))


def test_a_float_that_something_else_reads_too_is_still_made() -> None:
    plain = model(*SCALED, new_node("Mul", ["float", "scale"], "scaled"), new_node("Add", ["scaled", "float"], "out"))

    assert with_fewer_passes(plain) == plain


@pytest.mark.parametrize(("power", "kind"), [(2.0, b"Mul"), (3.0, b"Pow")])
def test_a_square_becomes_a_product_and_no_other_power_does(power: float, kind: bytes) -> None:
    plain = model(constant("power", power), new_node("Pow", ["in", "power"], "out"))

    quick = with_fewer_passes(plain)

    assert kind in quick
    np.testing.assert_array_equal(answer(quick), answer(plain))
