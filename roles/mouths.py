"""Mouths that another's engine moves: every passage of somebody with such a mouth is filmed by its server, before anything is drawn.

A film is a piece like a segment: once made it is kept under a name that says all that decides it, and an attempt after a killed one goes
on where that ended. There is no other mouth in its place: without the server there is no film.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from render.avatar.clip import ClipPerformance
from render.avatar.refilmed import RefilmedEngine, RefilmedPresenter, frames_of, write_passage
from render.graph.presenters import look_of, loudness_in, loudness_of, seed_of, spoken_in
from render.graph.store import SegmentStore
from render.media.wav import Samples, read_wav, write_wav
from render.ports.avatar import AvatarEngine, Direction, FilmEngine, Look
from render.ports.sources import Sources
from render.timeline.placed import PlacedBlock, PlacedTimeline
from render.timeline.spoken import sounds_of
from roles import cells
from roles.base import Running
from roles.cells import Cell
from roles.house import House
from roles.ingest import lent_kernels
from roles.sandbox import Sight
from webapp.errors import Invalid, Unavailable
from webapp.providers.avatar.gradio import GradioEngine
from webapp.servers import AvatarServer

BOX_PX: Final = (64, 64)
"""What is asked of a presenter here has the clip's own size: the box does not matter."""
TICKS_PER_SAMPLE: Final = 5
ANSWER_S_LEAST: Final = 120
ANSWER_S_PER_FRAME: Final = 4


@dataclass(frozen=True, slots=True)
class Play:
    """What is to be drawn: `outside` are the presenters whose mouths the server moves, and by which engine."""

    timeline: PlacedTimeline
    sources: Sources
    outside: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """One to be filmed, and what its film will be called."""

    name: str
    performance: ClipPerformance
    block: PlacedBlock


@dataclass(frozen=True, slots=True)
class _Studio:
    running: Running
    here: House
    engine: FilmEngine
    sources: Sources

    def film(self, passage: Passage, out: Path) -> None:
        """Have one passage filmed. Raises Unavailable `avatar-away`, Invalid `avatar-refused`, JobCancelled, JobLost."""
        frames = frames_of(passage.block.times)
        with self._workplace() as folder:
            cut, opaque, said, answer, made = (folder / name for name in ("cut.mp4", "sent.mp4", "said.wav", "answer.mp4", "made.mp4"))
            write_passage(passage.performance, frames, cut, opaque, self.running.check)
            write_wav(said, sound_of(passage.block, self.sources))
            self.engine.render(self.engine.prepare(opaque), said, answer, self.running.check)
            self._cut_out(answer, cut, made, frames)
            made.replace(out)

    @contextmanager
    def _workplace(self) -> Iterator[Path]:
        """A folder that is gone afterwards; after an attempt that was killed the next one of this export removes it."""
        work = self.here.settings.home / "work"
        work.mkdir(parents=True, exist_ok=True)
        subject = self.running.claim.subject_id.replace("/", "-")
        with tempfile.TemporaryDirectory(prefix=f"{subject}-mouth-", dir=work) as name:
            yield Path(name)

    def _cut_out(self, answer: Path, cut: Path, made: Path, frames: int) -> None:
        aside = made.parent / "cell"
        aside.mkdir()
        sight = Sight([answer, cut], [aside], lent_kernels(aside))
        inside = aside / made.name
        arguments = [str(answer), str(cut), str(inside), str(frames)]
        cell = Cell("roles.film_answer", arguments, sight, ANSWER_S_LEAST + ANSWER_S_PER_FRAME * frames)
        said = list(cells.run(cell, cells.walls(self.here.settings), aside, self.running.check))
        if not any(words.get("made") for words in said):
            raise Invalid("presenter", "avatar-refused")
        inside.replace(made)


def cast(running: Running, here: House, play: Play, store: SegmentStore, own: AvatarEngine) -> AvatarEngine:
    """Who draws: `own`, and where somebody's mouth is the server's, films of all that she says. Raises as `_Studio.film` does."""
    if not play.outside:
        return own
    engine = engine_of(here.settings.avatar_server, set(play.outside.values()))
    studio, films = _Studio(running, here, engine, play.sources), dict[str, Path]()
    passages = list(_passages(play, own, engine.version))
    for done, passage in enumerate(passages):
        running.progress("mouths", done, len(passages))
        if not store.has(passage.name):
            store.put(passage.name, partial(studio.film, passage))
        films[passage.name] = store.path(passage.name)
    return RefilmedEngine(own, engine.version, films)


def engine_of(server: AvatarServer | None, wanted: Collection[str]) -> GradioEngine:
    """The server's engine. Raises Unavailable `avatar-away` where the settings name another than is wanted, or none, by now."""
    if server is None or any(name != server.engine for name in wanted):
        raise Unavailable("avatar-away")
    return GradioEngine(server)


def sound_of(block: PlacedBlock, sources: Sources) -> Samples:
    """A passage as (1, n) samples at 48 kHz, as long as its times say; silent where nothing is said."""
    whole = np.zeros((1, -(-block.times.duration // TICKS_PER_SAMPLE)), np.float32)
    for sound in sounds_of(block.speech_digest, block.times):
        said, at = read_wav(sources.speech(sound.digest))[:1], sound.at // TICKS_PER_SAMPLE
        room = whole[:, at : at + said.shape[1]]
        room += said[:, : room.shape[1]]
    return whole


def _passages(play: Play, own: AvatarEngine, version: str) -> Iterator[Passage]:
    casting = RefilmedEngine(own, version, {})
    for content, block in spoken_in(play.timeline):
        if content.presenter not in play.outside:
            continue
        folder = play.sources.presenter(content.presenter, content.revision)
        presenter = casting.load(folder, Look(outfit=look_of(content).outfit), *BOX_PX)
        if isinstance(presenter, RefilmedPresenter):
            heard = loudness_of(block, lambda digest: loudness_in(play.sources.speech(digest)))
            direction = Direction(content.emotion, block.actions)
            name = presenter.passage_name(block.times, heard, direction)
            yield Passage(name, presenter.own.perform(block.times, seed_of(block.id), heard, direction), block)
