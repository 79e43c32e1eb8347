"""Eviction: the longest unused goes first, what somebody needs stays, and what went is made again when it is wanted."""

import os
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from render.graph.store import SegmentStore
from render.timeline.spoken import SpeechRequest
from render.timeline.voicing import speech_digest
from roles import clock as office
from roles import eviction
from roles.house import House
from roles.render import KeptByTurns
from tests import exporting
from tests.webapp import material as brought
from webapp.models.asset import Asset, AssetState
from webapp.models.export import Export, ExportState
from webapp.models.job import Job, JobState
from webapp.models.speech import Voiced
from webapp.services import artefacts, checkup, figures, library, linking, material, pieces, previews, projects
from webapp.services.assets import take_up
from webapp.services.material import Part
from webapp.services.pieces import Bounds, Piece

NOW_S = 1_500_000_000.0
DAY_S = 86_400.0


@pytest.fixture
def here(settings, database):
    return House(replace(settings, pieces_bytes_max=1_000), database)


@pytest.fixture
def put(here, signed_in):
    """Puts a piece of so many bytes there, used so many days ago; gives its place."""

    def kept(name, size, days, tenant_id=signed_in.tenant.id):
        path = here.settings.pieces / tenant_id / name[:2] / f"{name}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
        os.utime(path, (NOW_S - days * DAY_S, NOW_S - days * DAY_S))
        return path

    return kept


def test_what_was_unused_for_too_long_goes(here, put):
    old, young = put("aa", 10, days=31), put("bb", 10, days=29)

    report = eviction.evict_pieces(here, NOW_S)

    assert (old.exists(), young.exists()) == (False, True)
    assert (report.files, report.bytes, report.removed, report.removed_bytes) == (1, 10, 1, 10)


def test_of_too_much_the_longest_unused_goes(here, put):
    paths = [put("aa", 400, days=3), put("bb", 400, days=2), put("cc", 400, days=1)]

    eviction.evict_pieces(here, NOW_S)

    assert [path.exists() for path in paths] == [False, True, True]


def test_what_was_just_used_stays_however_much_there_is(here, put):
    path = put("aa", 5_000, days=0)

    eviction.evict_pieces(here, NOW_S)

    assert path.exists()


def test_what_an_export_under_way_may_need_stays(here, put, database, signed_in):
    path, foreign = put("aa", 5_000, days=40), put("bb", 10, days=40, tenant_id="f" * 32)
    with database.transaction() as session:
        session.add(Job(tenant_id=signed_in.tenant.id, kind="export", subject_id="e", state=JobState.RUNNING))

    eviction.evict_pieces(here, NOW_S)

    assert (path.exists(), foreign.exists()) == (True, False)


def test_a_piece_that_is_used_between_the_look_and_the_removal_stays(here, put):
    path = put("aa", 10, days=40)
    seen = replace(next(pieces.of_folder(here.settings.pieces)), used_at_s=NOW_S - 40 * DAY_S)
    os.utime(path, (NOW_S, NOW_S - 40 * DAY_S))

    assert not eviction._remove(here, seen)
    assert path.exists()


def test_two_who_evict_at_once_do_not_disturb_each_other(here, put):
    put("aa", 10, days=40)
    seen = next(pieces.of_folder(here.settings.pieces))

    assert [eviction._remove(here, seen), eviction._remove(here, seen)] == [True, True]


def test_the_sound_of_a_preview_goes_with_its_mark(here, signed_in):
    name = "ab" * 32
    sound = artefacts.place(here.settings.artefacts, name, previews.SOUND)
    mark = pieces.mark_of(here.settings.pieces, signed_in.tenant.id, name)
    for path in (sound, mark):
        path.parent.mkdir(parents=True)
    sound.write_bytes(b"x" * 2_000)
    mark.touch()
    os.utime(mark, (NOW_S - DAY_S, NOW_S - DAY_S))

    report = eviction.evict_pieces(here, NOW_S)

    assert (sound.exists(), mark.exists(), report.removed_bytes) == (False, False, 2_000)


def test_the_use_by_an_export_is_noted(here, put, signed_in):
    path = put("aa", 10, days=40)

    KeptByTurns(here.settings.pieces / signed_in.tenant.id, here.storage, lambda: None).has("aa")

    assert time.time() - path.stat().st_atime < DAY_S


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 500)), max_size=30), st.integers(0, 3_000), st.integers(0, 2_000))
def test_what_goes_is_always_older_than_what_stays_and_the_rest_fits(tmp_path_factory, files, bytes_max, busy):
    root = tmp_path_factory.getbasetemp()
    found = [Piece(NOW_S - days * DAY_S, size, root / str(number)) for number, (days, size) in enumerate(files)]
    gone = list(pieces.to_go(found, busy, Bounds(bytes_max, 30 * DAY_S), NOW_S))
    left = [piece for piece in found if piece not in gone]

    assert all(old.used_at_s <= young.used_at_s for old in gone for young in left)
    assert all(NOW_S - piece.used_at_s <= 30 * DAY_S for piece in left)
    assert busy + sum(piece.bytes for piece in left) <= bytes_max or all(NOW_S - piece.used_at_s < pieces.REST_S for piece in left)


def test_a_sound_that_nobody_uses_goes_with_its_row_and_is_wanted_anew(here, database, clock):
    request = SpeechRequest("kokoro", "en", "af_heart", "Hello.")
    digest = speech_digest(request)
    with database.transaction() as session:
        linking.want(session, {digest: request}, clock())
    sound = artefacts.place(here.settings.artefacts, digest, "wav")
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"RIFF")

    eviction._forget(here, clock() + timedelta(days=31))

    assert not sound.exists()
    with database.transaction() as session:
        assert linking.wanted(session, digest) is None
        linking.want(session, {digest: request}, clock())
        assert linking.wanted(session, digest) == request


def test_a_sound_that_is_used_stays(here, database, clock):
    with database.transaction() as session:
        session.add(Voiced(digest="d" * 64, created_at=clock(), used_at=clock()))
        linking.note_use(session, ["d" * 64], clock() + timedelta(days=20))
    eviction._forget(here, clock() + timedelta(days=31))

    with database.reading() as session:
        assert session.get(Voiced, "d" * 64) is not None


def test_material_in_the_trash_falls_asleep_and_is_made_anew_when_put_back(here, database, signed_in, clock):
    asset = brought.keep(here.settings, database, signed_in.tenant, clock(), kind="video", name="clip.mp4")
    with database.transaction() as session:
        library.throw_away(session, signed_in.tenant, asset.id, clock())
        session.scalars(sa.select(Job)).one().state = JobState.DONE
    eviction._forget(here, clock() + timedelta(days=7))
    left = {part for part in Part if material.place(here.settings.artefacts, asset.digest, part).exists()}
    assert left == {Part.POSTER}
    assert library.assets.path_of(here.settings.assets, asset.digest).exists()

    with database.transaction() as session:
        library.take_back(session, signed_in.tenant, asset.id)
        assert [job.subject_id for job in take_up(session, clock())] == [asset.id]


def test_material_in_the_trash_that_another_tenant_works_with_stays_ready(here, database, signed_in, stranger, clock):
    asset = brought.keep(here.settings, database, signed_in.tenant, clock(), content=b"same")
    brought.keep(here.settings, database, stranger.tenant, clock(), content=b"same")
    with database.transaction() as session:
        library.throw_away(session, signed_in.tenant, asset.id, clock())
    eviction._forget(here, clock() + timedelta(days=7))

    assert material.place(here.settings.artefacts, asset.digest, Part.PICTURE).exists()
    with database.reading() as session:
        assert session.scalars(sa.select(Asset.state).where(Asset.id == asset.id)).one() is AssetState.ASLEEP


def test_the_operator_sees_how_much_is_kept(here, put):
    os.utime(put("aa", 10, days=0))
    eviction.evict(here)
    report = pieces.remembered(here.settings.pieces)

    assert "piying_pieces_bytes 10\n" in figures.exposition(figures.of_pieces(report))
    assert checkup.kept(report, 10**9).words == "0.0 of 1.0 GB kept in 1 files"


def test_pieces_among_the_artefacts_go_once_and_films_stay(here):
    former, film = (artefacts.place(here.settings.artefacts, name * 32, "mp4") for name in ("ab", "cd"))
    SegmentStore(here.settings.artefacts).put("ab" * 32, lambda path: path.write_bytes(b"piece"))
    film.parent.mkdir(parents=True)
    film.write_bytes(b"film" * 100)

    eviction.evict(here)

    assert (former.exists(), film.exists()) == (False, True)


def test_the_clock_evicts():
    assert office.resolve(office.EVICTION) is eviction.evict


def test_the_films_of_a_project_go_with_it(here, database, signed_in, clock, monkeypatch):
    monkeypatch.setattr(eviction, "house", lambda: here)
    film = artefacts.place(here.settings.artefacts, "cd" * 32, "mp4")
    film.parent.mkdir(parents=True)
    film.write_bytes(b"film")
    project = exporting.keep(database, signed_in.tenant, exporting.small_document("Hello."))
    with database.transaction() as session:
        made = {"project_id": project.id, "revision": 0, "language": "en", "preset": "720p"}
        session.add(Export(tenant_id=signed_in.tenant.id, state=ExportState.DONE, files={"video": film.name, "bytes": 4}, **made))
        projects.throw_away(session, signed_in.tenant, project.id, clock())
        eviction.delete_projects(session, clock() + timedelta(days=29))
        assert film.exists()
        eviction.delete_projects(session, clock() + timedelta(days=30))

    assert not film.exists()
