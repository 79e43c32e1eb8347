"""The render role on a real house: tables, artefacts, encoder and marks are real; words are tones, pictures are small."""

import errno
import os
import shutil
import wave
from dataclasses import replace
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image
from sqlmodel import select

from render.graph import rendering
from render.graph.store import SegmentStore
from render.media.marks import Authority, inspect
from render.presets.exports import PRESETS, ExportPreset
from render.presets.platforms import OFFERED
from render.timeline import captions, voicing
from render.timeline.document import Document, Layer, PresenterContent, Scene
from render.timeline.resolve import resolve
from roles import passages, render
from roles.base import claimed
from roles.house import House
from tests import exporting
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.job import Job, JobState
from webapp.models.speech import Voiced
from webapp.models.tenant import Tenant
from webapp.services import artefacts, bundles, consents, exports, jobs, linking, quotes
from webapp.services.bundles import Wished
from webapp.services.consents import Refusal

TEXTS = ("你好大家好", "再见各位朋友，欢迎下次再来")
TINY = ExportPreset("tiny", 180, "ultrafast", 24)


@pytest.fixture
def ledger(monkeypatch):
    return exporting.Ledger().install(monkeypatch)


@pytest.fixture
def house(settings, monkeypatch):
    monkeypatch.setitem(PRESETS, "tiny", TINY)
    monkeypatch.setitem(OFFERED, "tiny", TINY)
    house = House(settings, Database(settings.database_url))
    monkeypatch.setattr(render, "house", lambda: house)
    yield house
    house.database.dispose()


@pytest.fixture
def tenant(house):
    with house.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        return tenant


@pytest.fixture
def project(house, tenant):
    project = exporting.keep(house.database, tenant, exporting.small_document(*TEXTS))
    exporting.voice(house.database, tenant, project.id, house.settings.artefacts)
    return project


@pytest.fixture
def order(house, tenant, project, ledger):
    """Order an export of the project; the ledger listens."""

    def order():
        quoted = exporting.quoted(house.database, tenant, project.id, "tiny")
        with house.database.transaction() as session:
            return exports.order(session, tenant, quoted.id, utc_now())

    return order


def work(house, export, lease_s=10.0):
    """What the door does."""
    with claimed(export.job_id, house.database, lease_s) as running:
        assert running is not None
        render.export(running)
    with house.database.reading() as session:
        return session.get_one(Export, export.id), session.get_one(Job, export.job_id)


def file_of(house, export, kind):
    return house.settings.artefacts / export.files[kind][:2] / export.files[kind]


def left_behind(house):
    """Half-written files and work folders."""
    work = house.settings.home / "work"
    return [*house.settings.artefacts.rglob(".*"), *house.settings.pieces.rglob(".*"), *(work.iterdir() if work.exists() else [])]


def films_of(house, export):
    place = artefacts.place(house.settings.artefacts, render.codec.digest({"export": export.id, "file": "video"}), "mp4")
    return [place] if place.exists() else []


def test_an_order_becomes_a_marked_film_with_captions_and_cover(house, order, ledger):
    export, job = work(house, order())
    timeline = resolve(exporting.small_document(*TEXTS), quotes.manifest_from_json(export.manifest))

    assert (export.state, job.state, job.progress["stage"]) == (ExportState.DONE, JobState.DONE, "labelling")
    assert ledger.said == [("hold", export.id), ("capture", export.id, export.quote["milliseconds"])]
    film = file_of(house, export, "video")
    report = inspect(film, Authority(house.settings.authority))
    assert (report.c2pa, report.trusted, report.title) == ("valid", True, "小样/Sample")
    assert (report.aigc["Label"], report.aigc["ProduceID"], report.aigc["ContentProducer"]) == ("1", export.id, "Piying")
    assert file_of(house, export, "srt").read_text("utf-8") == captions.srt(timeline.cues)
    assert file_of(house, export, "vtt").read_text("utf-8") == captions.vtt(timeline.cues)
    with av.open(str(film)) as opened:
        frames = [frame.to_ndarray(format="gray") for frame in opened.decode(video=0)]
        length_s = opened.duration / av.time_base
    assert len(frames) == export.files["frame_count"] == timeline.duration // 9_600
    assert abs(length_s - timeline.duration / 240_000) <= 1 / 25
    assert export.files["bytes"] == film.stat().st_size
    assert left_behind(house) == []


def test_the_files_that_were_wished_for_lie_beside_the_film_in_its_shape(house, tenant, project, ledger):
    tall = {"id": "tall", "canvas": {"width_px": 1080, "height_px": 1920, "frame_rate": 25}}
    document = exporting.small_document(*TEXTS)
    shaped = exporting.keep(house.database, tenant, type(document).model_validate(document.model_dump() | {"variants": [tall]}))
    wished = Wished(["tall"], "tiny", ["zh"], ["gif", "sound", "still", "webp"])
    with house.database.transaction() as session:
        (quoted,) = bundles.make(session, tenant, shaped.id, wished, utc_now()).exports
        exports.order(session, tenant, quoted.id, utc_now())
    export, _ = work(house, quoted)

    for kind, form, size in (("still", "PNG", (180, 320)), ("gif", "GIF", (180, 320)), ("webp", "WEBP", (180, 320))):
        with Image.open(file_of(house, export, kind)) as picture:
            assert (picture.format, picture.size) == (form, size)
            assert getattr(picture, "n_frames", 1) > 1 or kind == "still"
    with wave.open(str(file_of(house, export, "sound"))) as sound:
        assert abs(sound.getnframes() - export.quote["milliseconds"] * 48) <= 48
    with av.open(str(file_of(house, export, "video"))) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (180, 320)
    assert left_behind(house) == []


def test_the_mark_stands_in_the_picture_for_two_seconds_and_on_the_cover(house, order):
    export, _ = work(house, order())
    with av.open(str(file_of(house, export, "video"))) as opened:
        frames = [frame.to_ndarray(format="gray").astype(int) for frame in opened.decode(video=0)]
    corner = (slice(0, 30), slice(0, 60))
    cover = np.asarray(Image.open(file_of(house, export, "cover")).convert("L")).astype(int)

    assert all(np.ptp(frame[corner]) > 100 for frame in (*frames[:50], cover))
    assert np.ptp(frames[80][corner]) < 30
    assert cover.mean() > 20


def test_the_same_again_draws_nothing_anew(house, order):
    first, _ = work(house, order())
    second, _ = work(house, order())

    assert (first.files["segments_rendered"], first.files["segments_reused"]) == (2, 0)
    assert (second.files["segments_rendered"], second.files["segments_reused"]) == (0, 2)
    assert first.files["video"] != second.files["video"]


@pytest.mark.parametrize(("cores", "at_once"), [(1, 1), (2, 1), (4, 2), (8, 4), (64, 4)])
def test_an_export_leaves_cores_to_another_one_where_there_are_many(cores, at_once):
    assert render.threads(cores, Document()) == at_once


@pytest.mark.parametrize(("cores", "at_once"), [(1, 1), (2, 2), (4, 2), (8, 4)])
def test_presenters_are_drawn_in_two_places_at_once_where_there_are_two_cores(cores, at_once):
    layer = Layer(id="l", content=PresenterContent(presenter="mei"))
    assert render.threads(cores, Document(scenes=(Scene(id="s", layers=(layer,)),))) == at_once


def test_pieces_drawn_side_by_side_make_the_film_that_one_thread_makes(house, order, monkeypatch):
    monkeypatch.setattr(rendering, "WORKER_FRAMES_MIN", 1)
    made = []
    for at_once in (1, 2):
        monkeypatch.setattr(render, "threads", lambda *_asked, at_once=at_once: at_once)
        export, _ = work(house, order())
        made.append(list(av.open(str(file_of(house, export, "video"))).demux(video=0)))
        shutil.rmtree(house.settings.pieces)

    assert [bytes(packet) for packet in made[0]] == [bytes(packet) for packet in made[1]]
    assert len(made[0]) > 2 * rendering.WORKER_FRAMES_MIN


def test_a_paused_export_stops_after_a_piece_and_goes_on_from_there(house, order, ledger, tenant, monkeypatch):
    ordered, put = order(), SegmentStore.put

    def pausing(store, *piece):
        made = put(store, *piece)
        with house.database.transaction() as session:
            exports.pause(session, tenant, ordered.id)
        return made

    with monkeypatch.context() as patched:
        patched.setattr(SegmentStore, "put", pausing)
        export, job = work(house, ordered)
    assert (export.state, job.state, job.attempt, job.paused) == (ExportState.RUNNING, JobState.QUEUED, 0, True)
    assert left_behind(house) == []

    with house.database.transaction() as session:
        exports.resume(session, tenant, ordered.id, utc_now())
    export, job = work(house, ordered)
    assert (export.state, export.files["segments_rendered"], export.files["segments_reused"]) == (ExportState.DONE, 1, 1)
    assert [said[0] for said in ledger.said] == ["hold", "capture"]


def meanwhile(monkeypatch, act, stage="composing"):
    """Have `act(running)` happen once, when the work has come to `stage`, and be noticed."""
    tell, acted = render.Reporter.__call__, []

    def told(self, now, done, total):
        tell(self, now, done, total)
        if now == stage and not acted:
            acted.append(act(self.running))
            while not self.running.cancelled():
                pass

    monkeypatch.setattr(render.Reporter, "__call__", told)


def test_a_cancelled_export_stops_gives_the_hold_back_and_leaves_no_file(house, order, ledger, tenant, monkeypatch):
    def ask(_running):
        with house.database.transaction() as session:
            exports.cancel(session, tenant, ordered.id, utc_now())

    meanwhile(monkeypatch, ask)
    ordered = order()
    export, job = work(house, ordered, lease_s=0.4)

    assert (export.state, job.state) == (ExportState.CANCELLED, JobState.CANCELLED)
    assert ledger.said == [("hold", export.id), ("release", export.id)]
    assert left_behind(house) == films_of(house, export) == []


@pytest.mark.parametrize("stage", ["composing", "joining"])
def test_a_worker_that_lost_its_lease_publishes_nothing(house, order, ledger, monkeypatch, stage):
    def lose(running):
        with house.database.transaction() as session:
            moment = utc_now().replace(year=utc_now().year + 1)
            assert jobs.claim(session, running.claim.job_id, "successor", now=moment)

    meanwhile(monkeypatch, lose, stage)
    export, job = work(house, order(), lease_s=0.4)

    assert (job.state, job.worker, job.fence) == (JobState.RUNNING, "successor", 2)
    assert export.files == {}
    assert ledger.said == [("hold", export.id)]
    assert films_of(house, export) == []


def test_a_disk_that_is_full_is_said_at_once(house, order, ledger, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 0))
    export, job = work(house, order())

    assert (export.state, job.error_code, job.attempt) == (ExportState.FAILED, "disk-full", 1)
    assert ledger.said[-1] == ("release", export.id)


def test_a_disk_that_fills_while_drawing_fails_the_export_and_leaves_no_half_file(house, order, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(SegmentStore, "put", full)
    export, job = work(house, order())

    assert (export.state, job.error_code) == (ExportState.FAILED, "disk-full")
    assert left_behind(house) == films_of(house, export) == []


@pytest.fixture
def say_again(house, tenant, project):
    """Do what the speech role would."""
    return lambda: exporting.voice(house.database, tenant, project.id, house.settings.artefacts)


def silence(house):
    """The sound of every passage is lost."""
    for wav in house.settings.artefacts.rglob("*.wav"):
        wav.unlink()


def test_sound_that_has_gone_is_said_again(house, order, say_again, monkeypatch):
    export = order()
    silence(house)
    monkeypatch.setattr(linking, "ask", lambda *_, **__: say_again())

    assert work(house, export)[0].state is ExportState.DONE


def test_sound_that_comes_back_otherwise_than_quoted_fails_the_export(house, order, ledger, say_again, monkeypatch):
    export = order()
    silence(house)

    def otherwise(*_, **__):
        say_again()
        with house.database.transaction() as session:
            for row in session.exec(select(Voiced)):
                times = voicing.times_from_json(row.times)
                row.times = voicing.times_to_json(replace(times, duration=times.duration + 4_800))

    monkeypatch.setattr(linking, "ask", otherwise)
    export, job = work(house, export)

    assert (export.state, job.error_code) == (ExportState.FAILED, passages.SpeechChanged.default_code)
    assert ledger.said[-1] == ("release", export.id)


def test_a_consent_withdrawn_while_drawing_keeps_the_film_from_being_published(house, order, ledger, monkeypatch):
    answers = iter([(), (Refusal("consent-revoked", "p", "Lin"),)])
    export = order()
    monkeypatch.setattr(consents, "may_render", lambda *_: next(answers))
    export, job = work(house, export)

    assert (export.state, job.error_code, job.error_facts) == (ExportState.FAILED, "consent-revoked", {"presenter": "Lin"})
    assert films_of(house, export) == []
    assert ledger.said[-1] == ("release", export.id)


def test_what_a_killed_attempt_left_is_cleared_away(house, order):
    export = order()
    left = house.settings.home / "work" / f"{export.id}-0" / "half.mp4"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    piece = house.settings.pieces / export.tenant_id / "ab" / ".half.mp4"
    piece.parent.mkdir(parents=True)
    piece.write_bytes(b"half")
    os.utime(piece, (0, 0))
    with house.database.transaction() as session:
        job = session.get_one(Job, export.job_id)
        job.attempt = 1
    work(house, export)

    assert left_behind(house) == []


def test_progress_is_written_when_the_stage_changes_and_now_and_then():
    told, stages = [], []
    running = SimpleNamespace(progress=lambda *said: told.append(said))
    reporter = render.Reporter(running, stages.append)
    for done in range(1_000):
        reporter("composing", done, 1_000)
    reporter("sound", 0, 1)

    assert stages == ["composing", "sound"]
    assert told[0] == ("composing", 0, 1_000)
    assert told[-1] == ("sound", 0, 1)
    assert len(told) < 100
