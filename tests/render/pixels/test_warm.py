"""No frame waits for a compiler."""

import numpy as np
from numba.core.dispatcher import Dispatcher

from render.pixels import affine, blur, convert, crossfade, fade, jpeg, over, scale
from render.pixels.compiled import affine as affine_loops
from render.pixels.compiled import bands as band_loops
from render.pixels.compiled import blur as blur_loops
from render.pixels.compiled import coats as coat_loops
from render.pixels.compiled import convert as convert_loops
from render.pixels.compiled import full_range as full_range_loops
from render.pixels.compiled import mix as mix_loops
from render.pixels.compiled import over as over_loops
from render.pixels.compiled import scale as scale_loops
from render.pixels.compiled import taps as tap_loops
from render.pixels.warm import warm


def specialisations() -> dict[str, int]:
    modules = (
        affine_loops,
        blur_loops,
        coat_loops,
        convert_loops,
        full_range_loops,
        mix_loops,
        over_loops,
        scale_loops,
        band_loops,
        tap_loops,
    )
    kernels = [value for module in modules for value in vars(module).values() if isinstance(value, Dispatcher)]
    return {f"{kernel.py_func.__module__}.{kernel.py_func.__name__}": len(kernel.signatures) for kernel in kernels}


def test_after_warming_nothing_is_compiled_any_more(picture):
    warm()
    before = specialisations()
    assert sum(before.values()) >= 13
    below, above = picture(30, 20), picture(10, 8, alpha=True)
    for place in ((2, 3), (-3, 100), (4, 4)):
        over.over(below, above, *place, 77)
    over.over(below, picture(9 * 2, 8), 1, 0)
    scale.scale(above, 4, 4, (0.5, 0.25, 9.5, 7.75))
    scale.scale(below, 60, 64)
    crossfade.crossfade(below, below, 12.5)
    fade.fade(below, 3)
    blur.blur(above, 2.0)
    affine.affine(above, 6, 6, (1, 0, 0, 0, 1, 0))
    convert.planes_from_rgba(np.zeros((8, 8, 4), np.uint8)[:, ::2])
    scale.scale(picture(70, 64), 66, 60)
    jpeg.jpeg(picture(70, 64))
    assert specialisations() == before
