"""A first document from a script: paragraphs become scenes, with a presenter, captions and calm backgrounds."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from render.errors import DocumentRefused
from render.timeline import scripts
from render.timeline.document import (
    AudioContent,
    Background,
    Block,
    BlockText,
    Canvas,
    Document,
    Layer,
    PresenterContent,
    Scene,
    Track,
    Transform,
    Transition,
)

SCRIPT_LENGTH_MAX: Final = 20_000
SCENES_MAX: Final = 200
SCENE_WIDTH: Final = 80
"""Half squares of text that make a scene of some eight seconds: what one long paragraph is cut into.

A passage is heard once all of it is voiced, so that shorter ones are heard sooner."""

BACKGROUNDS: Final = ("#1b2333", "#23302f", "#2f2638", "#33291f")
"""Dark and of one brightness: white captions stand clear of all of them."""

MUSIC_VOLUME: Final = 350
_PARAGRAPHS: Final = re.compile(r"\n[^\S\n]*(?:\n\s*)+")
_SIGNS: Final = re.escape(scripts.CLOSERS)
_SENTENCE_END: Final = re.compile(rf"(?:[。！？…]+[{_SIGNS}]*|[.!?]+[{_SIGNS}]*(?=\s|\Z|[^\x00-\x7f]))\s*")


def from_script(
    script: str,
    *,
    canvas: Canvas,
    language: str,
    voice: str,
    presenter: str,
    title: str,
    music: str = "",
) -> Document:
    """A document that says `script`.

    Blank lines part scenes; without any, lines do; a single long paragraph is cut between sentences. `music` is a track's name,
    `voice` and `presenter` may be empty. Raises DocumentRefused `script-empty` or `script-too-long`.
    """
    passages = list(paragraphs(script))
    return Document(
        title=title,
        language=language,
        canvas=canvas,
        scenes=tuple(_scene(number, passage, language, voice, presenter) for number, passage in enumerate(passages, start=1)),
        tracks=(_music_track(music),) if music else (),
    )


def paragraphs(script: str) -> Iterator[str]:
    """The passages a script falls into, none empty, at most `SCENES_MAX`. Raises DocumentRefused as `from_script`."""
    text = cleaned(script).strip()
    if not scripts.pronounceable(text):
        raise DocumentRefused("script-empty")
    if len(text) > SCRIPT_LENGTH_MAX:
        raise DocumentRefused("script-too-long", length=len(text), length_max=SCRIPT_LENGTH_MAX)
    parts = _PARAGRAPHS.split(text)
    if len(parts) == 1:
        parts = text.split("\n")
    if len(parts) == 1:
        parts = list(_sentence_groups(text))
    passages = [part.strip() for part in parts if scripts.pronounceable(part)]
    together = -(-len(passages) // SCENES_MAX)
    return ("\n".join(passages[index : index + together]) for index in range(0, len(passages), together))


def cleaned(text: str) -> str:
    """Text without control characters and halves of surrogate pairs, its line ends as one sign."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n").removeprefix("\ufeff")
    return "".join(character for character in unified if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"})


def _sentence_groups(text: str) -> Iterator[str]:
    start = end = 0
    for stop in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        if start < end and scripts.width(text[start:stop]) > SCENE_WIDTH:
            yield text[start:end]
            start = end
        end = stop
    yield text[start:]


def _scene(number: int, text: str, language: str, voice: str, presenter: str) -> Scene:
    block = Block(
        id=f"block-{number}",
        texts={language: BlockText(text=text)},
        voices={language: voice} if voice else {},
    )
    return Scene(
        id=f"scene-{number}",
        background=Background(colour=BACKGROUNDS[(number - 1) % len(BACKGROUNDS)]),
        blocks=(block,),
        layers=(_presenter_layer(number, presenter),) if presenter else (),
        transition=Transition(kind="crossfade"),
    )


def _presenter_layer(number: int, presenter: str) -> Layer:
    """Standing on the lower edge, nine tenths of the canvas high."""
    return Layer(
        id=f"presenter-{number}",
        lane=10,
        transform=Transform(x=5_000, y=5_500, width=10_000, height=9_000),
        content=PresenterContent(presenter=presenter),
    )


def _music_track(name: str) -> Track:
    sound = AudioContent(asset=f"music:{name}", volume=MUSIC_VOLUME, fade_in=240_000, fade_out=480_000, duck=True)
    return Track(id="music", kind="audio", layers=(Layer(id="music-1", content=sound),))
