"""Mouths that a server moves: films of all that is said, asked for once, cut out again, and nothing else in their place."""

import io
import os
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from sqlmodel import select

from bench.composites import GREEN, filmed, screen, write_clip
from render.avatar.clip_ingest import Wanted, ingest_clip
from render.avatar.engine import WarpEngine
from render.avatar.gallery import person
from render.media.video import VideoReader
from render.media.wav import write_wav
from render.ports.avatar import Look
from render.presets.exports import PRESETS, ExportPreset
from render.presets.platforms import OFFERED
from render.timeline import codec
from render.timeline.spoken import SpokenTimes
from render.timeline.voicing import times_to_json
from roles import mouth_trial, render
from roles.base import claimed
from roles.house import House
from tests import exporting, mouth_server
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.presenter import Consent, Presenter, PresenterKind, PresenterState
from webapp.models.tenant import Tenant
from webapp.servers import AvatarServer
from webapp.services import artefacts, exports, linking, training
from webapp.services.audit import Actor

MODELS = Path(os.environ.get("PIYING_MODELS") or Path(__file__).parents[2] / ".models")
TINY = ExportPreset("tiny", 180, "ultrafast", 24)
SIZE_PX = (384, 320)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A filmed presenter, taken in."""
    torch.set_num_threads(1)
    place = tmp_path_factory.mktemp("film")
    presenter = WarpEngine(MODELS, place / "rigs").load(person("jun").folder, Look("extreme"), *SIZE_PX)
    write_clip(place / "talk.mp4", (picture for picture, _ in filmed(presenter, screen(SIZE_PX[1], SIZE_PX[0], GREEN), 10)))
    assert ingest_clip(place / "talk.mp4", place / "1", MODELS, Wanted(seconds_min=0), lambda *_: None).accepted
    return place / "1"


@pytest.fixture
def server():
    with mouth_server.running() as engine:
        engine.move = reddened
        yield engine


def reddened(film, _sound):
    """The film in red, so that it is known again."""
    held = io.BytesIO()
    with av.open(io.BytesIO(film)) as given, av.open(held, "w", format="mp4") as made:
        stream = made.add_stream("libx264", rate=25, options={"crf": "12", "preset": "ultrafast"})
        source = given.streams.video[0]
        stream.width, stream.height, stream.pix_fmt = source.width, source.height, "yuv420p"
        for frame in given.decode(source):
            pixels = frame.to_ndarray()
            pixels[source.height : source.height * 5 // 4] = 90
            pixels[source.height * 5 // 4 :] = 240
            made.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "yuv420p")))
        made.mux(stream.encode(None))
    return held.getvalue()


@pytest.fixture
def house(settings, monkeypatch, server, folder):
    monkeypatch.setitem(PRESETS, "tiny", TINY)
    monkeypatch.setitem(OFFERED, "tiny", TINY)
    named = AvatarServer(server.url, "musetalk", timeout_s=20)
    house = House(replace(settings, models=MODELS, avatar_server=named), Database(settings.database_url))
    monkeypatch.setattr(render, "house", lambda: house)
    yield house
    house.database.dispose()


@pytest.fixture
def order(house, folder, monkeypatch):
    """Order a film in which the filmed one says a little; her mouth is the server's."""
    exporting.Ledger().install(monkeypatch)
    with house.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        consent = Consent(tenant_id=tenant.id, created_at=utc_now())
        session.add(consent)
        session.flush()
        presenter = Presenter(
            tenant_id=tenant.id, kind=PresenterKind.CLIP, state=PresenterState.READY, options={"mouth": "musetalk"}, consent_id=consent.id
        )
        session.add(presenter)
        session.flush()
    own = house.settings.presenters / presenter.id / "1"
    own.parent.mkdir(parents=True)
    own.symlink_to(folder)
    plain = exporting.small_document("你好").model_dump(mode="json")
    plain["scenes"][0]["layers"] = [{"id": "p", "content": {"kind": "presenter", "presenter": presenter.id}}]
    project = exporting.keep(house.database, tenant, codec.read(plain))
    exporting.voice(house.database, tenant, project.id, house.settings.artefacts)
    quoted = exporting.quoted(house.database, tenant, project.id, "tiny")
    with house.database.transaction() as session:
        return exports.order(session, tenant, quoted.id, utc_now())


def work(house, export):
    with claimed(export.job_id, house.database) as running:
        assert running is not None
        render.export(running)
    return told(house, export)


def told(house, export):
    with house.database.reading() as session:
        return session.get_one(Export, export.id), session.get_one(Job, export.job_id)


def again(house, export, key, *, own_mouths=False):
    with house.database.transaction() as session:
        tenant = session.exec(select(Tenant)).one()
        return exports.retry(session, tenant, export.id, key=key * 32, now=utc_now(), own_mouths=own_mouths)


def forget_pictures(house, export):
    """The segments go, the films of passages stay, and the export may be ordered again."""
    for piece in house.settings.pieces.rglob("*.mp4"):
        reader = VideoReader(piece)
        if not reader.has_alpha:
            piece.unlink()
        reader.close()
    with house.database.transaction() as session:
        session.get_one(Export, export.id).state = ExportState.FAILED


def redness(house, export):
    """How red the middle of the picture is while she speaks, and its corner, of 255."""
    reader = VideoReader(house.settings.artefacts / export.files["video"][:2] / export.files["video"])
    frame = reader.frame_at(48_000)
    reader.close()
    return int(frame.v[frame.v.shape[0] // 2, frame.v.shape[1] // 2]), int(frame.v[1, 1])


def test_a_passage_is_filmed_once_by_the_server_and_shown_cut_out_as_it_was(house, order, server):
    export, job = work(house, order)
    assert (export.state, job.error_code) == (ExportState.DONE, None)
    middle, corner = redness(house, export)
    assert middle > 180
    assert corner < 140
    ((called, _),) = server.asked
    film, sound = server.given()
    assert called == "inference"
    assert sound[:4] == b"RIFF"
    with av.open(io.BytesIO(film)) as sent:
        assert (sent.streams.video[0].width, sent.streams.video[0].height) == SIZE_PX
    assert list((house.settings.home / "work").iterdir()) == []

    server.ends = "error"
    forget_pictures(house, export)
    later, job = work(house, again(house, export, "a"))
    assert (later.state, job.error_code) == (ExportState.DONE, None)
    assert redness(house, later)[0] > 180
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("ends", "move", "code"),
    [
        ("error", mouth_server.same_film, "avatar-refused"),
        ("complete", lambda *_: b"no film", "avatar-refused"),
        ("", reddened, "avatar-away"),
    ],
)
def test_a_server_that_fails_ends_the_export_and_no_other_mouth_is_taken_unasked(house, order, server, ends, move, code):
    server.ends, server.move = ends, move
    export, job = work(house, order)
    assert (export.state, job.error_code) == (ExportState.FAILED, code)
    assert export.files == {}


def test_with_the_studio_s_own_mouths_no_server_is_asked(house, order, server):
    server.ends = "error"
    failed, _ = work(house, order)
    server.asked.clear()
    export, _ = work(house, again(house, failed, "b", own_mouths=True))
    assert export.state is ExportState.DONE
    assert redness(house, export)[0] < 160
    assert server.asked == []


@pytest.mark.soak
def test_the_operator_compares_the_same_sentence_by_both_mouths(house, order, server, monkeypatch):
    monkeypatch.setattr(mouth_trial, "house", lambda: house)
    monkeypatch.setattr(linking, "ask", lambda digests, _project, **_: [tone(house, digest) for digest in digests])
    with house.database.transaction() as session:
        presenter = session.exec(select(Presenter)).one()
        job = training.compare_mouths(session, Actor("u", "Op", "i"), presenter.id, ("general", "musetalk"), utc_now())
    with claimed(job.id, house.database) as running:
        mouth_trial.compare(running)
    root = house.settings.presenters
    with house.database.reading() as session:
        films = [training.mouth_film(session, root, presenter.id, mouth) for mouth in ("general", "musetalk")]
    assert [middle_of(film) > 180 for film in films] == [False, True]
    assert len(server.asked) == 1


def tone(house, digest):
    """Half a second of silence, as the speech worker would keep it."""
    with artefacts.publishing(artefacts.place(house.settings.artefacts, digest, "wav")) as wav:
        write_wav(wav, np.zeros(24_000, np.float32))
    with house.database.transaction() as session:
        linking.voiced(session, digest, times_to_json(SpokenTimes(120_000)), 1, utc_now())


def middle_of(film):
    """How red the middle of a film is, of 255."""
    reader = VideoReader(film)
    frame = reader.frame_at(48_000)
    reader.close()
    return int(frame.v[frame.v.shape[0] // 2, frame.v.shape[1] // 2])
