"""What the editor shows of a document: scenes as cards, with their lengths as far as they are known."""

from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session

from render.timeline.document import AudioContent, Document, Layer, PresenterContent, Scene, TextContent
from render.timeline.manifest import LinkManifest
from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from webapp.models.identity import User
from webapp.models.project import Project
from webapp.services import editing, linking


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

    @property
    def presenter(self) -> Layer | None:
        """The first presenter standing in the scene."""
        return next((layer for layer in self.scene.layers if isinstance(layer.content, PresenterContent)), None)

    @property
    def titles(self) -> tuple[Layer, ...]:
        """The words on the picture."""
        return tuple(layer for layer in self.scene.layers if isinstance(layer.content, TextContent))


@dataclass(frozen=True, slots=True)
class Board:
    """A document at one revision, as the editor shows it to one person."""

    project: Project
    revision: int
    document: Document
    cards: tuple[Card, ...]
    duration_ticks: int
    placing: "Placing"
    """The document with what has been voiced of it."""
    estimated: bool
    undoable: bool
    redoable: bool

    @property
    def music(self) -> Layer | None:
        """The sound that runs under everything."""
        layers = (layer for track in self.document.tracks for layer in track.layers)
        return next((layer for layer in layers if isinstance(layer.content, AudioContent)), None)

    @property
    def music_locked(self) -> bool:
        """Whether the track of that sound refuses changes."""
        return any(track.locked for track in self.document.tracks if self.music in track.layers)


def board(session: Session, user: User, project: Project, revision: int, document: Document) -> Board:
    """The document with its lengths, linked with what has been voiced so far."""
    linked = linking.gather(session, document, document.language)
    linked_document = Placing(document, linked.manifest)
    timeline = placed(linked_document)
    undoable, redoable = editing.possible(session, user, project.id)
    guessed = {block_id for block_id, spoken in linked.manifest.blocks.items() if spoken.times.estimated}
    return Board(
        project=project,
        revision=revision,
        document=document,
        cards=tuple(_cards(document, timeline, guessed, linked.refused)),
        duration_ticks=timeline.duration,
        placing=linked_document,
        estimated=bool(guessed),
        undoable=undoable,
        redoable=redoable,
    )


def placing(session: Session, document: Document) -> "Placing":
    """The document with what has been voiced of it by now."""
    return Placing(document, linking.gather(session, document, document.language).manifest)


class Placing:
    """A document and a manifest, told apart by what was voiced: manifests of one document differ in nothing else."""

    __slots__ = ("document", "key", "manifest")

    def __init__(self, document: Document, manifest: LinkManifest) -> None:
        self.document, self.manifest = document, manifest
        voiced = tuple((name, spoken.speech_digest) for name, spoken in sorted(manifest.blocks.items()))
        self.key = (id(document), manifest.language, voiced)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Placing) and self.document is other.document and self.key == other.key


@lru_cache(maxsize=32)
def placed(placing: Placing) -> PlacedTimeline:
    """Everything in its place."""
    return resolve(placing.document, placing.manifest)


def _cards(document: Document, timeline: PlacedTimeline, guessed: set[str], refused: dict[str, str]) -> list[Card]:
    scenes = document.scenes
    return [
        Card(
            scene=scene,
            number=index + 1,
            duration_ticks=placed.range.duration,
            estimated=any(block.id in guessed for block in scene.blocks),
            refused={block.id: refused[block.id] for block in scene.blocks if block.id in refused},
            is_last=index == len(scenes) - 1,
            before_id=scenes[index - 2].id if index > 1 else "",
            after_id=scenes[min(index + 1, len(scenes) - 1)].id,
        )
        for index, (scene, placed) in enumerate(zip(scenes, timeline.scenes, strict=True))
    ]
