"""What a merchant brings to the show: drawn pictures of a flask, a clip of it, a minute of film to weigh, and her own voice-over."""

import math
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, cast

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from bench.places import MODELS
from render.presets.voices import SPEECH_ENGINE
from render.speech.engine import KokoroEngine
from render.timeline.spoken import SpeechRequest

Colour = tuple[int, int, int]

SIZE_PX: Final = (1440, 1920)
CLIP_PX: Final = (1920, 1080)
CLIP_S: Final = 8
FRAME_RATE: Final = 25
COLOURS: Final[dict[str, Colour]] = {"red": (196, 58, 48), "blue": (52, 94, 148), "white": (232, 226, 214), "green": (92, 138, 84)}
WALL: Final[Colour] = (222, 204, 180)
TABLE: Final[Colour] = (168, 126, 88)


def pictures(folder: Path) -> dict[str, Path]:
    """Four photographs by name: one flask, its lid from near, all colours together, one beside a cup. JPEG, `SIZE_PX`."""
    scenes = {
        "flask": [("red", 720, 1_500, 1.0)],
        "lid": [("blue", 720, 2_700, 2.4)],
        "colours": [("green", 270, 1_480, 0.72), ("white", 570, 1_500, 0.75), ("blue", 870, 1_500, 0.75), ("red", 1_170, 1_480, 0.72)],
        "gift": [("white", 560, 1_520, 0.95), ("red", 980, 1_560, 0.8)],
    }
    found = {}
    for name, flasks in scenes.items():
        picture = _room(SIZE_PX, SIZE_PX[1] * 7 // 10)
        for colour, x, foot, scale in flasks:
            _stand(picture, COLOURS[colour], x, foot, scale)
        found[name] = folder / f"{name}.jpg"
        picture.save(found[name], quality=92)
    return found


def clip(folder: Path) -> Path:
    """Eight seconds of 1080p: the camera goes past the flasks."""
    out = folder / "clip.mp4"
    width, height = CLIP_PX
    shelf = _room((width * 2, height), height * 3 // 4)
    for index, colour in enumerate(COLOURS.values()):
        _stand(shelf, colour, 700 + index * 820, 900, 0.56)
    command = [get_ffmpeg_exe(), "-y", "-nostdin", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    command += ["-r", str(FRAME_RATE), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        pipe = cast("IO[bytes]", encoder.stdin)
        for frame in _passing(np.asarray(shelf)):
            pipe.write(frame.tobytes())
        pipe.close()
    if encoder.returncode:
        raise subprocess.CalledProcessError(encoder.returncode, command)
    return out


def minute(folder: Path, clip_path: Path) -> Path:
    """The clip for a whole minute, with a tone: what the reading of material is weighed by."""
    out = folder / "minute.mp4"
    inputs = ["-stream_loop", "-1", "-i", str(clip_path), "-f", "lavfi", "-i", "sine=f=330:r=48000"]
    coding = ["-c:v", "copy", "-c:a", "aac", "-t", "60"]
    subprocess.run([get_ffmpeg_exe(), "-y", "-nostdin", "-v", "error", *inputs, *coding, str(out)], check=True)
    return out


def voice_over(folder: Path, words: str) -> Path:
    """A WAV in which a voice that the ad does not use says the words, as if the merchant had."""
    out = folder / "voice-over.wav"
    KokoroEngine(MODELS).synthesize(SpeechRequest(SPEECH_ENGINE, "zh", "zf_xiaoyi", words), out)
    return out


def _room(size_px: tuple[int, int], edge_y: int) -> Image.Image:
    """A wall lit from the left above a wooden table."""
    width, height = size_px
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    light = 1.06 - 0.28 * across - 0.12 * down
    grain = 1 + 0.03 * np.sin(down * 140 + 5 * np.sin(across * 9))
    wall, table = np.array(WALL) * light[..., None], np.array(TABLE) * (light * grain)[..., None]
    rows = (np.arange(height) >= edge_y)[:, None, None]
    return Image.fromarray(np.clip(np.where(rows, table, wall), 0, 255).astype(np.uint8))


def _stand(picture: Image.Image, colour: Colour, x: int, foot_y: int, scale: float) -> None:
    """Put a flask on the picture, the middle of its foot at (`x`, `foot_y`), with its shadow."""
    flask = _flask(colour, scale)
    shadow = Image.new("RGBA", picture.size)
    half = flask.width // 2
    ellipse = (x - half + 20, foot_y - round(40 * scale), x + half + round(160 * scale), foot_y + round(50 * scale))
    ImageDraw.Draw(shadow).ellipse(ellipse, fill=(40, 26, 16, 120))
    picture.paste(shadow, (0, 0), shadow.filter(ImageFilter.GaussianBlur(24 * scale)))
    picture.paste(flask, (x - half, foot_y - flask.height), flask)


def _flask(colour: Colour, scale: float) -> Image.Image:
    """A round body under a steel lid, shaded as a cylinder."""
    width, height = round(320 * scale), round(1_000 * scale)
    turn = np.linspace(-1, 1, width)
    shade = 0.42 + 0.58 * np.sqrt(np.clip(1 - (turn + 0.35) ** 2 / 1.9, 0, 1)) + 0.5 * np.exp(-(((turn + 0.55) / 0.09) ** 2))
    body = np.clip(np.array(colour)[None, None] * shade[None, :, None], 0, 255)
    steel = np.clip(np.array((188, 190, 194))[None, None] * shade[None, :, None], 0, 255)
    lid, ring = round(height * 0.2), round(height * 0.225)
    rows = np.arange(height)[:, None, None]
    painted = np.where(rows < lid, steel, np.where(rows < ring, steel * 0.55, body)).astype(np.uint8)
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    draw.rounded_rectangle((0, ring, width - 1, height - 1), round(56 * scale), fill=255)
    draw.rounded_rectangle((round(width * 0.08), 0, round(width * 0.92), ring + 8), round(40 * scale), fill=255)
    flask = Image.fromarray(painted)
    flask.putalpha(mask)
    return flask


def _passing(wide: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The frames of the clip, RGB."""
    room, count = wide.shape[1] - CLIP_PX[0], CLIP_S * FRAME_RATE
    for index in range(count):
        left = round(room * (0.5 - 0.5 * math.cos(math.pi * index / count)))
        yield wide[:, left : left + CLIP_PX[0]]
