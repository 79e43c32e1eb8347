"""Material in the worker: read in a cell that sees nothing else, put in its place, refused in words, and left alone by the dead."""

import errno
import io
import shutil
import socket
import subprocess
import wave
from dataclasses import replace

import imageio_ffmpeg
import pytest
from PIL import Image

from render.errors import MissingSource
from render.presets.formats import JPEG, MP4, WAV
from roles import cells, media_ingest, sandbox
from roles import material as cell_program
from roles.base import claimed
from roles.house import House
from roles.registry import KINDS, resolve
from roles.sandbox import Walls
from roles.sources import HouseSources, RestingSources
from tests.webapp.pictures import png
from webapp.models.asset import Asset, AssetState
from webapp.models.job import Job, JobState
from webapp.services import assets, jobs, library, material
from webapp.services.assets import Stored
from webapp.services.material import Part
from webapp.settings import Environment


def picture():
    data = io.BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(data, "JPEG")
    return data.getvalue()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """A second of film with sound."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    sources = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1")
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *sources, "-pix_fmt", "yuv420p", path], check=True)
    return path.read_bytes()


@pytest.fixture
def here(settings, database, monkeypatch):
    """The worker's house is the application's."""
    place = House(settings, database)
    monkeypatch.setattr(media_ingest, "house", lambda: place)
    monkeypatch.setattr(media_ingest, "nudge_tenant", lambda *_: None)
    return place


@pytest.fixture
def bring(here, signed_in, clock):
    """Brings a file; gives its asset and job."""

    def brought(content, form=JPEG, person=signed_in):
        with here.storage.landing.receiving("coming", len(content)) as arriving:
            arriving.write(content)
        stored = Stored(*here.storage.landing.settle("coming", lambda digest: assets.path_of(here.settings.assets, digest)))
        with here.database.transaction() as session:
            return assets.take(session, person.tenant, stored, form, name="upload", now=clock())

    return brought


@pytest.fixture
def work(here, monkeypatch):
    """Does a job as the door does, with a line of shell for the cell if one is given; gives job and asset as they stand afterwards."""

    def run(job, cell=""):
        if cell:
            monkeypatch.setattr(sandbox, "command", lambda *_, **__: ["sh", "-c", cell])
        with claimed(job.id, here.database) as running:
            resolve(KINDS[running.claim.kind].work)(running)
        with here.database.reading() as session:
            return session.get_one(Job, job.id), session.get_one(Asset, job.subject_id)

    return run


@pytest.fixture
def rung(monkeypatch):
    """The jobs that were rung for."""
    bells = []
    monkeypatch.setattr(media_ingest, "ring_job", lambda job, **_: bells.append(job))
    return bells


@pytest.fixture
def work_through(work, rung):
    """Does a job and all that follow it; gives the last one, and its asset."""

    def run(job):
        done = work(job)
        return run(rung.pop()) if rung else done

    return run


def parts(here, digest):
    return {part for part in Part if material.place(here.settings.artefacts, digest, part).exists()}


def test_a_picture_is_ready_at_once(here, bring, work):
    job, asset = work(bring(picture())[1])

    assert (job.state, asset.state, asset.width_px, asset.height_px) == (JobState.DONE, AssetState.READY, 64, 48)
    assert parts(here, asset.digest) == {Part.PICTURE, Part.POSTER}
    assert [path.name for path in here.settings.artefacts.iterdir()] == [asset.digest[:2]]


def test_a_film_can_be_used_before_all_of_it_is_made(here, bring, work, rung, clip):
    job, asset = work(bring(clip, MP4)[1])
    assert (job.state, asset.state, parts(here, asset.digest)) == (JobState.DONE, AssetState.USABLE, {Part.POSTER, Part.HEAD})

    (rest,) = rung
    assert (rest.queue, job.queue, rest.subject_id) == (jobs.FILMS, jobs.QUICK, asset.id)
    job, asset = work(rest)
    assert (job.state, asset.state, asset.duration_ticks, asset.has_sound) == (JobState.DONE, AssetState.READY, 240_000, True)
    assert parts(here, asset.digest) == {Part.POSTER, Part.FILM, Part.PROXY, Part.SOUND, Part.PEAKS, Part.STRIP}


def test_a_sound_is_ready_at_once(here, bring, work, rung):
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    job, asset = work(bring(data.getvalue(), WAV)[1])

    assert (job.state, asset.state, rung) == (JobState.DONE, AssetState.READY, [])
    assert parts(here, asset.digest) == {Part.SOUND, Part.PEAKS}


def test_a_film_that_waits_for_its_rest_has_one_job_for_it_whoever_asks(here, bring, work, rung, clip, clock, signed_in):
    _, asset = work(bring(clip, MP4)[1])
    with here.database.transaction() as session:
        assert assets.take_up(session, clock()) == []
        jobs.cancel(session, signed_in.tenant, rung[0].id)
    with here.database.transaction() as session:
        assert [(job.kind, job.subject_id) for job in assets.take_up(session, clock())] == [("film", asset.id)]


def test_a_film_whose_rest_is_refused_is_not_offered_and_can_be_tried_again(
    here, bring, work, rung, work_through, clip, signed_in, clock, monkeypatch
):
    work(bring(clip, MP4)[1])
    with monkeypatch.context() as patched:
        patched.setattr(sandbox, "command", lambda *_, **__: ["sh", "-c", "kill -SEGV $$"])
        job, asset = work(rung.pop())
    assert (job.state, asset.state, asset.reason) == (JobState.DONE, AssetState.REFUSED, "unreadable")

    with here.database.transaction() as session:
        _, job = assets.again(session, signed_in.tenant, asset.id, clock())
    assert work_through(job)[1].state is AssetState.READY


def test_documents_get_what_was_made_and_only_their_own_tenants(here, bring, work_through, clip, signed_in, stranger):
    _, asset = work_through(bring(clip, MP4)[1])
    mine, quick = HouseSources(here, signed_in.tenant.id), HouseSources(here, signed_in.tenant.id, quick=True)

    assert mine.asset(asset.digest).name.endswith(".film.mp4")
    assert quick.asset(asset.digest).name.endswith(".proxy.mp4")
    assert mine.sound(asset.digest).name.endswith(".sound.wav")
    with pytest.raises(MissingSource):
        HouseSources(here, stranger.tenant.id).asset(asset.digest)


def test_a_picture_that_rests_shows_the_whole_film_as_soon_as_it_lies_here(here, bring, work_through, clip, signed_in, stranger):
    _, asset = work_through(bring(clip, MP4)[1])
    resting = RestingSources(here, signed_in.tenant.id)

    assert resting.asset(asset.digest).name.endswith(".film.mp4")
    with pytest.raises(MissingSource):
        RestingSources(here, stranger.tenant.id).asset(asset.digest)
    material.place(here.settings.artefacts, asset.digest, Part.FILM).unlink()
    assert resting.asset(asset.digest).name.endswith(".proxy.mp4")


def test_an_export_waits_for_the_whole_film_and_a_preview_does_not(here, bring, work_through, clip, signed_in):
    _, asset = work_through(bring(clip, MP4)[1])
    for part in (Part.FILM, Part.PROXY):
        place = material.place(here.settings.artefacts, asset.digest, part)
        place.rename(material.place(here.settings.artefacts, asset.digest, Part.HEAD))

    assert HouseSources(here, signed_in.tenant.id, quick=True).asset(asset.digest).name.endswith(".head.mp4")
    with pytest.raises(MissingSource):
        HouseSources(here, signed_in.tenant.id).asset(asset.digest)


def test_a_file_that_cannot_be_used_is_refused_with_its_reason_and_leaves_nothing(here, bring, work):
    job, asset = work(bring(picture()[:300])[1])

    assert (job.state, asset.state, asset.reason) == (JobState.DONE, AssetState.REFUSED, "truncated")
    assert parts(here, asset.digest) == set()


@pytest.mark.parametrize("cell", ["kill -SEGV $$", "exit 3"])
def test_a_file_that_kills_its_cell_is_unreadable(bring, work, cell):
    assert work(bring(picture())[1], cell)[1].reason == "unreadable"


def test_a_file_that_takes_too_long_is_unreadable(bring, work, monkeypatch):
    monkeypatch.setattr(media_ingest, "LOOK_S_MAX", 0.3)

    assert work(bring(picture())[1], "sleep 60")[1].reason == "unreadable"


def test_a_cell_that_breaks_down_is_tried_again(bring, work):
    job, asset = work(bring(picture())[1], "exit 1")

    assert (job.state, asset.state) == (JobState.QUEUED, AssetState.CHECKING)


def test_a_full_disk_is_told_and_can_be_tried_again(here, bring, work, signed_in, clock, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(sandbox, "command", lambda *_, **__: ["echo", '{"full": true}'])
        job, asset = work(bring(picture())[1])
    assert (job.state, job.error_code, asset.reason) == (JobState.FAILED, "disk-full", "disk-full")

    with here.database.transaction() as session:
        asset, job = assets.again(session, signed_in.tenant, asset.id, clock())
    assert work(job)[1].state is AssetState.READY


def test_a_disk_that_fills_while_things_are_put_in_place_is_told(bring, work, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(media_ingest._Work, "_keep", full)
    assert work(bring(picture())[1])[1].reason == "disk-full"


def test_cancelling_ends_the_cell(here, bring, work, signed_in, monkeypatch):
    _, job = bring(picture())

    def asked(running):
        raise jobs.JobCancelled

    monkeypatch.setattr("roles.base.Running.check", asked)
    job, asset = work(job, "sleep 60")
    assert (job.state, asset.state) == (JobState.CANCELLED, AssetState.REFUSED)


def test_the_same_file_of_two_tenants_is_kept_once_and_stays_while_one_has_it(here, bring, work, signed_in, stranger):
    content = picture()
    _, mine = work(bring(content)[1])
    _, theirs = work(bring(content, person=stranger)[1])
    with here.database.transaction() as session:
        digest = library.delete(session, signed_in.tenant, mine.id)
        library.remove_files(session, [digest], here.settings, here.storage)
    assert parts(here, theirs.digest) == {Part.PICTURE, Part.POSTER}

    with here.database.transaction() as session:
        digest = library.delete(session, stranger.tenant, theirs.id)
        library.remove_files(session, [digest], here.settings, here.storage)
    assert parts(here, theirs.digest) == set()
    assert not assets.path_of(here.settings.assets, digest).exists()


def test_assets_from_before_there_was_an_ingest_are_taken_up(here, bring, clock):
    asset, job = bring(picture())
    with here.database.transaction() as session:
        session.delete(session.get_one(Job, job.id))
    with here.database.transaction() as session:
        assert [job.subject_id for job in assets.take_up(session, clock())] == [asset.id]
    with here.database.transaction() as session:
        assert assets.take_up(session, clock()) == []


def test_production_reads_nothing_behind_limits_alone(here, bring, work, monkeypatch):
    production = House(replace(here.settings, environment=Environment.PRODUCTION), here.database)
    monkeypatch.setattr(media_ingest, "house", lambda: production)
    monkeypatch.setattr(sandbox, "walls", lambda: Walls.LIMITS)

    assert work(bring(picture())[1])[1].reason == "sandbox-missing"


CURIOUS = """
import json, pathlib, socket, sys
found = []
for path in sys.argv[1:]:
    try: found.append(pathlib.Path(path).read_bytes()[:1].hex())
    except OSError as error: found.append(type(error).__name__)
try: socket.create_connection(("127.0.0.1", {port}), 1); found.append("connected")
except OSError: found.append("no network")
print(json.dumps({{"facts": found}}))
"""


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_a_cell_sees_its_own_original_and_nothing_else(here, bring, tmp_path, monkeypatch):
    mine, _ = bring(picture())
    other, _ = bring(picture())
    listening = socket.create_server(("127.0.0.1", 0))
    places = [assets.path_of(here.settings.assets, asset.digest) for asset in (mine, other)]
    aside = tmp_path / "aside"
    aside.mkdir()
    real = sandbox.command

    def curious(kind, module, arguments, sight):
        command = real(kind, module, arguments, sight)
        program = CURIOUS.format(port=listening.getsockname()[1])
        return [
            *command[: command.index("-m")],
            "-c",
            program,
            *map(str, places),
            str(here.settings.home / "piying.sqlite3"),
            "/etc/passwd",
        ]

    monkeypatch.setattr(sandbox, "command", curious)
    cell = cells.Cell("roles.material", [], sandbox.Sight([places[0]], [aside]), 20)
    (said,) = cells.run(cell, sandbox.walls(), aside, lambda: None)
    listening.close()

    assert said["facts"][1:] == ["FileNotFoundError", "FileNotFoundError", "FileNotFoundError", "no network"]
    assert len(said["facts"][0]) == 2


def test_a_cell_may_use_more_of_a_longer_film_but_never_without_end():
    short, long = cell_program.limits(1), cell_program.limits(3_600)

    assert short.memory_bytes == long.memory_bytes == 3 * 2**30
    assert short.cpu_s < long.cpu_s < 2 * 24 * 3600
    assert short.file_bytes < long.file_bytes < 40 * 2**30


def test_a_bomb_of_pixels_takes_little_memory(bring, work, monkeypatch):
    monkeypatch.setattr(cell_program, "MEMORY_BYTES", 2**30)

    assert work(bring(png(50_000, 50_000))[1])[1].reason == "pixels"
