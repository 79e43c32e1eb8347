"""Between RGB(A) and planes: the border of the plane world."""

import numpy as np
import numpy.typing as npt

from render.pixels import colour
from render.pixels.compiled import convert as loops
from render.pixels.device import HOST, also_on_devices, filled_like, moved
from render.pixels.planes import Array, Planes

_Floats = npt.NDArray[np.float32]


@also_on_devices
def planes_from_rgb(rgb: Array) -> Planes:
    """Opaque planes of an R'G'B' picture: uint8 (H, W, 3), H and W even."""
    planes = _blank(rgb.shape[0], rgb.shape[1])
    loops.planes_of_rgb(np.ascontiguousarray(rgb), planes.y, planes.u, planes.v)
    return planes


@also_on_devices
def planes_from_rgba(rgba: Array) -> Planes:
    """Premultiplied planes with alpha of an R'G'B'A picture with straight alpha: uint8 (H, W, 4), H and W even."""
    planes, alpha = _blank(rgba.shape[0], rgba.shape[1]), np.array(rgba[..., 3], order="C")
    loops.planes_of_rgba(np.ascontiguousarray(rgba), planes.y, planes.u, planes.v)
    return Planes(planes.y, planes.u, planes.v, alpha)


def rgb_from_planes(planes: Planes) -> Array:
    """R'G'B' uint8 (H, W, 3), in the machine's memory: on black where there is alpha; each chroma sample serves its 2x2 pixels."""
    here = moved(planes, HOST)
    if here.a is not None:
        return _bytes(_premultiplied_rgb(here, here.a))
    rgb = np.empty((here.height_px, here.width_px, 3), np.uint8)
    loops.rgb_of_planes(here.y, here.u, here.v, rgb)
    return rgb


def rgba_from_planes(planes: Planes) -> Array:
    """R'G'B'A uint8 (H, W, 4) with straight alpha, in the machine's memory; black where alpha is 0."""
    here = moved(planes, HOST)
    alpha = filled_like(here.y, 255) if here.a is None else here.a
    share = np.where(alpha > 0, np.float32(255) / np.maximum(alpha, 1), np.float32(0))
    return np.dstack([_bytes(_premultiplied_rgb(here, alpha) * share[..., None]), alpha])


def _blank(height: int, width: int) -> Planes:
    """Planes not yet written."""
    y, u, v = (np.empty(size, np.uint8) for size in ((height, width), (height // 2, width // 2), (height // 2, width // 2)))
    return Planes(y, u, v)


def _premultiplied_rgb(planes: Planes, alpha: Array) -> _Floats:
    """R'G'B' times alpha over 255, as float (H, W, 3)."""
    cover = alpha.astype(np.float32)
    mean = (cover[0::2, 0::2] + cover[0::2, 1::2] + cover[1::2, 0::2] + cover[1::2, 1::2]) / np.float32(4)
    share = _doubled(1 / np.maximum(mean, 1)) * cover
    u, v = (_doubled(plane - np.float32(128 / 255) * mean) * share for plane in (planes.u, planes.v))
    y = (planes.y - np.float32(16 / 255) * cover) * np.float32(colour.RGB_FROM_Y)
    green = y + np.float32(colour.G_FROM_U) * u + np.float32(colour.G_FROM_V) * v
    return np.dstack([y + np.float32(colour.R_FROM_V) * v, green, y + np.float32(colour.B_FROM_U) * u])


def _doubled(plane: _Floats) -> _Floats:
    return plane.repeat(2, 0).repeat(2, 1)


def _bytes(values: _Floats) -> Array:
    return (values + np.float32(0.5)).clip(0, 255).astype(np.uint8)
