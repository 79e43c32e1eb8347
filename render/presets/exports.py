"""Export presets: what a file is made with. A name and its settings never change; a new setting is a new name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from render.timeline.values import FrameRate

HALVES: Final[Mapping[FrameRate, FrameRate]] = {50: 25, 60: 30}


@dataclass(frozen=True, slots=True)
class ExportPreset:
    """`short_side_px` is the picture's shorter side; shape and frame rate (within `frame_rate_max`) are the canvas's.

    `video_kbps_max` bounds the bit rate, `loudness_lufs` is the integrated loudness of the mix (ITU-R BS.1770-4).
    """

    name: str
    short_side_px: int
    x264_preset: str
    crf: int
    audio_kbps: int = 160
    video_kbps_max: int | None = None
    loudness_lufs: int = -14
    frame_rate_max: int = 60

    def frame_rate(self, own: FrameRate) -> FrameRate:
        """The film's frame rate for a canvas of the given one: its own, or half of it where that is too many frames."""
        return own if own <= self.frame_rate_max else HALVES[own]

    def size_px(self, canvas_width: int, canvas_height: int) -> tuple[int, int]:
        """Width and height in pixels, both even, for a canvas of the given size."""
        shorter = min(canvas_width, canvas_height)
        width, height = (round(side * self.short_side_px / shorter / 2) * 2 for side in (canvas_width, canvas_height))
        return width, height


PRESETS: Final = {
    preset.name: preset
    for preset in (
        ExportPreset("480p", 480, "veryfast", 22, audio_kbps=128),
        ExportPreset("720p", 720, "veryfast", 22),
        ExportPreset("1080p", 1080, "veryfast", 21),
        ExportPreset("1440p", 1440, "veryfast", 21, audio_kbps=192),
        ExportPreset("4k", 2160, "veryfast", 21, audio_kbps=192),
    )
}

DEFAULT_PRESET: Final = "720p"

EXTRAS: Final = {"gif": "gif", "webp": "webp", "still": "png", "sound": "wav", "alone": "webm"}
"""Files that are made beside a film when they are wished for, by kind: what their names end with."""

FILES: Final = {"video": "mp4", "srt": "srt", "vtt": "vtt", "cover": "jpg"} | EXTRAS
"""All files that an export can have."""

PREVIEW_SHORT_SIDES_PX: Final = (240, 360, 540)
"""Sizes a preview session may ask for."""

RENDERER_VERSION: Final = "3"
"""Part of every cache key: raise it when the same document would give other pictures or sound."""
