"""What a tenant asked to have deleted is gone: no row, no file and no name of it can be read any more, and the books are right."""

import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from roles import erasure, takeout
from roles.base import claimed
from roles.clock import EXPIRIES
from roles.house import House
from tests import exporting
from tests.accounts import differences
from tests.conftest import FakeClock
from tests.webapp import material
from webapp.errors import Conflict, Invalid
from webapp.models.columns import new_id, utc_now
from webapp.models.deletion import Deletion, DeletionState
from webapp.models.everything import METADATA
from webapp.models.export import Export, ExportState
from webapp.models.job import Job, JobState
from webapp.models.ledger import PaidScene
from webapp.models.presenter import Consent, Presenter
from webapp.models.spoken import SpokenConsent
from webapp.services import (
    artefacts,
    audit,
    consents,
    deletions,
    exports,
    lexicon,
    library,
    people,
    pieces,
    previews,
    settlement,
    sharing,
    takeouts,
)
from webapp.services import erasure as rules
from webapp.services.audit import Actor
from webapp.services.consents import Evidence, Given

SECRET = "秘密配方"
"""What stands in everything that the tenant made."""


@pytest.fixture
def clock():
    """Begins now: exports are ordered by the true clock."""
    return FakeClock(utc_now())


@pytest.fixture
def here(settings, database, monkeypatch):
    """The worker's house is the application's."""
    place = House(settings, database)
    for module in (erasure, takeout):
        monkeypatch.setattr(module, "house", lambda: place)
    return place


@pytest.fixture
def mei(here, database, signed_in, clock):
    """Somebody with one of everything."""
    tenant, user, settings = signed_in.tenant, signed_in.user, here.settings
    with database.transaction() as session:
        people.rename(session, user.id, SECRET)
        session.merge(tenant).name = SECRET
    tenant.name = SECRET
    project = exporting.keep(database, tenant, exporting.small_document(SECRET, title=SECRET))
    exporting.voice(database, tenant, project.id, settings.artefacts)
    export = exporting.quoted(database, tenant, project.id)
    _made(database, tenant, export, settings)
    material.keep(settings, database, tenant, clock(), name=f"{SECRET}.png", content=SECRET.encode())
    _presented(database, signed_in, settings, clock)
    with database.transaction() as session:
        lexicon.keep(session, tenant, "en", SECRET, "ba4", now=clock())
        sharing.start(session, tenant, export.id, sharing.Wish(), user_id=user.id, now=clock())
        audit.note(
            session, actor(signed_in), "presenter.brought", audit.Subject("presenter", "p", SECRET, tenant.id), clock(), label=SECRET
        )
    piece = settings.pieces / tenant.id / "ab" / "abc.mp4"
    piece.parent.mkdir(parents=True)
    piece.write_text(SECRET)
    _heard(settings, tenant)
    return signed_in


def _heard(settings, tenant):
    """A preview's sound."""
    sound = artefacts.place(settings.artefacts, "ab" * 32, previews.SOUND)
    mark = pieces.mark_of(settings.pieces, tenant.id, "ab" * 32)
    for path in (sound, mark):
        path.parent.mkdir(parents=True, exist_ok=True)
    sound.write_text(SECRET)
    mark.touch()


def actor(person):
    return Actor(person.user.id, people.called(person.user), person.tenant.id)


def _made(database, tenant, export, settings):
    names = {}
    for kind, extension in (("video", "mp4"), ("srt", "srt")):
        place = artefacts.place(settings.artefacts, new_id(), extension)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(SECRET)
        names[kind] = place.name
    with database.transaction() as session:
        exports.order(session, tenant, export.id, export.created_at)
        row = session.get_one(Export, export.id)
        row.state = ExportState.PUBLISHING
        exports.complete(session, export.id, names, 4_000)
        session.get_one(Job, row.job_id).state = JobState.DONE


def _presented(database, person, settings, clock):
    shown = consents.digest_of(consents.statement("en", SECRET, person.tenant.name))
    with database.transaction() as session:
        given = Given(SECRET, SECRET, "en", shown, agreed=True)
        consent = consents.record(session, person.tenant, person.user, given, evidence=Evidence("10.0.0.1", SECRET), now=clock())
        presenter = Presenter(tenant_id=person.tenant.id, name=SECRET, consent_id=consent.id, created_at=clock())
        session.add(presenter)
    with database.transaction() as session:
        session.add(SpokenConsent(tenant_id=person.tenant.id, consent_id=consent.id, sentence=SECRET, findings={"heard": SECRET}))
    for folder in (settings.presenters / presenter.id / "1", settings.consents / consent.id):
        folder.mkdir(parents=True)
        (folder / "file").write_text(SECRET)


def due(database, person, clock):
    """Ask for the deletion, and let the time pass."""
    with database.transaction() as session:
        deletions.ask(session, actor(person), person.tenant, person.tenant.name, clock())
    clock.forward(days=deletions.GRACE.days, seconds=1)
    with database.transaction() as session:
        deletions.follow(session, clock())


def work(here, body, kind):
    with here.database.reading() as session:
        job = session.scalars(sa.select(Job).where(Job.kind == kind, Job.state == JobState.QUEUED)).one()
    with claimed(job.id, here.database) as running:
        body(running)
    with here.database.reading() as session:
        return session.get_one(Job, job.id)


def everything(database):
    """All that stands in the tables but the texts of the ledger's law: rows as text, by table."""
    with database.reading() as session:
        return {table.name: [str(tuple(row)) for row in session.execute(sa.select(table))] for table in METADATA.sorted_tables}


def readable(here):
    """All bytes of the home but the database's."""
    return {path: path.read_bytes() for path in here.settings.home.rglob("*") if path.is_file() and "sqlite3" not in path.name}


def test_nothing_of_the_tenant_can_be_read_afterwards_and_the_books_are_right(here, database, mei, clock):
    due(database, mei, clock)

    assert work(here, erasure.erase, deletions.KIND).state is JobState.DONE

    rows = everything(database)
    assert {name for name, found in rows.items() if any(SECRET in row or "mei@example.com" in row for row in found)} == set()
    assert [path for path, content in readable(here).items() if SECRET.encode() in content] == []
    naming = {name for name, found in rows.items() if any(mei.tenant.id in row for row in found)}
    assert naming <= rules.KEPT | {"tenant", "product"}
    assert differences(database) == []


def test_what_must_stay_stays_under_a_pseudonym(here, database, mei, clock):
    with database.reading() as session:
        digest = session.scalars(sa.select(Consent.statement_digest)).one()
    due(database, mei, clock)
    work(here, erasure.erase, deletions.KIND)

    with database.reading() as session:
        consent = session.scalars(sa.select(Consent)).one()
        deletion = session.scalars(sa.select(Deletion)).one()
    assert consent.revoked_at is not None
    assert (consent.statement, consent.evidence, consent.statement_digest) == ("", {}, digest)
    assert (deletion.state, deletion.removed["project"]) == (DeletionState.DONE, 1)
    assert any(f"#{mei.tenant.id[:8]}" in row for row in everything(database)["tenant"])
    assert everything(database)["ledger_journal"]


def test_a_file_that_somebody_else_has_too_stays(here, database, mei, stranger, clock):
    kept = material.keep(here.settings, database, stranger.tenant, clock(), content=SECRET.encode())
    due(database, mei, clock)
    work(here, erasure.erase, deletions.KIND)

    assert library.assets.path_of(here.settings.assets, kept.digest).is_file()


def test_she_is_out_and_a_new_account_with_her_address_is_new(here, database, mei, clock):
    due(database, mei, clock)
    work(here, erasure.erase, deletions.KIND)

    assert mei.client.get("/account").status_code == 302
    with database.transaction() as session:
        again = people.find_or_open(session, people.Address("email", "mei@example.com"), "en", clock())
    assert again.id != mei.user.id


def test_an_erasure_that_was_killed_goes_on(here, database, mei, clock, monkeypatch):
    due(database, mei, clock)
    monkeypatch.setattr(erasure, "_remove_rows", lambda *_: 1 / 0)
    assert work(here, erasure.erase, deletions.KIND).state is JobState.QUEUED
    monkeypatch.undo()
    monkeypatch.setattr(erasure, "house", lambda: here)

    assert work(here, erasure.erase, deletions.KIND).state is JobState.DONE


def test_an_erasure_waits_for_whoever_still_works_for_the_tenant(here, database, mei, clock):
    with database.transaction() as session:
        busy = Job(tenant_id=mei.tenant.id, kind="material", subject_id="x", state=JobState.RUNNING)
        session.add(busy)
    due(database, mei, clock)

    assert work(here, erasure.erase, deletions.KIND).state is JobState.QUEUED
    with database.transaction() as session:
        stopped = session.get_one(Job, busy.id)
        assert stopped.cancel_asked
        stopped.state = JobState.CANCELLED
    assert work(here, erasure.erase, deletions.KIND).state is JobState.DONE


def test_what_is_taken_back_in_time_stays(database, mei, clock):
    with database.transaction() as session:
        deletions.ask(session, actor(mei), mei.tenant, SECRET, clock())
        deletions.take_back(session, actor(mei), mei.tenant, clock())
    clock.forward(days=30)
    with database.transaction() as session:
        deletions.follow(session, clock())

        assert session.scalars(sa.select(Job).where(Job.kind == deletions.KIND)).all() == []


def test_once_it_has_begun_it_cannot_be_taken_back(here, database, mei, clock, monkeypatch):
    due(database, mei, clock)
    monkeypatch.setattr(erasure, "remove_files", lambda *_: 1 / 0)
    work(here, erasure.erase, deletions.KIND)

    with pytest.raises(Conflict, match="deletion-begun"), database.transaction() as session:
        deletions.take_back(session, actor(mei), mei.tenant, clock())


@pytest.mark.parametrize("typed", ["", "mei", SECRET + "!"])
def test_whoever_asks_writes_the_name(database, mei, clock, typed):
    with pytest.raises(Invalid, match="deletion-name"), database.transaction() as session:
        deletions.ask(session, actor(mei), mei.tenant, typed, clock())


def test_the_clock_follows_deletions():
    assert "webapp.services.deletions.follow" in EXPIRIES


def test_a_copy_holds_documents_material_films_consents_and_statements(here, database, mei, clock):
    with database.transaction() as session:
        takeouts.ask(session, mei.tenant, mei.user.id, clock())
    work(here, takeout.pack, takeouts.KIND)

    with database.reading() as session:
        packed = takeouts.latest(session, mei.tenant).takeout
    with zipfile.ZipFile(artefacts.named(here.settings.artefacts, packed.file)) as package:
        names = package.namelist()
        consent = json.loads(package.read("consents.json"))[0]
        project = json.loads(package.read(next(name for name in names if name.startswith("projects/"))))
    folders = {name.partition("/")[0] for name in names}
    assert folders >= {"projects", "material", "exports", "statements", "consents.json", "lexicon.json", "presenters.json"}
    assert (consent["subject_name"], project["title"]) == (SECRET, SECRET)
    assert packed.bytes > 0


def test_a_copy_goes_after_a_week(here, database, mei, clock):
    with database.transaction() as session:
        takeouts.ask(session, mei.tenant, mei.user.id, clock())
    work(here, takeout.pack, takeouts.KIND)
    with database.transaction() as session:
        packed = takeouts.latest(session, mei.tenant).takeout
        takeout.clear_out(session, packed.expires_at)

    assert not artefacts.named(here.settings.artefacts, packed.file).exists()


def test_scenes_that_were_paid_for_long_ago_are_forgotten_and_the_books_stay_right(database, mei, clock):
    with database.transaction() as session:
        settlement.forget_paid_scenes(session, clock() + timedelta(days=89))
        assert session.scalars(sa.select(PaidScene)).all()
        settlement.forget_paid_scenes(session, clock() + timedelta(days=91))
        assert session.scalars(sa.select(PaidScene)).all() == []

    assert differences(database) == []
