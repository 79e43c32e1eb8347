"""Vectors spelt out in LLVM's terms, which every processor has: for loops in which numba would not find them."""

from typing import Any, Final

from llvmlite import ir  # type: ignore[import-untyped]

LANES: Final = 32
"""Samples of a block."""
BYTES: Final = ir.VectorType(ir.IntType(8), LANES)
WORDS: Final = ir.VectorType(ir.IntType(16), LANES)
LONGS: Final = ir.VectorType(ir.IntType(32), LANES)


def data(context: Any, builder: Any, signature: Any, arguments: Any, index: int) -> Any:
    """Where the array that is argument `index` of an intrinsic keeps its samples."""
    return context.make_array(signature.args[index])(context, builder, arguments[index]).data


def load(builder: Any, samples: Any, place: Any, kind: ir.VectorType) -> Any:
    """A block of `samples` from `place` on, which need not be aligned."""
    return builder.load(_block(builder, samples, place, kind), align=kind.element.width // 8)


def store(builder: Any, block: Any, samples: Any, place: Any) -> None:
    """Write a block from `place` on."""
    builder.store(block, _block(builder, samples, place, block.type), align=block.type.element.width // 8)


def splat(builder: Any, value: Any, kind: ir.VectorType) -> Any:
    """The same value in every lane."""
    lone = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.IntType(32)(0))
    return builder.shuffle_vector(lone, ir.Constant(kind, ir.Undefined), ir.Constant(LONGS, [0] * LANES))


def constant(value: int, kind: ir.VectorType = WORDS) -> Any:
    """The same number in every lane."""
    return ir.Constant(kind, [value] * LANES)


def _block(builder: Any, samples: Any, place: Any, kind: ir.VectorType) -> Any:
    return builder.bitcast(builder.gep(samples, [place]), kind.as_pointer())
