"""The stage of a preview: what it reads, and where a playhead stands in another revision."""

from dataclasses import replace

import numpy as np
import pytest
from sqlmodel import select

from render.avatar.engine import WarpEngine
from render.timeline import codec
from render.timeline.acting import Beautify
from render.timeline.document import Canvas, Document, Layer, PresenterContent, Variant
from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from render.timeline.voicing import link
from roles.house import House
from roles.preview_desk import moving_side
from roles.preview_sound import CHUNK_SAMPLES, SoundShelf, cut
from roles.preview_stage import Stage, relocated
from roles.sources import HouseSources
from tests.conftest import Person
from tests.exporting import keep, small_document
from webapp.database import Database
from webapp.errors import NotFound
from webapp.models.project import Project
from webapp.models.speech import Voiced
from webapp.settings import Settings

SECOND = 240_000


def placed(document: Document) -> PlacedTimeline:
    return resolve(document, link(document, "zh", "engine", {}))


def of(*lengths: int) -> PlacedTimeline:
    """Scenes of so many seconds, called s1, s2 and so on."""
    scenes = [{"id": f"s{n}", "duration": {"kind": "fixed", "fixed": seconds * SECOND}} for n, seconds in enumerate(lengths, 1)]
    return placed(codec.read({"title": "", "scenes": scenes}))


def test_a_playhead_keeps_its_place_in_its_scene_when_an_earlier_one_grows() -> None:
    assert relocated(7 * SECOND, of(5, 5), of(9, 5)) == 11 * SECOND


def test_a_playhead_stays_in_its_scene_when_that_becomes_shorter() -> None:
    after = of(5, 1, 5)

    assert relocated(9 * SECOND, of(5, 5, 5), after) == 6 * SECOND - 9_600


def test_a_playhead_whose_scene_has_gone_stays_where_it_is_as_far_as_there_is_film() -> None:
    assert relocated(9 * SECOND, of(5, 5), of(6)) == 6 * SECOND - 9_600
    assert relocated(5 * SECOND, of(5, 5), of(6)) == 5 * SECOND
    assert relocated(5 * SECOND, of(5, 5), of()) == 0


def test_a_slow_line_gets_smaller_pictures_but_never_none() -> None:
    assert [moving_side(540, level) for level in (0, 1, 2, 3)] == [540, 540, 360, 240]
    assert [moving_side(240, level) for level in (0, 3)] == [240, 240]


@pytest.fixture
def project(database: Database, signed_in: Person) -> Project:
    return keep(database, signed_in.tenant, small_document("早上好。", "早上好。", "晚上好。"))


@pytest.fixture
def stage(settings: Settings, database: Database, project: Project) -> Stage:
    house = House(settings, database)
    return Stage(house, project.id, "zh", HouseSources(house, project.tenant_id), WarpEngine(settings.models))


def test_reading_writes_down_what_is_to_be_voiced_and_names_it_in_order(stage: Stage, database: Database) -> None:
    play = stage.read()

    assert play.missing == (*play.digests["b0"], *play.digests["b2"])
    assert play.digests["b1"] == play.digests["b0"]
    with database.reading() as session:
        assert session.get(Voiced, play.missing[1]).request["text"] == "晚上好。"


def test_what_is_written_down_as_wanted_is_not_written_again(stage: Stage, database: Database) -> None:
    stage.read()
    with database.transaction() as session:
        for row in session.exec(select(Voiced)).all():
            session.delete(row)

    assert stage.read().missing
    with database.reading() as session:
        assert session.exec(select(Voiced)).all() == []


def test_the_same_revision_with_the_same_voices_is_the_same_play_and_its_program_is_kept(stage: Stage) -> None:
    one, two = stage.read(), stage.read()

    assert one.key == two.key
    assert stage.program(one, 240) is stage.program(two, 240)
    assert stage.program(one, 360).size_px == (360, 360)
    stage.keep_only(replace(two, revision=9))
    assert stage.program(one, 240) is not None


def test_a_picture_that_rests_comes_from_a_program_with_sources_of_its_own(stage: Stage) -> None:
    play = stage.read()

    assert stage.program(play, 240, resting=True) is not stage.program(play, 240)
    assert stage.program(play, 240, resting=True) is stage.program(play, 240, resting=True)


def test_a_frame_beyond_the_end_is_the_last_one(stage: Stage) -> None:
    play = stage.read()

    assert play.frame_index(10**12) == play.frame_count - 1
    assert play.frame_index(-5) == 0
    assert play.ticks_of(play.frame_index(100_000)) == 96_000


def test_a_shape_has_its_own_size_and_plays_of_its_own_and_one_that_has_gone_is_the_document_itself(
    database: Database, signed_in: Person, settings: Settings
) -> None:
    wide = Variant(id="wide", canvas=Canvas(width_px=1920, height_px=1080))
    document = small_document("早上好。").model_copy(update={"variants": (wide,)})
    project, house = keep(database, signed_in.tenant, document), House(settings, database)
    stage = Stage(house, project.id, "zh", HouseSources(house, project.tenant_id), WarpEngine(settings.models))

    itself = stage.read()
    stage.shape = "wide"
    shaped = stage.read()
    stage.shape = "gone"
    assert (itself.size_px(240), shaped.size_px(240)) == ((240, 240), (426, 240))
    assert shaped.key != itself.key == stage.read().key


def test_a_face_before_it_was_flattered_is_a_play_of_its_own(database: Database, signed_in: Person, settings: Settings) -> None:
    speaker = Layer(id="speaker", content=PresenterContent(presenter="mei", beautify=Beautify(smooth=700)))
    whole = small_document("早上好。")
    first = whole.scenes[0].model_copy(update={"layers": (speaker,)})
    document = whole.model_copy(update={"scenes": (first,)})
    project, house = keep(database, signed_in.tenant, document), House(settings, database)
    stage = Stage(house, project.id, "zh", HouseSources(house, project.tenant_id), WarpEngine(settings.models))

    flattered = stage.read()
    stage.plain = True
    plain = stage.read()
    assert [play.timeline.scenes[0].layers[0].layer.content.beautify.smooth for play in (flattered, plain)] == [700, 0]
    assert flattered.key != plain.key


def test_a_project_in_the_trash_is_not_read(stage: Stage, project: Project, database: Database, clock) -> None:
    with database.transaction() as session:
        session.get_one(Project, project.id).trashed_at = clock()

    with pytest.raises(NotFound):
        stage.read()


def test_the_mix_is_cut_into_pieces_that_are_the_whole_and_made_once(stage: Stage, settings: Settings) -> None:
    play = stage.read()
    shelf = SoundShelf(stage.house, "t" * 32, stage.project_id, stage.sources)
    pieces = shelf.make("name", play.timeline)

    samples = play.timeline.duration // 5
    assert len(pieces) == -(-samples // CHUNK_SAMPLES)
    assert shelf.known("name") == pieces
    assert shelf.known("another") is None
    sound = np.arange(CHUNK_SAMPLES * 2 + 5, dtype=np.float32)[None].repeat(2, 0)
    found = list(cut([sound[:, :70_000], sound[:, 70_000:190_000], sound[:, 190_000:]]))
    assert [piece.shape[1] for piece in found] == [CHUNK_SAMPLES, CHUNK_SAMPLES, 5]
    assert np.array_equal(np.concatenate(found, axis=1), sound)
