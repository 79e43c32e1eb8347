"""Export presets: what a file is made with. A name and its settings never change; a new setting is a new name."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ExportPreset:
    """`short_side_px` is the picture's shorter side; the canvas's shape and frame rate come from the document."""

    name: str
    short_side_px: int
    x264_preset: str
    crf: int
    audio_kbps: int = 160

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

EXTRAS: Final = {"gif": "gif", "webp": "webp", "still": "png", "sound": "wav"}
"""Files that are made beside a film when they are wished for, by kind: what their names end with."""

FILES: Final = {"video": "mp4", "srt": "srt", "vtt": "vtt", "cover": "jpg"} | EXTRAS
"""All files that an export can have."""

PREVIEW_SHORT_SIDES_PX: Final = (240, 360, 540)
"""Sizes a preview session may ask for."""

RENDERER_VERSION: Final = "2"
"""Part of every cache key: raise it when the same document would give other pictures or sound."""
