"""A picture as JPEG bytes, straight from planes."""

import numpy as np
import simplejpeg

from render.pixels.compiled.full_range import full_range
from render.pixels.compiled.vectors import LANES
from render.pixels.device import HOST, also_on_devices, moved
from render.pixels.planes import Array, Planes


def jpeg(planes: Planes, quality: int = 78) -> bytes:
    """A 4:2:0 JFIF file of opaque planes; alpha is ignored (what lies on black)."""
    full = moved(jpeg_planes(planes), HOST)
    return bytes(simplejpeg.encode_jpeg_yuv_planes(full.y, full.u, full.v, quality=quality))


@also_on_devices
def jpeg_planes(planes: Planes) -> Planes:
    """Full-range BT.601 planes of limited-range BT.709 ones: what a JPEG holds."""
    narrow = planes.u.shape[1] < LANES
    wide = Planes(_widened(planes.y, 2 * LANES), _widened(planes.u, LANES), _widened(planes.v, LANES)) if narrow else planes
    y, u, v = (np.empty_like(plane) for plane in (wide.y, wide.u, wide.v))
    full_range(wide.y, wide.u, wide.v, y, u, v)
    return Planes(*(_narrowed(plane, there) for plane, there in ((y, planes.y), (u, planes.u), (v, planes.v))))


def _widened(plane: Array, width: int) -> Array:
    """Columns added on the right: the loop takes whole vectors."""
    return np.pad(plane, ((0, 0), (0, width - plane.shape[1])))


def _narrowed(plane: Array, like: Array) -> Array:
    return np.ascontiguousarray(plane[:, : like.shape[1]])
