"""Builds the compiled kernels' cache (in `NUMBA_CACHE_DIR` where it is set), so that no frame waits for a compiler."""

import numpy as np

from render.pixels import affine, blur, convert, crossfade, fade, fill, jpeg, over, scale, unstack, veil
from render.timeline.document import Transition


def warm() -> None:
    """Compile, or load from the cache, every kernel: seconds the first time, a fraction of one after."""
    picture = fill.solid(16, 16, "#336699")
    layer = fill.ellipse(8, 8, "#ff5a36")
    over.over(picture, layer, 2, 2)
    over.over(picture, layer, 1, 1, 128)
    scale.scale(picture, 4, 4)
    crossfade.crossfade(picture, picture, 128)
    fade.fade(layer, 128)
    veil.veil(picture, picture, Transition(kind="wipe"), 0.5)
    affine.affine(layer, 8, 8, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    convert.planes_from_rgba(np.zeros((8, 8, 4), np.uint8))
    convert.planes_from_rgb(convert.rgb_from_planes(picture))
    unstack.unstacked(picture)
    blur.blur(picture, 1.0)
    wide = fill.solid(80, 80, "#336699")
    scale.scale(wide, 78, 78)
    jpeg.jpeg(wide)
