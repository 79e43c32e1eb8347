"""The model file: what it must be, the one field set-up adds to it, and the input that is added when it is read."""

from typing import Final

from render.speech.protobuf import field

MODEL_SHA256: Final = "b9caec49889fc790f6820bab4b1d86d4bb16874727d2e7a23e07b3f37ca1c1ee"
"""Of `kokoro/model.onnx`: the published int8 graph plus the field that `with_durations` adds."""

STYLES_SHAPE: Final = (510, 256)
"""One style vector for each number of symbols in a sentence."""

DURATIONS: Final = "/encoder/Clip_output_0"
"""The value inside the graph that holds the frames each symbol lasts: float32 (1, symbols)."""

PITCH: Final = "pitch"
"""The input that `with_pitch` adds: float32 (1,), what the voice's frequency is multiplied by."""

_F0: Final = b"/encoder/Reshape_output_0"
"""The value inside the graph that holds the voice's frequency in hertz, two for each frame: float32 (1, 2 × frames)."""
_F0_BEFORE: Final = b"/encoder/Reshape_output_R"
"""What it is called before it is multiplied: as many letters, so that no length in the file changes."""

_GRAPH_FIELD, _INPUT_FIELD, _OUTPUT_FIELD, _NAME_FIELD, _TYPE_FIELD, _TENSOR_FIELD = 7, 11, 12, 1, 2, 1
_NODE_FIELD, _NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_KIND = 1, 1, 2, 3, 4
_SHAPE_FIELD, _ELEMENT_TYPE_FLOAT, _ONE_VALUE = 2, b"\x08\x01", b"\x0a\x02\x08\x01"


def with_durations(model: bytes) -> bytes:
    """The same ONNX model with its durations declared as one more output.

    Fields of one protobuf message may come in pieces, and pieces of a repeated field add up (protobuf encoding, "Last One Wins" and
    merging of embedded messages): appending `ModelProto.graph.output` at the end of the file needs neither a parser nor a rewrite.
    """
    value = field(_NAME_FIELD, DURATIONS.encode()) + field(_TYPE_FIELD, field(_TENSOR_FIELD, _ELEMENT_TYPE_FLOAT))
    return model + field(_GRAPH_FIELD, field(_OUTPUT_FIELD, value))


def with_pitch(model: bytes) -> bytes:
    """The same model with one more input, by which the voice's frequency is multiplied before sound is made of it: vowels stay theirs.

    What was called the frequency gets another name where it comes from, and a node that multiplies it gives its old name to the
    product. With 1 the model says, to the bit, what it said before. Raises ValueError for any other model.
    """
    made = field(_NODE_OUTPUT, _F0)
    if model.count(made) != 1:
        raise ValueError("this is not the model that is known")
    tensor = field(_TENSOR_FIELD, _ELEMENT_TYPE_FLOAT + field(_SHAPE_FIELD, _ONE_VALUE))
    entry = field(_NAME_FIELD, PITCH.encode()) + field(_TYPE_FIELD, tensor)
    factors = field(_NODE_INPUT, _F0_BEFORE) + field(_NODE_INPUT, PITCH.encode())
    product = factors + made + field(_NODE_NAME, PITCH.encode()) + field(_NODE_KIND, b"Mul")
    added = field(_INPUT_FIELD, entry) + field(_NODE_FIELD, product)
    return model.replace(made, field(_NODE_OUTPUT, _F0_BEFORE)) + field(_GRAPH_FIELD, added)
