"""What the editor shows of a document: scenes as cards, with their lengths as far as they are known."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from render.timeline.document import AudioContent, Document, Layer, PresenterContent, Scene, TextContent
from render.timeline.placed import PlacedLayer
from render.timeline.time import TimeRange
from webapp.models.identity import User
from webapp.models.project import Project
from webapp.services import editing, lanes, layers, linking, placings, shapes
from webapp.services.lanes import Clip
from webapp.services.placings import Placing, placed
from webapp.services.shapes import Own, Shape


@dataclass(frozen=True, slots=True)
class Across:
    """A clip of a track, in the card of the scene in which it starts: `start` counts from that scene's first tick."""

    clip: Clip
    layer: Layer
    start: int
    locked: bool
    """Whether it, or its track, refuses changes."""


@dataclass(frozen=True, slots=True)
class Card:
    """A scene as it is edited. `refused` says, by block id, why a passage cannot be voiced."""

    scene: Scene
    number: int
    duration_ticks: int
    estimated: bool
    refused: dict[str, str]
    is_last: bool
    before_id: str
    """The scene after which it goes when it moves up; empty for the first place."""
    after_id: str
    """The scene after which it goes when it moves down; itself where it is the last."""
    across: tuple[Across, ...]
    """The clips of tracks that start in it."""
    placed: tuple[PlacedLayer, ...]
    """Its layers, when they are there from its start."""

    @property
    def place(self) -> str:
        """What of its place in the order is told in the card: its number, and whether it is the last."""
        return f"{self.number}{'.' if self.is_last else ''}"

    @property
    def presenter(self) -> Layer | None:
        """The first presenter standing in the scene."""
        return next((layer for layer in self.scene.layers if isinstance(layer.content, PresenterContent)), None)

    @property
    def titles(self) -> tuple[Layer, ...]:
        """The words on the picture."""
        return tuple(layer for layer in self.scene.layers if isinstance(layer.content, TextContent))

    @property
    def stack(self) -> tuple[Layer, ...]:
        """All that is seen and heard in it, the front one first and the sounds last."""
        sounds = (layer for layer in self.scene.layers if isinstance(layer.content, AudioContent))
        return (*reversed(layers.stacked(self.scene)), *sounds)

    def seen(self, layer: Layer) -> TimeRange | None:
        """When a layer is there, from the scene's start; None where it is there from the first to the last."""
        there = next((held.range for held in self.placed if held.layer.id == layer.id), None)
        return None if there is None or (there.start <= 0 and there.end >= self.duration_ticks) else there


@dataclass(frozen=True, slots=True)
class Board:
    """A document at one revision, as the editor shows it to one person: in one of its shapes, the main one by default."""

    project: Project
    revision: int
    document: Document
    """As it looks in that shape."""
    shape: str
    shapes: tuple[Shape, ...]
    own: tuple[Own, ...]
    """What looks otherwise in this shape than in the main one."""
    cards: tuple[Card, ...]
    duration_ticks: int
    placing: Placing
    """The document with what has been voiced of it."""
    estimated: bool
    undoable: bool
    redoable: bool

    @property
    def own_ids(self) -> frozenset[str]:
        """Ids of what looks otherwise in this shape."""
        return frozenset(thing.id for thing in self.own)

    @property
    def music(self) -> Layer | None:
        """The sound that runs under everything."""
        layers = (layer for track in self.document.tracks for layer in track.layers)
        return next((layer for layer in layers if isinstance(layer.content, AudioContent)), None)

    @property
    def music_locked(self) -> bool:
        """Whether the track of that sound refuses changes."""
        return any(track.locked for track in self.document.tracks if self.music in track.layers)


def board(session: Session, user: User, project: Project, revision: int, whole: Document, *, shape: str = "") -> Board:
    """The document with its lengths, linked with what has been voiced so far; in its main shape where it has no such `shape`."""
    shape = shapes.known(whole, shape)
    document = shapes.seen(whole, shape)
    linked = linking.gather(session, document, document.language, tenant_id=project.tenant_id)
    placing = Placing(document, linked.manifest)
    placings.shown(placing)
    timeline = placed(placing)
    undoable, redoable = editing.possible(session, user, project.id)
    guessed = {block_id for block_id, spoken in linked.manifest.blocks.items() if spoken.times.estimated}
    return Board(
        project=project,
        revision=revision,
        document=document,
        shape=shape,
        shapes=shapes.shapes(whole),
        own=shapes.owned(whole, shape),
        cards=tuple(_cards(placing, guessed, linked.refused)),
        duration_ticks=timeline.duration,
        placing=placing,
        estimated=bool(guessed),
        undoable=undoable,
        redoable=redoable,
    )


def _cards(placing: Placing, guessed: set[str], refused: dict[str, str]) -> list[Card]:
    scenes, timeline = placing.document.scenes, placed(placing)
    across = _across(placing)
    return [
        Card(
            scene=scene,
            number=index + 1,
            duration_ticks=shown.range.duration,
            estimated=any(block.id in guessed for block in scene.blocks),
            refused={block.id: refused[block.id] for block in scene.blocks if block.id in refused},
            is_last=index == len(scenes) - 1,
            before_id=scenes[index - 2].id if index > 1 else "",
            after_id=scenes[min(index + 1, len(scenes) - 1)].id,
            across=tuple(across[index]),
            placed=shown.layers,
        )
        for index, (scene, shown) in enumerate(zip(scenes, timeline.scenes, strict=True))
    ]


def _across(placing: Placing) -> Mapping[int, list[Across]]:
    """The clips of tracks by the scene in which they start; what starts after the end is told with the last one, so that it is not lost."""
    starts = [scene.range.start for scene in placed(placing).scenes]
    held = {layer.id: (layer, layer.locked or track.locked) for track in placing.document.tracks for layer in track.layers}
    parted: dict[int, list[Across]] = defaultdict(list)
    for clip in lanes.strip(placing) if starts else ():
        index, (layer, locked) = max(0, bisect_right(starts, clip.start) - 1), held[clip.id]
        parted[index].append(Across(clip, layer, clip.start - starts[index], locked))
    return parted
