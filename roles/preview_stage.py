"""The stage of a preview: a project's document as it stands, placed in time, and its programs for the sizes that are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlmodel import Session

from render.graph.compile import compile_program
from render.graph.program import Program
from render.graph.words import label_for
from render.graph.workshop import Workshop
from render.link import measured
from render.ports.avatar import AvatarEngine
from render.ports.sources import Sources
from render.timeline.document import Document
from render.timeline.placed import PlacedScene, PlacedTimeline
from render.timeline.plain import unflattered
from render.timeline.resolve import resolve
from render.timeline.time import frame_at, frame_ticks
from render.timeline.variants import in_variant
from roles.house import House
from webapp.errors import NotFound
from webapp.models.project import Project
from webapp.services import documents, linking, previews


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """One revision with what was voiced of it: what there is to see and hear. `manifest` names what was voiced."""

    revision: int
    manifest: str
    timeline: PlacedTimeline
    missing: tuple[str, ...]
    """Digests of sentences still to be voiced, in the document's order."""
    digests: Mapping[str, tuple[str, ...]]
    """The digests of every passage's sentences, by block id."""

    @property
    def key(self) -> str:
        """What tab and worker call it by."""
        return f"{self.revision}:{self.manifest}"

    @property
    def frame_count(self) -> int:
        """Frames from the first to the last scene's end."""
        return self.timeline.duration // frame_ticks(self.timeline.canvas.frame_rate)

    def frame_index(self, ticks: int) -> int:
        """The frame that shows at `ticks`, the last one from the end on."""
        return min(frame_at(max(0, ticks), self.timeline.canvas.frame_rate), max(0, self.frame_count - 1))

    def ticks_of(self, index: int) -> int:
        """When a frame begins."""
        return index * frame_ticks(self.timeline.canvas.frame_rate)

    def size_px(self, short_side_px: int) -> tuple[int, int]:
        """Width and height, both even, for a canvas of this shape with the given shorter side."""
        canvas = self.timeline.canvas
        shorter = min(canvas.width_px, canvas.height_px)
        width, height = (round(side * short_side_px / shorter / 2) * 2 for side in (canvas.width_px, canvas.height_px))
        return width, height


@dataclass(slots=True)
class Stage:
    """Reads a project's document and compiles it. What was prepared for one program is ready for the next: `workshop`."""

    house: House
    project_id: str
    language: str
    sources: Sources
    avatars: AvatarEngine
    workshop: Workshop = field(default_factory=Workshop)
    resting: Sources | None = None
    """Where films lie at full size, for a picture that rests; None where `sources` has them so."""
    shape: str = ""
    """The variant that is shown; one that has gone is the document itself."""
    plain: bool = False
    """Whether presenters are shown without what flatters them."""
    _programs: dict[tuple[str, int, bool], Program] = field(default_factory=dict)
    _noted: bool = False
    """Whether it is written down that this document's sentences are listened to."""
    _wanted: set[str] = field(default_factory=set)
    """Digests of sentences that are written down as wanted: an edit that changes no words writes nothing, and waits for no other writer."""

    def read(self) -> Play:
        """The newest revision, linked with what has been voiced; what is not yet is written down as wanted. Raises NotFound."""
        with self.house.database.reading() as session:
            project, whole = self._newest(session)
            shape, document, language = self._in_shape(unflattered(whole) if self.plain else whole)
            linked = linking.gather(session, document, language, tenant_id=project.tenant_id)
        if not self._noted or not self._wanted.issuperset(linked.missing):
            with self.house.database.transaction() as session:
                linking.note_use(session, (digest for said in linked.digests.values() for digest in said), datetime.now(UTC))
                linking.want(session, linked.missing, datetime.now(UTC), tenant_id=project.tenant_id)
            self._noted = True
            self._wanted.update(linked.missing)
        manifest = replace(linked.manifest, media_durations=measured(document, self.sources))
        timeline = resolve(document, manifest)
        name = previews.manifest_name(manifest, shape, plain=self.plain)
        return Play(project.revision, name, timeline, tuple(linked.missing), linked.digests)

    def program(self, play: Play, short_side_px: int, *, resting: bool = False) -> Program:
        """The play compiled for a size, from small films or, `resting`, from whole ones."""
        name = (play.key, short_side_px, resting)
        if name not in self._programs:
            sources = self.resting or self.sources if resting else self.sources
            size_px, label = play.size_px(short_side_px), label_for(play.timeline.language)
            self._programs[name] = compile_program(
                play.timeline, size_px=size_px, sources=sources, avatars=self.avatars, label=label, workshop=self.workshop
            )
        return self._programs[name]

    def keep_only(self, *plays: Play | None) -> None:
        """Forget the programs of all other plays."""
        keys = {play.key for play in plays if play}
        self._programs = {name: program for name, program in self._programs.items() if name[0] in keys}

    def _in_shape(self, whole: Document) -> tuple[str, Document, str]:
        """The shape that is shown, the document as it has it, and the language that is spoken there."""
        variant = next((variant for variant in whole.variants if variant.id == self.shape), None)
        if variant is None:
            return "", whole, self.language
        return variant.id, in_variant(whole, variant.id), variant.language or self.language

    def _newest(self, session: Session) -> tuple[Project, Document]:
        project = session.get(Project, self.project_id)
        if project is None or project.trashed_at is not None:
            raise NotFound
        return project, documents.at_revision(session, project, project.revision)


def relocated(ticks: int, before: PlacedTimeline, after: PlacedTimeline) -> int:
    """The same place in the same scene of another revision; in a scene that has gone, the same place as far as there is one."""
    scene = next((scene for scene in before.scenes if scene.range.contains(ticks)), None)
    found = next((other for other in after.scenes if scene and other.id == scene.id), None)
    last = max(0, after.duration - frame_ticks(after.canvas.frame_rate))
    if scene is None or found is None:
        return min(ticks, last)
    return min(_inside(found, ticks - scene.range.start, after), last)


def _inside(scene: PlacedScene, local_ticks: int, timeline: PlacedTimeline) -> int:
    return scene.range.start + min(local_ticks, scene.range.duration - frame_ticks(timeline.canvas.frame_rate))
