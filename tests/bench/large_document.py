"""A document of a size that few will ever reach: 200 scenes, 2,000 clips."""

from itertools import cycle, islice

from render.timeline.document import (
    Anchor,
    AudioContent,
    Block,
    BlockText,
    Document,
    ImageContent,
    Layer,
    PresenterContent,
    Scene,
    ShapeContent,
    Span,
    TextContent,
    Track,
)
from render.timeline.time import TICKS_PER_SECOND

SCRIPTS = ("夏天出门，最怕水不够凉。", "早上装满冰水，下午打开，还是冰的。", "带上它就够了，今天下单还送杯套。")
PICTURE = "0" * 64
CLIPS_PER_SCENE = 9


def large_document(scenes: int = 200, clips: int = 2_000) -> Document:
    """`scenes` scenes with `clips` clips altogether: most of them in the scenes, the others on five tracks across them."""
    told = tuple(_scene(number, words) for number, words in enumerate(islice(cycle(SCRIPTS), scenes)))
    across = clips - scenes * CLIPS_PER_SCENE
    tracks = tuple(_track(number, told, across // 5) for number in range(5)) if across > 0 else ()
    return Document(title="Large", scenes=told, tracks=tracks)


def _scene(number: int, words: str) -> Scene:
    block = Block(id=f"large-block-{number}", texts={"zh": BlockText(text=words)}, voices={"zh": "zf_xiaoxiao"})
    layers = (Layer(id=f"large-presenter-{number}", lane=10, content=PresenterContent(presenter="mei")), *_pieces(number))
    return Scene(id=f"large-scene-{number}", blocks=(block,), layers=layers[:CLIPS_PER_SCENE])


def _pieces(number: int) -> list[Layer]:
    pieces = [
        Layer(id=f"large-picture-{number}-{place}", lane=place, span=_part(place), content=ImageContent(asset=PICTURE))
        for place in range(3)
    ]
    pieces += [
        Layer(id=f"large-title-{number}-{place}", lane=20 + place, span=_part(place), content=TextContent(texts={"zh": "冰爽一夏"}))
        for place in range(3)
    ]
    pieces.append(Layer(id=f"large-shape-{number}", lane=5, content=ShapeContent()))
    pieces.append(Layer(id=f"large-sound-{number}", lane=0, span=_part(1), content=AudioContent(asset="music:calm-1")))
    return pieces


def _part(place: int) -> Span:
    start = Anchor(offset=place * TICKS_PER_SECOND // 2)
    return Span(start=start, end=start.model_copy(update={"offset": start.offset + TICKS_PER_SECOND}))


def _track(number: int, scenes: tuple[Scene, ...], clips: int) -> Track:
    kind = "audio" if number == 0 else "overlay"
    content = AudioContent(asset="music:calm-1") if number == 0 else ImageContent(asset=PICTURE)
    layers = tuple(
        Layer(
            id=f"large-clip-{number}-{place}",
            lane=30 + number,
            span=Span(start=Anchor(of=scene.id), end=Anchor(kind="scene-start", of=scene.id, offset=TICKS_PER_SECOND)),
            content=content,
        )
        for place, scene in enumerate(scenes[number :: max(1, len(scenes) // max(1, clips))][:clips])
    )
    return Track(id=f"large-track-{number}", name=f"Track {number + 1}", kind=kind, layers=layers)
