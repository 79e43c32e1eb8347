"""Platforms in the reader's words: what they are called, which of them somebody looks at, and what does not suit them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from math import ceil
from typing import Final

from flask import Blueprint, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from render.presets.platforms import PLATFORMS, Platform, platform_of
from render.timeline.document import Canvas
from webapp.models.export import Export
from webapp.services import safety
from webapp.services.boards import Board
from webapp.services.placings import placed
from webapp.services.safety import Box
from webapp.views.export_words import shape_name
from webapp.views.lengths import lasting

blueprint = Blueprint("platform_words", __name__)

COOKIE: Final = "piying_platforms"
"""Names of platforms with dots between, kept by the page: whose covers somebody wants to see is nobody else's business."""

NAMES: Final[Mapping[str, LazyString]] = {
    "douyin": _("Douyin"),
    "tiktok": _("TikTok"),
    "kuaishou": _("Kuaishou"),
    "channels": _("WeChat Channels"),
    "xiaohongshu": _("Xiaohongshu"),
    "taobao": _("Taobao and Tmall product video"),
    "shorts": _("YouTube Shorts"),
    "youtube": _("YouTube"),
    "reels": _("Instagram Reels"),
    "instagram": _("Instagram feed"),
    "facebook": _("Facebook feed"),
    "amazon": _("Amazon product video"),
    "voom": _("LINE VOOM"),
}
THINGS: Final[Mapping[str, LazyString]] = {
    "captions": _("Captions"),
    "title": _("Title"),
    "logo": _("Logo"),
    "label": _("The AI mark"),
}


@blueprint.app_template_filter("platform_name")
def platform_name(platform: Platform) -> str:
    """What a platform is called."""
    return str(NAMES[platform.name])


@blueprint.app_template_filter("preset_platform")
def preset_platform(preset: str) -> str:
    """The platform that an export was made for; empty for a plain size."""
    platform = platform_of(preset)
    return platform_name(platform) if platform else ""


@blueprint.app_template_filter("platform_shapes")
def platform_shapes(platform: Platform) -> str:
    """The shapes that it takes, the best first."""
    return " · ".join(f"{width}:{height}" for width, height in platform.shapes)


@blueprint.app_template_filter("covered_word")
def covered_word(box: Box) -> str:
    """What is covered."""
    return str(THINGS[box.kind])


@blueprint.app_template_filter("export_cautions")
def export_cautions(export: Export) -> list[str]:
    """What does not suit the platform that an export is for."""
    platform = platform_of(export.preset)
    if platform is None:
        return []
    width, height = export.quote["size_px"]
    return list(_cautions(platform, Canvas(width_px=width, height_px=height), export.quote["milliseconds"]))


@blueprint.app_context_processor
def offered() -> dict[str, object]:
    """All of them, those that somebody looks at, and what these cover."""
    return {"platforms": PLATFORMS.values(), "platforms_seen": seen, "covered_by": covered_by, "hidden_by": hidden_by}


def seen() -> list[Platform]:
    """The platforms whose covers somebody wants to see."""
    wanted = request.cookies.get(COOKIE, "").split(".")
    return [platform for platform in PLATFORMS.values() if platform.name in wanted]


def covered_by(board: Board) -> list[dict[str, object]]:
    """What each of them covers of the shape that is shown, for the page's script."""
    return [{"name": platform_name(platform), **asdict(platform.covers(board.document.canvas))} for platform in seen()]


def hidden_by(board: Board, platform: Platform) -> tuple[Box, ...]:
    """What a platform covers that has to be read."""
    return safety.hidden(board.document, placed(board.placing).cues, platform)


def _cautions(platform: Platform, canvas: Canvas, milliseconds: int) -> Iterator[str]:
    names = {"platform": platform_name(platform)}
    if not platform.takes(canvas):
        shapes = {"shape": shape_name(canvas), "shapes": platform_shapes(platform)}
        yield str(_("%(platform)s wants another shape: %(shapes)s. This video is %(shape)s.", **names, **shapes))
    if milliseconds > platform.seconds_max * 1_000:
        lengths = {"length": lasting(milliseconds), "most": lasting(platform.seconds_max * 1_000)}
        yield str(_("%(platform)s takes at most %(most)s. This video lasts %(length)s.", **names, **lengths))
    if ceil(milliseconds / 1_000) < platform.seconds_min:
        yield str(_("%(platform)s takes at least %(least)s.", **names, least=lasting(platform.seconds_min * 1_000)))
