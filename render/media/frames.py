"""The memory of decoded and of coming frames."""

import av
import numpy as np
from numpy.typing import NDArray


def rows(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    """A plane's memory as rows of bytes, (H, line size), writable; the line size may be more than the width."""
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload, no-any-return]
