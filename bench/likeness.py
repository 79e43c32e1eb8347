"""Whether a film is right: how many frames, how far apart, and how like the reference they look."""

import itertools
import re
import subprocess
from pathlib import Path

import av

from bench.places import ffmpeg


def frame_count(film: Path) -> int:
    """Pictures in a film, counted by its packets."""
    with av.open(str(film)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


def is_constant(film: Path) -> bool:
    """Whether all pictures follow each other at one distance."""
    with av.open(str(film)) as container:
        times = sorted(packet.pts for packet in container.demux(video=0) if packet.size and packet.pts is not None)
    gaps = {later - earlier for earlier, later in itertools.pairwise(times)}
    return len(gaps) <= 1


def ssim(film: Path, reference: Path) -> float:
    """The mean structural similarity of all planes over all frames, by ffmpeg's filter."""
    graph = "[0:v]setpts=N/25/TB[x];[1:v]setpts=N/25/TB[y];[x][y]ssim"
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-i", film, "-i", reference, "-filter_complex", graph, "-f", "null", "-"]
    said = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stderr
    found = re.findall(r"SSIM .*All:([0-9.]+)", said)
    return float(found[-1]) if found else 0.0
