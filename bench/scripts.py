"""The four workloads as documents of ours: W1 a talking product ad, W2 a slide show, W3 three clips cut and joined, W4 ten scenes.

Sizes are canvas pixels, times frames of 25 a second; the other renderers are told the same numbers.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from bench import words
from bench.places import ASSETS, NAMES
from render.media.wav import read_wav
from render.timeline import codec
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest, SpokenBlock
from render.timeline.spoken import SpokenTimes

FRAME: Final = 9_600
"""Ticks of a frame."""
UPRIGHT: Final = (1080, 1920)
LYING: Final = (1920, 1080)
PRESENTER: Final = (180, 640, 720, 1280)
"""Left, top, width, height."""
LOGO: Final = (800, 60, 240, 240)
SUBTITLE_CENTRE: Final = (540, 1660)
SLIDE_CENTRE: Final = (960, 880)
ZOOM: Final = 1.15
FADE_FRAMES: Final = 12
SAMPLE_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Ad:
    """Scenes of equal length that fade into each other. `shift` frames of the presenter's film lie between one scene and the next."""

    scenes: int
    scene_frames: int
    fade_frames: int
    shift: int
    blocks: int
    """Passages that are spoken in a scene."""

    @property
    def frames(self) -> int:
        """Of the whole film."""
        return self.scenes * self.scene_frames

    def shown(self, scene: int) -> range:
        """The frames in which anything of a scene is seen."""
        half = self.fade_frames // 2
        start, end = scene * self.scene_frames, (scene + 1) * self.scene_frames
        return range(start - half if scene else 0, end + half if scene < self.scenes - 1 else end)

    def presenter_frame(self, scene: int) -> int:
        """Where in the presenter's film a scene starts."""
        return scene * self.shift % 380


AD: Final = Ad(scenes=2, scene_frames=250, fade_frames=24, shift=250, blocks=3)
TEN_SCENES: Final = Ad(scenes=10, scene_frames=100, fade_frames=12, shift=88, blocks=1)
SUBTITLE_FRAMES: Final = 50
SLIDES: Final = 10
SLIDE_FRAMES: Final = 150
CUTS: Final = ((0, 25, 200), (1, 60, 200), (2, 13, 200))
"""Clip, its first frame, frames."""


@cache
def asset(name: str) -> str:
    """The digest that names an input in documents."""
    return str(json.loads(NAMES.read_text())[name])


def w1(presenter: str = "presenter_stack.mp4") -> Document:
    """Two scenes with slow zoom, a presenter, a logo, a subtitle every two seconds, a crossfade, voice and music that gives way."""
    subtitles = [_subtitle(f"t{number}", text) | span(number * SUBTITLE_FRAMES) for number, text in enumerate(words.SUBTITLES)]
    logo = _layer("logo", {"kind": "image", "asset": asset("logo.png")}, LOGO, UPRIGHT) | span(0, AD.frames)
    overlays = {"id": "over", "layers": [logo, *(layer | {"lane": 1} for layer in subtitles)]}
    return _document(UPRIGHT, [_ad_scene(AD, scene, presenter) for scene in range(AD.scenes)], [overlays, _music(AD.frames, duck=True)])


def w4(edited: int | None = None) -> Document:
    """Ten scenes of W1, each with words of its own; those of scene `edited` say something else."""
    scenes = [_ad_scene(TEN_SCENES, scene) for scene in range(TEN_SCENES.scenes)]
    for number, scene in enumerate(scenes):
        text = words.EDITED if number == edited else words.SUBTITLES[number]
        scene["layers"].append(_subtitle(f"t{number}", text) | {"lane": 2})
    logo = _layer("logo", {"kind": "image", "asset": asset("logo.png")}, LOGO, UPRIGHT) | span(0, TEN_SCENES.frames)
    return _document(UPRIGHT, scenes, [{"id": "over", "layers": [logo]}, _music(TEN_SCENES.frames, duck=True)])


def w2() -> Document:
    """Ten stills of six seconds with words, faded from black and back to it, and music."""
    return _document(LYING, [_slide(number) for number in range(SLIDES)], [_music(SLIDES * SLIDE_FRAMES, duck=False)])


def w3() -> Document:
    """Three clips, cut where no key frame is, and their sound."""
    return _document(LYING, [_cut(*cut) for cut in CUTS], [])


def manifest(document: Document) -> LinkManifest:
    """The link of a document whose blocks are called after the recordings that they are."""
    blocks = [block for scene in document.scenes for block in scene.blocks]
    return LinkManifest("en", {block.id: _spoken(block.id) for block in blocks})


def span(start: int, frames: int = SUBTITLE_FRAMES) -> dict[str, Any]:
    """From a frame of the project on, for so many frames."""
    start_at, end_at = ({"kind": "project", "offset": frame * FRAME} for frame in (start, start + frames))
    return {"span": {"start": start_at, "end": end_at}}


def _spoken(name: str) -> SpokenBlock:
    digest = asset(f"{name}.wav")
    return SpokenBlock(name, digest, SpokenTimes(int(read_wav(ASSETS / digest).shape[1]) * SAMPLE_TICKS))


def _document(size_px: tuple[int, int], scenes: list[Any], tracks: list[Any]) -> Document:
    canvas = {"width_px": size_px[0], "height_px": size_px[1], "frame_rate": 25}
    captions = {"visible": False}
    return codec.read({"title": "Bench", "language": "en", "canvas": canvas, "scenes": scenes, "tracks": tracks, "captions": captions})


def _ad_scene(ad: Ad, scene: int, presenter: str = "presenter_stack.mp4") -> dict[str, Any]:
    zoom = {"from_scale": 1_000, "to_scale": round(1_000 * ZOOM)}
    film = {"kind": "video", "asset": asset(presenter), "source_start": ad.presenter_frame(scene) * FRAME, "volume": 0}
    said = range(scene * ad.blocks, (scene + 1) * ad.blocks)
    return {
        "id": f"s{scene}",
        "background": {"image": asset(f"upright{scene}.jpg"), "zoom": zoom},
        "duration": {"kind": "fixed", "fixed": ad.scene_frames * FRAME},
        "blocks": [{"id": f"say{number}", "texts": {"en": {"text": words.SAID[number]}}, "pause_after": 24_000} for number in said],
        "layers": [_layer(f"p{scene}", film, PRESENTER, UPRIGHT) | {"lane": 1}],
        "transition": {"kind": "crossfade", "duration": ad.fade_frames * FRAME},
    }


def _slide(number: int) -> dict[str, Any]:
    veil = {"kind": "shape", "fill": "#000000"}
    times = (0, FADE_FRAMES, SLIDE_FRAMES - FADE_FRAMES, SLIDE_FRAMES)
    moves = [
        {"property": "opacity", "at": at * FRAME, "value": value, "easing": "linear"}
        for at, value in zip(times, (1_000, 0, 0, 1_000), strict=True)
    ]
    return {
        "id": f"s{number}",
        "background": {"image": asset(f"lying{number}.jpg")},
        "duration": {"kind": "fixed", "fixed": SLIDE_FRAMES * FRAME},
        "layers": [
            _heading(f"t{number}", words.SLIDES[number]),
            {"id": f"v{number}", "lane": 1, "content": veil, "keyframes": moves},
        ],
    }


def _cut(clip: int, first: int, frames: int) -> dict[str, Any]:
    film = {"kind": "video", "asset": asset(f"clip{clip}.mp4"), "source_start": first * FRAME, "volume": 0}
    sound = {"kind": "audio", "asset": asset(f"clip{clip}.wav"), "source_start": first * FRAME, "loop": False}
    layers = [{"id": f"c{clip}", "content": film}, {"id": f"a{clip}", "content": sound}]
    return {"id": f"s{clip}", "duration": {"kind": "fixed", "fixed": frames * FRAME}, "layers": layers}


def _music(frames: int, *, duck: bool) -> dict[str, Any]:
    content = {"kind": "audio", "asset": asset("music.wav"), "volume": 500, "duck": duck}
    return {"id": "music", "kind": "audio", "layers": [{"id": "m", "content": content} | span(0, frames)]}


def _subtitle(name: str, text: str) -> dict[str, Any]:
    content = {"kind": "text", "texts": {"en": text}, "style": words.SUBTITLE_STYLE}
    return _layer(name, content, _around(SUBTITLE_CENTRE, words.SUBTITLE_WIDTH_PX), UPRIGHT)


def _heading(name: str, text: str) -> dict[str, Any]:
    content = {"kind": "text", "texts": {"en": text}, "style": words.SLIDE_STYLE}
    return _layer(name, content, _around(SLIDE_CENTRE, words.SLIDE_WIDTH_PX), LYING)


def _around(centre: tuple[int, int], width_px: int) -> tuple[int, int, int, int]:
    """A box around its middle; words take as much of its height as they need."""
    return centre[0] - width_px // 2, centre[1] - 200, width_px, 400


def _layer(name: str, content: dict[str, Any], box: tuple[int, int, int, int], canvas: tuple[int, int]) -> dict[str, Any]:
    left, top, width, height = box
    x, y = (left + width / 2) / canvas[0], (top + height / 2) / canvas[1]
    transform = {"x": x, "y": y, "width": width / canvas[0], "height": height / canvas[1]}
    return {"id": name, "content": content, "transform": {side: round(share * 10_000) for side, share in transform.items()}}


DOCUMENTS: Final = {"W1": w1, "W2": w2, "W3": w3, "W4": w4}
