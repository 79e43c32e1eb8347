"""Where ads go: how each platform wants a film, and where its app covers the picture. Sources and dates: docs/platforms.md.

A platform's settings never change under one edition, as an export's name says what it was made with; new figures are a new edition.
Platforms change without notice, and several publish nothing: what is unknown is set to what fits all the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from render.presets.exports import PRESETS, ExportPreset
from render.timeline.document import Canvas


@dataclass(frozen=True, slots=True)
class Covered:
    """What an app covers at each edge of the picture, parts per 10,000 of its height (top, bottom) or width (left, right)."""

    top: int = 0
    right: int = 0
    bottom: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Platform:
    """A place for ads. `shapes` are (width, height) in smallest numbers, the best first; what it covers is known by shape."""

    name: str
    shapes: tuple[tuple[int, int], ...]
    covered: Mapping[tuple[int, int], Covered]
    seconds_max: int
    seconds_min: int = 1
    frame_rate_max: int = 30
    video_kbps_max: int = 8_000
    loudness_lufs: int = -14
    is_published: bool = False
    """Whether what it covers is the platform's own figure; else it is ours, out of caution."""
    edition: int = field(default=1, kw_only=True)

    @property
    def preset(self) -> ExportPreset:
        """What a film for it is made with."""
        return ExportPreset(
            f"{self.name}-{self.edition}",
            short_side_px=1080,
            x264_preset="veryfast",
            crf=21,
            audio_kbps=192,
            video_kbps_max=self.video_kbps_max,
            loudness_lufs=self.loudness_lufs,
            frame_rate_max=self.frame_rate_max,
        )

    def covers(self, canvas: Canvas) -> Covered:
        """What it covers of a picture of this shape; nothing where that is not known, as the app then shows it between bars."""
        return next((covered for shape, covered in self.covered.items() if _is_shape(canvas, shape)), Covered())

    def takes(self, canvas: Canvas) -> bool:
        """Whether it takes pictures of this shape."""
        return any(_is_shape(canvas, shape) for shape in self.shapes)


UPRIGHT, FEED, PORTRAIT, SQUARE, WIDE = (9, 16), (4, 5), (3, 4), (1, 1), (16, 9)
_FULL_SCREEN: Final = Covered(top=800, right=1_500, bottom=2_800, left=400)
_PAGE: Final = Covered(top=1_000, right=500, bottom=1_200, left=500)
_MARGIN: Final = Covered(top=475, right=600, bottom=475, left=600)
_BAR: Final = Covered(bottom=1_000)

PLATFORMS: Final[Mapping[str, Platform]] = {
    platform.name: platform
    for platform in (
        Platform("douyin", (UPRIGHT, WIDE, SQUARE), {UPRIGHT: _FULL_SCREEN}, 300, frame_rate_max=60),
        Platform("tiktok", (UPRIGHT, SQUARE, WIDE), {UPRIGHT: _FULL_SCREEN}, 60, 5, frame_rate_max=60),
        Platform("kuaishou", (UPRIGHT, WIDE, SQUARE), {UPRIGHT: _FULL_SCREEN}, 300),
        Platform("channels", (UPRIGHT, PORTRAIT, WIDE, SQUARE), {UPRIGHT: _FULL_SCREEN}, 60),
        Platform("xiaohongshu", (PORTRAIT, UPRIGHT, SQUARE, WIDE), {UPRIGHT: _FULL_SCREEN}, 900, frame_rate_max=60),
        Platform("taobao", (PORTRAIT, SQUARE, WIDE), {PORTRAIT: _PAGE, SQUARE: _PAGE}, 60, 5, loudness_lufs=-16),
        Platform("shorts", (UPRIGHT, SQUARE), {UPRIGHT: Covered(1_500, 1_300, 2_500, 400)}, 60, frame_rate_max=60),
        Platform("youtube", (WIDE, UPRIGHT, SQUARE), {WIDE: _BAR}, 900, frame_rate_max=60),
        Platform("reels", (UPRIGHT,), {UPRIGHT: Covered(1_400, 600, 3_500, 600)}, 90, is_published=True),
        Platform("instagram", (FEED, SQUARE), {FEED: _MARGIN, SQUARE: _MARGIN}, 60),
        Platform("facebook", (FEED, SQUARE, WIDE), {FEED: _MARGIN, SQUARE: _MARGIN}, 240),
        Platform("amazon", (WIDE,), {WIDE: _BAR}, 60, 5, loudness_lufs=-16),
        Platform(
            "voom", (UPRIGHT, SQUARE, WIDE), {UPRIGHT: Covered(top=1_250, bottom=1_250)}, 120, 5, video_kbps_max=7_500, is_published=True
        ),
    )
}
"""In the order in which they are offered."""

OFFERED: Final[Mapping[str, ExportPreset]] = PRESETS | {platform.preset.name: platform.preset for platform in PLATFORMS.values()}
"""Everything an export can be made with, by name: sizes, and platforms in all their editions."""


def platform_of(preset: str) -> Platform | None:
    """The platform that a preset is for; None for a plain size."""
    return next((platform for platform in PLATFORMS.values() if platform.preset.name == preset), None)


def _is_shape(canvas: Canvas, shape: tuple[int, int]) -> bool:
    width, height = shape
    return canvas.width_px * height == canvas.height_px * width
