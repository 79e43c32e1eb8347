"""Runs a small TensorFlow Lite graph with torch: batched, on any device.

Tensors with four dimensions are NCHW inside and NHWC at the borders. The three custom operations of the attention face mesh are included;
padding follows TensorFlow's SAME rule (the odd pixel goes to the right and the bottom).
"""

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from render.avatar.tflite import Graph, Operation, read_graph
from render.errors import SetupIncomplete

Tensor = torch.Tensor
_SAME: Final = 0
_NHWC_TO_NCHW: Final = (0, 2, 3, 1)
"""Which NCHW dimension each NHWC axis became."""


class Network:
    """A model ready to run. `run` maps (B, H, W, C) float to the outputs by name, in NHWC."""

    def __init__(self, path: Path, device: str | torch.device = "cpu") -> None:
        self.graph: Graph = read_graph(path)
        unknown = {operation.name for operation in self.graph.operations} - set(_STEPS)
        if unknown:
            raise SetupIncomplete(what="model", name=path.name, operations=", ".join(sorted(unknown)))
        used = {index for operation in self.graph.operations for index in operation.inputs}
        self.numbers: dict[int, np.ndarray] = {i: array for i, array in self.graph.constants.items() if i in used}
        self.weights = {i: torch.tensor(array, device=device) for i, array in self.numbers.items() if array.dtype == np.float32}
        self._arrange_weights()

    def _arrange_weights(self) -> None:
        """Weights into torch's order, once; channel constants of ADD and MUL become NCHW."""
        for index, order in self._weight_orders():
            self.weights[index] = self.weights[index].permute(order).contiguous()
        for operation in self.graph.operations:
            if operation.name == "PRELU":
                self.weights[operation.inputs[1]] = self.weights[operation.inputs[1]].reshape(-1)

    def _weight_orders(self) -> Iterable[tuple[int, tuple[int, ...]]]:
        orders: dict[int, tuple[int, ...]] = {}
        for operation in self.graph.operations:
            if operation.name in _WEIGHT_ORDERS:
                orders[operation.inputs[1]] = _WEIGHT_ORDERS[operation.name]
            elif operation.name in {"ADD", "MUL"}:
                four = [i for i in operation.inputs if i in self.weights and self.weights[i].ndim == 4]  # noqa: PLR2004 - NHWC
                orders.update(dict.fromkeys(four, (0, 3, 1, 2)))
        return orders.items()

    @torch.inference_mode()
    def run(self, pictures: Tensor) -> dict[str, Tensor]:
        """Outputs by tensor name for `pictures` (B, H, W, C), float32 in the model's own range."""
        values = {self.graph.inputs[0]: _channels_first(pictures)}
        for operation in self.graph.operations:
            values[operation.outputs[0]] = _STEPS[operation.name](self, operation, values)
        return {self.graph.names[index]: _channels_last(values[index]) for index in self.graph.outputs}

    def value(self, operation: Operation, position: int, values: dict[int, Tensor]) -> Tensor:
        """An operand: what an earlier step made, or a weight."""
        index = operation.inputs[position]
        return values[index] if index in values else self.weights[index]


Step = Callable[[Network, Operation, dict[int, Tensor]], Tensor]


def _channels_first(tensor: Tensor) -> Tensor:
    return tensor.permute(0, 3, 1, 2) if tensor.ndim == 4 else tensor  # noqa: PLR2004 - only pictures have an order of channels


def _channels_last(tensor: Tensor) -> Tensor:
    return tensor.permute(0, 2, 3, 1) if tensor.ndim == 4 else tensor  # noqa: PLR2004


def _activated(tensor: Tensor, code: int) -> Tensor:
    """The fused activation: none, ReLU, or ReLU6 (schema: ActivationFunctionType)."""
    if code == 1:
        return functional.relu(tensor)
    return functional.relu6(tensor) if code == 3 else tensor  # noqa: PLR2004


def _padded(tensor: Tensor, kernel: tuple[int, int], stride: tuple[int, int], value: float = 0.0) -> Tensor:
    """TensorFlow's SAME padding."""
    height, width = tensor.shape[2:]
    rows = max((math.ceil(height / stride[0]) - 1) * stride[0] + kernel[0] - height, 0)
    columns = max((math.ceil(width / stride[1]) - 1) * stride[1] + kernel[1] - width, 0)
    return functional.pad(tensor, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2), value=value)


def _convolve(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    weight = network.value(operation, 1, values)
    bias = network.value(operation, 2, values) if len(operation.inputs) > 2 else None  # noqa: PLR2004 - the bias is optional
    tensor = network.value(operation, 0, values)
    depthwise = operation.name == "DEPTHWISE_CONV_2D"
    stride = (operation.options.integer(2), operation.options.integer(1))
    if operation.options.byte(0) == _SAME:
        tensor = _padded(tensor, (weight.shape[2], weight.shape[3]), stride)
    tensor = functional.conv2d(tensor, weight, bias, stride, groups=weight.shape[0] if depthwise else 1)
    return _activated(tensor, operation.options.byte(4 if depthwise else 3))


def _transposed_convolution(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    tensor, weight, bias = (network.value(operation, position, values) for position in range(3))
    return functional.conv_transpose2d(tensor, weight, bias, stride=2)


def _prelu(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    return functional.prelu(network.value(operation, 0, values), network.value(operation, 1, values))


def _add(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    total = network.value(operation, 0, values) + network.value(operation, 1, values)
    return _activated(total, operation.options.byte(0))


def _multiply(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    product = network.value(operation, 0, values) * network.value(operation, 1, values)
    return _activated(product, operation.options.byte(0))


def _unary(function: Callable[[Tensor], Tensor]) -> Step:
    return lambda network, operation, values: function(network.value(operation, 0, values))


def _average_pool(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    number = operation.options.integer
    return functional.avg_pool2d(network.value(operation, 0, values), (number(4), number(3)), (number(2), number(1)))


def _max_pool(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    number = operation.options.integer
    kernel, stride = (number(4), number(3)), (number(2), number(1))
    tensor = network.value(operation, 0, values)
    if operation.options.byte(0) == _SAME:
        tensor = _padded(tensor, kernel, stride, -math.inf)
    return functional.max_pool2d(tensor, kernel, stride)


def _pad(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    before_after = network.numbers[operation.inputs[1]].astype(int)
    tensor = network.value(operation, 0, values)
    return functional.pad(tensor, (*before_after[2], *before_after[1], *before_after[3]))


def _resize(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    size = [int(side) for side in network.numbers[operation.inputs[1]]]
    aligned = bool(operation.options.byte(2))
    return functional.interpolate(network.value(operation, 0, values), size, mode="bilinear", align_corners=aligned)


def _reshape(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    tensor = _channels_last(network.value(operation, 0, values))
    shape = network.graph.shapes[operation.outputs[0]]
    return _channels_first(tensor.reshape(tensor.shape[0], *shape[1:]))


def _concatenate(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    parts = [network.value(operation, position, values) for position in range(len(operation.inputs))]
    axis = operation.options.integer(0)
    return torch.cat(parts, _NHWC_TO_NCHW[axis] if parts[0].ndim == 4 else axis)  # noqa: PLR2004


def _slice(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    begin, end = (network.numbers[index] for index in operation.inputs[1:3])
    tensor = _channels_last(network.value(operation, 0, values))
    to_the_end = operation.options.integer(1)
    places = [slice(None)] * tensor.ndim
    for axis in range(1, tensor.ndim):
        if not to_the_end >> axis & 1 and end[axis] > 0:
            places[axis] = slice(int(begin[axis]), int(end[axis]))
    return _channels_first(tensor[tuple(places)])


def _mean(tensor: Tensor) -> Tensor:
    return tensor.mean((2, 3), keepdim=True)


def _region_matrix(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    """A rotated box around some landmarks: (B, 4, 4) from pixels of a crop to the model's input pixels."""
    landmarks, custom = network.value(operation, 0, values), operation.custom
    across = landmarks[:, custom["right_rotation_idx"], :2] - landmarks[:, custom["left_rotation_idx"], :2]
    angle = custom.get("target_rotation_radians", 0.0) - torch.atan2(across[:, 1], across[:, 0])
    rotation = torch.stack([torch.stack([angle.cos(), -angle.sin()], -1), torch.stack([angle.sin(), angle.cos()], -1)], -2)
    turned = landmarks[:, custom["subset_idxs"], :2] @ rotation.transpose(1, 2)
    low, high = turned.amin(1), turned.amax(1)
    centre = ((low + high) / 2)[:, None] @ rotation
    crop = landmarks.new_tensor([custom["output_width"], custom["output_height"]])
    scale = landmarks.new_tensor([custom["scale_x"], custom["scale_y"]]) * (high - low) / crop
    linear = rotation.transpose(1, 2) * scale[:, None]
    matrix = torch.eye(4, device=landmarks.device).repeat(landmarks.shape[0], 1, 1)
    matrix[:, :2, :2] = linear
    matrix[:, :2, 3] = centre[:, 0] - (linear @ (crop / 2)[:, None])[..., 0]
    return matrix


def _region_crop(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    tensor, matrix = network.value(operation, 0, values), network.value(operation, 1, values)
    rows = torch.arange(operation.custom["output_height"], device=tensor.device) + 0.5
    columns = torch.arange(operation.custom["output_width"], device=tensor.device) + 0.5
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    places = torch.einsum("bij,hwj->bhwi", matrix[:, :2, :2], torch.stack([x, y], -1)) + matrix[:, None, None, :2, 3]
    size = tensor.new_tensor([tensor.shape[3], tensor.shape[2]])
    return functional.grid_sample(tensor, places / size * 2 - 1, align_corners=False)


def _region_landmarks(network: Network, operation: Operation, values: dict[int, Tensor]) -> Tensor:
    landmarks, matrix = network.value(operation, 0, values)[..., :2], network.value(operation, 1, values)
    return landmarks @ matrix[:, :2, :2].transpose(1, 2) + matrix[:, None, :2, 3]


_WEIGHT_ORDERS: Final = {
    "CONV_2D": (0, 3, 1, 2),
    "DEPTHWISE_CONV_2D": (3, 0, 1, 2),
    "Convolution2DTransposeBias": (3, 0, 1, 2),
}
_STEPS: Final[dict[str, Step]] = {
    "CONV_2D": _convolve,
    "DEPTHWISE_CONV_2D": _convolve,
    "Convolution2DTransposeBias": _transposed_convolution,
    "PRELU": _prelu,
    "ADD": _add,
    "MUL": _multiply,
    "RELU": _unary(functional.relu),
    "LOGISTIC": _unary(torch.sigmoid),
    "HARD_SWISH": _unary(functional.hardswish),
    "MEAN": _unary(_mean),
    "AVERAGE_POOL_2D": _average_pool,
    "MAX_POOL_2D": _max_pool,
    "PAD": _pad,
    "RESIZE_BILINEAR": _resize,
    "RESHAPE": _reshape,
    "CONCATENATION": _concatenate,
    "STRIDED_SLICE": _slice,
    "Landmarks2TransformMatrix": _region_matrix,
    "TransformTensorBilinear": _region_crop,
    "TransformLandmarks": _region_landmarks,
}
