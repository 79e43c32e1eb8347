"""The model file: what it must be, and the one field set-up adds to it."""

from typing import Final

MODEL_SHA256: Final = "b9caec49889fc790f6820bab4b1d86d4bb16874727d2e7a23e07b3f37ca1c1ee"
"""Of `kokoro/model.onnx`: the published int8 graph plus the field that `with_durations` adds."""

STYLES_SHAPE: Final = (510, 256)
"""One style vector for each number of symbols in a sentence."""

DURATIONS: Final = "/encoder/Clip_output_0"
"""The value inside the graph that holds the frames each symbol lasts: float32 (1, symbols)."""

_GRAPH_FIELD, _OUTPUT_FIELD, _NAME_FIELD, _TYPE_FIELD, _TENSOR_FIELD = 7, 12, 1, 2, 1
_ELEMENT_TYPE_FLOAT: Final = b"\x08\x01"


def with_durations(model: bytes) -> bytes:
    """The same ONNX model with its durations declared as one more output.

    Fields of one protobuf message may come in pieces, and pieces of a repeated field add up (protobuf encoding, "Last One Wins" and
    merging of embedded messages): appending `ModelProto.graph.output` at the end of the file needs neither a parser nor a rewrite.
    """
    value = _field(_NAME_FIELD, DURATIONS.encode()) + _field(_TYPE_FIELD, _field(_TENSOR_FIELD, _ELEMENT_TYPE_FLOAT))
    return model + _field(_GRAPH_FIELD, _field(_OUTPUT_FIELD, value))


def _field(number: int, data: bytes) -> bytes:
    """A length-delimited protobuf field (wire type 2)."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
