"""FLAC files: sound of 16 bits made smaller without losing any of it, so that pieces of it still join sample by sample."""

from pathlib import Path
from typing import Final

import av
import numpy as np

from render.media.wav import SAMPLE_RATE, Samples, sixteen_bit
from render.media.written import written_whole

EFFORT: Final = "5"
"""Of 0 to 12: more takes much longer and saves little."""


def write_flac(path: Path, samples: Samples) -> None:
    """Write float samples (2, n) at 48 kHz as 16-bit; what lies beyond -1 to 1 is clipped. The file appears whole."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sixteen_bit(samples)).reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate = SAMPLE_RATE
    with written_whole(path) as unfinished, av.open(str(unfinished), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="stereo", format="s16", options={"compression_level": EFFORT})
        for source in (frame, None):
            container.mux(stream.encode(source))
