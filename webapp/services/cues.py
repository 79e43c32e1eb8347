"""Captions by hand: the captions of a scene as they stand, and the edits that change one of them. What is changed hangs on marks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from render.errors import EditRefused
from render.presets.platforms import Platform
from render.timeline import captions, items
from render.timeline.document import Block, BlockText, Document, Mark, Variant
from render.timeline.edits import Edit, Group, SetField
from render.timeline.overrides import overriding
from render.timeline.phrases import Stretch
from render.timeline.placed import Cue, PlacedBlock, PlacedTimeline
from render.timeline.styles import CaptionOverride, CaptionPlace, TextStyle
from render.timeline.voicing import said_offset
from webapp.errors import Invalid, NotFound
from webapp.models.columns import new_id
from webapp.services import safety, shapes

TICKS_MAX: Final = 3_600 * 240_000


@dataclass(frozen=True, slots=True)
class Line:
    """One caption. `at` is the character of what is said that it begins with; times are ticks from the scene's start."""

    block_id: str
    at: int
    start: int
    duration: int
    text: str
    """What is shown; what would be, of one that is hidden."""
    hidden: bool
    size: int | None
    """Its own size, where it has one."""
    own: bool
    """Whether somebody changed something of it."""
    first: bool
    """Whether no caption of the same passage stands before it."""
    splits: bool
    """Whether it shows the words that are said, so that it can be parted among them."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A caption as it stands in the picture: parts per 10,000 of its width and height, from the middle. Times are as in `Line`."""

    block_id: str
    at: int
    start: int
    duration: int
    text: str
    x: int
    y: int
    width: int
    height: int
    size: int
    """Of its letters."""
    own: bool
    """Whether it has a place of its own."""


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption in its passage, to be changed."""

    document: Document
    block: PlacedBlock
    stretch: Stretch
    before: Stretch | None
    """The one before it in the passage."""

    @property
    def words(self) -> str:
        """What is said while it stands."""
        return self.block.text[slice(*self.stretch)]

    @property
    def overrides(self) -> list[CaptionOverride]:
        """What is changed of it."""
        return [one for place, one in self.block.captions if captions.governs(self.stretch, place, self.block.text)]

    @property
    def text(self) -> BlockText:
        """The passage's words, with their marks."""
        return items.found(self.document, self.block.id, Block).texts.get(self.document.language, BlockText())

    @property
    def offset(self) -> int:
        """How many characters of the passage stand before what is said."""
        return said_offset(items.found(self.document, self.block.id, Block), self.document.language)


def find(document: Document, timeline: PlacedTimeline, block_id: str, at: int) -> Caption:
    """The caption that begins at a character of what a passage says. Raises EditRefused `target-gone`."""
    blocks = (block for scene in timeline.scenes for block in scene.blocks if block.id == block_id)
    found = next((one for block in blocks for one in _captions(document, block) if one.stretch[0] == at), None)
    if found is None:
        raise EditRefused("target-gone", path=block_id)
    return found


def lines(document: Document, timeline: PlacedTimeline, scene_id: str) -> tuple[Line, ...]:
    """The captions of a scene, in order."""
    scene = next(scene for scene in timeline.scenes if scene.id == scene_id)
    cues = {cue.id: cue for cue in timeline.cues if cue.scene_id == scene_id}
    return tuple(
        _line(one, cues[f"{block.id}.{number}"], scene.range.start)
        for block in scene.blocks
        for number, one in enumerate(_captions(document, block))
    )


def spots(document: Document, timeline: PlacedTimeline, scene_id: str) -> tuple[Spot, ...]:
    """Where the captions of a scene stand, in order; none that is hidden. Raises NotFound where there is no such scene."""
    scene = next((scene for scene in timeline.scenes if scene.id == scene_id), None)
    if scene is None:
        raise NotFound
    cues = {cue.id: cue for cue in timeline.cues if cue.scene_id == scene_id and cue.text}
    named = ((f"{block.id}.{number}", one) for block in scene.blocks for number, one in enumerate(_captions(document, block)))
    shown = document.captions.visible
    return tuple(_spot(one, cues[name], scene.range.start) for name, one in named if shown and name in cues)


def moved(caption: Caption, place: CaptionPlace | None, *, size: int | None = None, shape: str = "") -> Edit:
    """The caption stands somewhere else than the others, or among them again (None); in a shape, in that one alone.

    With `size` its letters change as well, in every shape. Raises EditRefused `target-gone` for a shape that is not there.
    """
    if shape:
        return _moved_in(caption, items.found(caption.document, shape, Variant), place)
    style = {} if size is None else {"style": _style(caption).model_copy(update={"size": size})}
    return _set(caption, place=place, **style)


def into_sight(document: Document, timeline: PlacedTimeline, platforms: Iterable[Platform], shape: str = "") -> Edit:
    """All captions stand where no app of these platforms covers them; in a shape, in that one. `timeline` is of what is seen there."""
    looked = shapes.seen(document, shape)
    style = safety.into_sight(looked, timeline.cues, platforms)
    changed = [name for name in ("x", "y", "width") if getattr(style, name) != getattr(looked.captions, name)]
    fields = tuple(SetField(target=items.DOCUMENT, field=f"captions.{name}", value=getattr(style, name)) for name in changed)
    return overriding(document, shape, Group(edits=fields)) if shape else Group(edits=fields)


def shown_as(caption: Caption, words: str) -> Edit:
    """The caption shows other words; its own, where `words` are those."""
    tidy = " ".join(words.split())[:2_000]
    return _set(caption, text=None if tidy in {"", caption.words} else tidy)


def hidden(caption: Caption, *, hide: bool) -> Edit:
    """The caption is not shown, or is again."""
    return _set(caption, hidden=hide)


def timed(caption: Caption, field: str, ticks: int) -> Edit:
    """The caption begins (`at`) so many ticks after its scene, or lasts so long (`duration`). Raises Invalid `number-wrong`."""
    value = ticks - caption.block.range.start if field == "at" else ticks
    if not 0 <= value <= TICKS_MAX:
        raise Invalid("value", "number-wrong")
    return _set(caption, **{field: value})


def sized(caption: Caption, size: int) -> Edit:
    """The caption's letters are of another size than the others'; 0 for theirs."""
    return _set(caption, style=_style(caption).model_copy(update={"size": size}) if size else None)


def split(caption: Caption, after: int) -> Edit:
    """Two captions of one, parted `after` so many of its characters. Raises EditRefused `split-empty`."""
    if not (caption.words[:after].strip() and caption.words[after:].strip()):
        raise EditRefused("split-empty", path=caption.block.id)
    inside = caption.stretch[0] + after + len(caption.words[after:]) - len(caption.words[after:].lstrip())
    return _cut(caption, inside, "split")


def joined(caption: Caption) -> Edit:
    """The caption goes on with the one before it. Raises EditRefused `split-empty` for the first of a passage."""
    if caption.before is None:
        raise EditRefused("split-empty", path=caption.block.id)
    return _cut(caption, caption.stretch[0], "join")


def reset(caption: Caption) -> Edit:
    """Nothing of the caption is changed any more."""
    gone = {one.mark for one in caption.overrides}
    return _kept(caption, caption.text.marks, [one for one in caption.text.captions if one.mark not in gone])


def _line(caption: Caption, cue: Cue, scene_start: int) -> Line:
    overrides = caption.overrides
    own_words = next((one.text for one in reversed(overrides) if one.text is not None), None)
    return Line(
        block_id=caption.block.id,
        at=caption.stretch[0],
        start=cue.range.start - scene_start,
        duration=cue.range.duration,
        text=caption.words if own_words is None else own_words,
        hidden=any(one.hidden for one in overrides),
        size=cue.style.size if cue.style else None,
        own=bool(overrides),
        first=caption.before is None,
        splits=own_words is None,
    )


def _spot(caption: Caption, cue: Cue, scene_start: int) -> Spot:
    style = caption.document.captions
    place = cue.place or style
    width, height = safety.said_size(cue, style, caption.document.canvas)
    return Spot(
        block_id=caption.block.id,
        at=caption.stretch[0],
        start=cue.range.start - scene_start,
        duration=cue.range.duration,
        text=cue.text,
        x=place.x,
        y=place.y,
        width=round(width),
        height=round(height),
        size=(cue.style or style.style).size,
        own=cue.place is not None,
    )


def _style(caption: Caption) -> TextStyle:
    return next((one.style for one in caption.overrides if one.style), None) or caption.document.captions.style


def _moved_in(caption: Caption, variant: Variant, place: CaptionPlace | None) -> Edit:
    """Its place in a variant hangs on a mark of its: one that does already, where there is one."""
    text, fact = caption.text, place.model_dump(mode="json") if place else None
    at = {mark.id: max(0, mark.at - caption.offset) for mark in text.marks}
    here = [name for name, offset in at.items() if captions.governs(caption.stretch, offset, caption.block.text)]
    known = next((name for name in here if name in variant.overrides), None)
    if known is not None:
        return SetField(target=variant.id, field=f"overrides.{known}.place", value=fact)
    mark = Mark(id=new_id(), at=caption.stretch[0] + caption.offset)
    marks = _field(caption, f"texts.{caption.document.language}.marks", (*text.marks, mark))
    return Group(edits=(marks, SetField(target=variant.id, field=f"overrides.{mark.id}", value={"place": fact})))


def _captions(document: Document, block: PlacedBlock) -> Iterator[Caption]:
    before = None
    for stretch in captions.stretches(block):
        yield Caption(document, block, stretch, before)
        before = stretch


def _set(caption: Caption, **changed: Any) -> Edit:
    """Something of what is changed of a caption; where nothing was, a mark is made to hang it on."""
    text = caption.text
    known = caption.overrides[-1] if caption.overrides else None
    if known is None:
        mark = Mark(id=new_id(), at=caption.stretch[0] + caption.offset)
        return _kept(caption, (*text.marks, mark), [*text.captions, CaptionOverride(mark=mark.id, **changed)])
    return _instead(caption, known, known.model_copy(update=changed))


def _cut(caption: Caption, at: int, cut: Literal["split", "join"]) -> Edit:
    """A cut at a character of what is said; a cut of the other kind that stands there is taken away instead."""
    text = caption.text
    here = {mark.id for mark in text.marks if max(0, mark.at - caption.offset) == at}
    known = next((one for one in text.captions if one.mark in here and one.cut), None)
    if known is not None:
        return _instead(caption, known, known.model_copy(update={"cut": ""}))
    mark = Mark(id=new_id(), at=at + caption.offset)
    return _kept(caption, (*text.marks, mark), [*text.captions, CaptionOverride(mark=mark.id, cut=cut)])


def _instead(caption: Caption, known: CaptionOverride, now: CaptionOverride) -> Edit:
    """One override in another's place; one that changes nothing goes."""
    rest = [now if one == known else one for one in caption.text.captions]
    return _kept(caption, caption.text.marks, [one for one in rest if one != CaptionOverride(mark=one.mark)])


def _kept(caption: Caption, marks: tuple[Mark, ...], overrides: list[CaptionOverride]) -> Edit:
    path = f"texts.{caption.document.language}"
    changes = [_field(caption, f"{path}.captions", overrides)]
    if marks != caption.text.marks:
        changes.insert(0, _field(caption, f"{path}.marks", marks))
    return Group(edits=tuple(changes))


def _field(caption: Caption, path: str, values: Sequence[Mark | CaptionOverride]) -> SetField:
    facts: list[Any] = [value.model_dump(mode="json") for value in values]
    return SetField(target=caption.block.id, field=path, value=facts)
