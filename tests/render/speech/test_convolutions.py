"""Convolutions as products: the same whole numbers, whatever the taps and wherever they lie."""

from dataclasses import dataclass

import numpy as np
import onnxruntime
import pytest

from render.speech import convolutions
from render.speech.convolutions import products_are_exact, with_products
from render.speech.network import Network
from render.speech.protobuf import field, fields, varint, varints

CHANNELS, LENGTH, OUTS = 5, 40, 3
UINT8, INT32 = 2, 6
RANDOM = np.random.default_rng(7)


@dataclass
class Convolution:
    """What one is asked to do, as the bytes of a model that does nothing else."""

    taps: int
    dilation: int
    stride: int = 1
    packed: bool = False

    @property
    def pad(self) -> int:
        return (self.taps - 1) // 2 * self.dilation

    def attributes(self) -> bytes:
        lists = {"dilations": [self.dilation], "strides": [self.stride], "pads": [self.pad, self.pad], "kernel_shape": [self.taps]}
        return b"".join(
            field(5, field(1, name) + b"".join(field(8, one) for one in values) + field(20, 7)) for name, values in lists.items()
        )

    def model(self) -> bytes:
        weights = RANDOM.integers(0, 256, (OUTS, CHANNELS, self.taps), np.uint8)
        zero_point = field(2, UINT8) + field(8, "weights_zero_point") + (field(5, varint(76)) if self.packed else field(9, b"\x4c"))
        node = b"".join(field(1, name) for name in ("bytes", "weights", "zero_point", "weights_zero_point"))
        node += field(2, "out") + field(3, "convolve") + field(4, "ConvInteger") + self.attributes()
        quantise = (
            field(1, "in") + b"".join(field(2, name) for name in ("bytes", "scale", "zero_point")) + field(4, "DynamicQuantizeLinear")
        )
        shape = b"".join(field(1, size) for size in weights.shape)
        graph = field(1, quantise) + field(1, node) + field(2, "one") + field(5, zero_point)
        graph += field(5, shape + field(2, UINT8) + field(8, "weights") + field(9, weights.tobytes()))
        graph += field(11, declared("in", 1, (1, CHANNELS, LENGTH)))
        return field(1, 9) + field(8, field(2, 20)) + field(7, graph) + field(7, field(12, declared("out", INT32)))


def declared(name: str, kind: int, sizes: tuple[int, ...] = ()) -> bytes:
    shape = field(2, b"".join(field(1, field(1, size)) for size in sizes)) if sizes else b""
    return field(1, name) + field(2, field(1, field(1, kind) + shape))


def constants(model: bytes) -> set[bytes]:
    graphs = [graph for number, graph in fields(model) if number == 7]
    tensors = [tensor for graph in graphs for number, tensor in fields(graph) if number == 5]
    return {bytes(name) for tensor in tensors for number, name in fields(tensor) if number == 8}


def answer(model: bytes) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, {"in": np.sin(np.arange(CHANNELS * LENGTH, dtype=np.float32) * 1.7).reshape(1, CHANNELS, LENGTH) * 4})[0]


@pytest.mark.parametrize("asked", [Convolution(1, 1), Convolution(3, 1), Convolution(7, 3), Convolution(11, 5, packed=True)])
def test_a_product_gives_what_the_convolution_gave(asked: Convolution) -> None:
    model = asked.model()

    product = with_products(model)

    assert b"ConvInteger" not in product
    assert constants(product).isdisjoint(constants(model))
    np.testing.assert_array_equal(answer(product), answer(model))


def test_a_convolution_that_strides_stays_one() -> None:
    model = Convolution(3, 1, stride=2).model()

    product = with_products(model)

    assert b"ConvInteger" in product
    np.testing.assert_array_equal(answer(product), answer(model))


@pytest.mark.soak
def test_the_voice_says_the_same_samples_by_the_graph_as_it_is_read_and_as_it_was_published(models, monkeypatch) -> None:
    assert products_are_exact(), "this machine has no exact products: nothing would be compared"
    multiplied, convolved = Network(models / "kokoro", threads=1), Network(models / "kokoro", threads=1)
    said = multiplied.say("ɡʊd mˈɔɹnɪŋ.", "af_heart", 1_000)
    monkeypatch.setattr("render.speech.network.products_are_exact", lambda: False)
    monkeypatch.setattr("render.speech.network.with_fewer_passes", lambda model: model)

    plain = convolved.say("ɡʊd mˈɔɹnɪŋ.", "af_heart", 1_000)

    np.testing.assert_array_equal(said.samples, plain.samples)
    assert said.edges == plain.edges


def test_this_machine_is_tried_once_and_remembers() -> None:
    assert products_are_exact() is products_are_exact()
    assert convolutions.products_are_exact.cache_info().misses <= 1


def test_a_message_is_read_as_it_was_written() -> None:
    message = field(1, 300) + field(2, "words") + field(3, varint(1) + varint(-1)) + b"\x25abcd" + b"\x31abcdefgh"

    read = list(fields(message))

    assert [(number, value if isinstance(value, int) else bytes(value)) for number, value in read] == [
        (1, 300),
        (2, b"words"),
        (3, varint(1) + varint(-1)),
        (4, b"abcd"),
        (6, b"abcdefgh"),
    ]
    assert varints([read[2][1], 5]) == [1, (1 << 64) - 1, 5]


@pytest.mark.parametrize("broken", [b"\x0a\x05abc", b"\x80", b"\x0b"])
def test_a_message_that_is_cut_short_or_strange_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut short|no such kind"):
        list(fields(broken))
