"""Exports paid by the ledger: exact before, held at order, charged once for a scene, given back when nothing comes of it."""

import shutil
from datetime import timedelta

import pytest

from render.timeline import codec
from tests import exporting
from tests.accounts import NOW, differences, given, left, opened
from webapp.database import Database
from webapp.ledger.kinds import Kind
from webapp.models.export import Export, ExportState
from webapp.models.project import Project, Snapshot
from webapp.models.tenant import TenantKind
from webapp.services import entitlements, exports, jobs, quotes, reversals, settlement, welcome
from webapp.services.entitlements import Insufficient

LINES = tuple(f"第{number}幕的话要说得清楚" for number in range(8))
POOL = 600_000


@pytest.fixture
def database(tmp_path, blank_database):
    """Tables and no rows, without an application around them."""
    made = Database(f"sqlite:///{shutil.copy(blank_database, tmp_path / 'books.sqlite3')}")
    yield made
    made.dispose()


@pytest.fixture
def studio(database, monkeypatch):
    """A tenant with ten minutes and nothing else."""
    monkeypatch.setattr(welcome, "give", lambda *_: None)
    tenant, (mei, *_) = opened(database)
    given(database, tenant, Kind.VIDEO, POOL)
    return database, tenant, mei


def kept(studio, *lines):
    """A voiced project of one scene a line."""
    database, tenant, _ = studio
    project = exporting.keep(database, tenant, exporting.small_document(*lines))
    exporting.voice(database, tenant, project.id)
    return project


def changed(studio, project, document):
    """The project's next revision, voiced."""
    database, tenant, _ = studio
    with database.transaction() as session:
        row = session.get_one(Project, project.id)
        row.revision += 1
        session.add(Snapshot(project_id=row.id, revision=row.revision, document=codec.write(document).decode()))
    exporting.voice(database, tenant, project.id)


def offered(studio, project, now=NOW, preset="720p", user=None):
    database, tenant, mei = studio
    with database.transaction() as session:
        return quotes.make(session, tenant, project.id, preset=preset, language="zh", now=now, user_id=(user or mei).id)


def ordered(studio, export, now=NOW):
    database, tenant, mei = studio
    with database.transaction() as session:
        return exports.order(session, tenant, export.id, now, user_id=mei.id)


def finished(studio, export, now=NOW):
    database, _, _ = studio
    with database.transaction() as session:
        claim = jobs.claim(session, session.get_one(Export, export.id).job_id, "worker", now=now)
        exports.begin(session, export.id)
        exports.publish(session, export.id)
        jobs.finish(session, claim.job_id, claim.fence, now=now)
        return exports.complete(session, export.id, {"video": "a.mp4"}, export.quote["milliseconds"], now)


def made(studio, project, now=NOW, preset="720p"):
    export = offered(studio, project, now, preset).export
    ordered(studio, export, now)
    return finished(studio, export, now)


def test_three_of_eight_changed_scenes_cost_their_own_length(studio):
    database, _, _ = studio
    project = kept(studio, *LINES)
    first = made(studio, project)
    lines = [f"{line}了" if number in {1, 4, 6} else line for number, line in enumerate(LINES)]
    changed(studio, project, exporting.small_document(*lines))
    second = offered(studio, project).export

    assert first.quote["charge"] == first.quote["milliseconds"] == sum(first.quote["scenes"])
    assert len(second.quote["owed"]) == 3
    assert second.quote["charge"] == sum(second.quote["scenes"][number] for number in (1, 4, 6)) < second.quote["milliseconds"]
    ordered(studio, second)
    assert left(database, studio[1])[1] == second.quote["charge"]
    finished(studio, second)
    used = first.quote["charge"] + second.quote["charge"]
    assert left(database, studio[1]) == (POOL - used, 0, used, 0)
    assert differences(database) == []


def test_the_same_film_again_costs_nothing_for_ninety_days(studio):
    project = kept(studio, "你好", "再见")
    price = made(studio, project).quote["charge"]
    last_day = NOW + timedelta(days=90) - timedelta(microseconds=1)

    assert offered(studio, project, last_day).export.quote["charge"] == 0
    assert offered(studio, project, NOW + timedelta(days=90)).export.quote["charge"] == price > 0
    assert made(studio, project, last_day).quote["charge"] == 0
    assert left(studio[0], studio[1])[2] == price


def test_music_logo_and_caption_style_change_nothing_that_was_paid_for(studio):
    project = kept(studio, "你好", "再见")
    made(studio, project)
    document = exporting.small_document("你好", "再见")
    shown = document.captions.model_copy(update={"visible": not document.captions.visible})
    logo = exporting.small_document("标").scenes[0].layers[0].model_copy(update={"id": "logo"})
    track = {"id": "t9", "layers": [logo.model_dump(mode="json")]}
    data = document.model_dump(mode="json") | {"captions": shown.model_dump(mode="json"), "tracks": [track]}
    changed(studio, project, codec.read(data))

    assert offered(studio, project).export.quote["charge"] == 0


@pytest.mark.parametrize("change", ["resolution", "canvas"])
def test_another_resolution_or_shape_is_paid_for_by_itself(studio, change):
    project = kept(studio, "你好")
    made(studio, project)
    preset = "1080p" if change == "resolution" else "720p"
    if change == "canvas":
        document = exporting.small_document("你好")
        changed(studio, project, document.model_copy(update={"canvas": document.canvas.model_copy(update={"width_px": 1920})}))

    assert offered(studio, project, preset=preset).export.quote["charge"] > 0


def test_another_project_pays_for_the_same_scene(studio):
    made(studio, kept(studio, "你好"))

    assert offered(studio, kept(studio, "你好")).export.quote["charge"] > 0


def test_of_two_films_ordered_at_once_the_second_to_finish_pays_only_for_what_is_new(studio):
    database, tenant, _ = studio
    project = kept(studio, "你好", "再见")
    first = offered(studio, project).export
    ordered(studio, first)
    changed(studio, project, exporting.small_document("你好", "再会"))
    second = offered(studio, project).export
    ordered(studio, second)
    price = first.quote["charge"]
    assert left(database, tenant)[1] == price + second.quote["charge"]
    finished(studio, first)
    finished(studio, second)

    assert left(database, tenant) == (POOL - price - second.quote["scenes"][1], 0, price + second.quote["scenes"][1], 0)
    assert differences(database) == []


def test_a_quote_that_waits_becomes_cheaper_and_never_dearer(studio):
    project = kept(studio, "你好", "再见")
    first = offered(studio, project).export
    made(studio, project, preset="1080p")
    with studio[0].transaction() as session:
        copy = {name: getattr(first, name) for name in ("tenant_id", "project_id", "revision", "language", "preset", "manifest", "quote")}
        session.add(Export(id="0" * 32, created_at=NOW, **copy))
    made(studio, project)
    waiting = ordered(studio, Export(id="0" * 32))

    assert waiting.quote["charge"] > 0
    assert left(studio[0], studio[1])[1] == 0


def test_too_little_is_said_in_the_offer_and_refused_at_the_order(studio):
    database, tenant, _ = studio
    project = kept(studio, "你好", "再见")
    with database.transaction() as session:
        entitlements.use(session, tenant, entitlements.Wish(kind=Kind.VIDEO, amount=POOL - 500, subject="live:1"), NOW)
    offer = offered(studio, project)

    assert (offer.short.code, offer.short.facts["available"], offer.balance.available) == ("entitlement-short", "0:00", 500)
    with pytest.raises(Insufficient):
        ordered(studio, offer.export)
    with database.reading() as session:
        assert session.get_one(Export, offer.export.id).state is ExportState.QUOTED


def test_an_export_that_ends_without_a_film_costs_nothing_and_paid_for_nothing(studio):
    database, tenant, _ = studio
    project = kept(studio, "你好")
    export = offered(studio, project).export
    ordered(studio, export)
    with database.transaction() as session:
        exports.cancel(session, tenant, export.id, NOW)

    assert left(database, tenant) == (POOL, 0, 0, 0)
    assert offered(studio, project).export.quote["charge"] == export.quote["charge"] > 0


def test_a_film_that_is_taken_back_is_paid_for_anew(studio):
    database, tenant, _ = studio
    project = kept(studio, "你好")
    export = made(studio, project)
    with database.transaction() as session:
        rows = session.execute(entitlements.consumption([tenant.id])).all()
        reversals.reverse(session, tenant, rows[0].Journal.id, reason="broken", user_id=None, now=NOW)

    assert left(database, tenant) == (POOL, 0, 0, 0)
    assert offered(studio, project).export.quote["charge"] == export.quote["charge"]


def test_consumption_tells_who_made_what_for_which_project(studio):
    database, tenant, mei = studio
    project = kept(studio, "你好")
    export = made(studio, project)
    with database.reading() as session:
        (row,) = session.execute(entitlements.consumption([tenant.id])).all()

    assert (row.User.id, row.Project.id, row.Journal.subject) == (mei.id, project.id, f"export:{export.id}")
    assert row.Entry.amount == export.quote["charge"]


def test_an_export_whose_workers_all_died_gives_its_hold_back_at_the_sweep(studio):
    database, tenant, _ = studio
    export = ordered(studio, offered(studio, kept(studio, "你好")).export)
    now = NOW
    for attempt in range(exports.ATTEMPTS_MAX):
        with database.transaction() as session:
            assert jobs.claim(session, export.job_id, f"worker {attempt}", now=now)
            exports.begin(session, export.id)
        assert left(database, tenant)[1] == export.quote["charge"]
        now += timedelta(seconds=jobs.LEASE_S + 1)
        with database.transaction() as session:
            for job in jobs.sweep(session, now):
                exports.ended(session, job)

    assert left(database, tenant) == (POOL, 0, 0, 0)
    assert differences(database) == []


def test_holds_that_nobody_will_capture_are_swept(studio):
    database, tenant, _ = studio
    going, gone = kept(studio, "你好"), kept(studio, "再见")
    exported = [offered(studio, project).export for project in (going, gone)]
    for export in exported:
        ordered(studio, export)
    with database.transaction() as session:
        session.delete(session.get_one(Project, gone.id))
    with database.transaction() as session:
        settlement.sweep_holds(session, NOW)
    assert left(database, tenant)[1] == exported[0].quote["charge"]
    with database.transaction() as session:
        session.get_one(Export, exported[0].id).state = ExportState.FAILED
    with database.transaction() as session:
        settlement.sweep_holds(session, NOW)

    assert left(database, tenant) == (POOL, 0, 0, 0)
    assert differences(database) == []


def test_an_export_from_before_there_were_accounts_ends_without_them(studio):
    database, tenant, _ = studio
    project = kept(studio, "你好")
    export = offered(studio, project).export
    with database.transaction() as session:
        row = session.get_one(Export, export.id)
        row.settlement_ref = f"free:{row.id}"
        settlement.LedgerSettlement().capture(session, row, 1_000, NOW)
        settlement.LedgerSettlement().release(session, row, NOW)

    assert left(database, tenant) == (POOL, 0, 0, 0)


def test_a_new_personal_tenant_is_welcomed_once_with_minutes_marked_as_a_test(database):
    tenant, _ = opened(database, TenantKind.PERSONAL)
    for _ in range(2):
        with database.transaction() as session:
            welcome.give(session, tenant, NOW)

    assert left(database, tenant) == (3_600_000, 0, 0, 0)
    assert left(database, tenant, now=NOW + timedelta(days=30)) == (0, 0, 0, 3_600_000)


@pytest.mark.parametrize(("minutes", "days", "given_ms", "forever"), [(5, 0, 300_000, True), (5, 7, 300_000, False), (0, 7, 0, False)])
def test_the_operator_decides_what_the_welcome_is(database, minutes, days, given_ms, forever):
    tenant, _ = opened(database, TenantKind.PERSONAL)
    with database.transaction() as session:
        welcome.change(session, minutes, days, NOW)
        welcome.give(session, tenant, NOW)

    assert left(database, tenant)[0] == given_ms
    assert left(database, tenant, now=NOW + timedelta(days=1_000))[0] == (given_ms if forever else 0)
