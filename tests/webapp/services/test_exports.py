"""An export's way from quote to film, and every way off it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests import exporting
from webapp.errors import Invalid, NotFound
from webapp.models.columns import new_id, utc_now
from webapp.models.export import Export, ExportState
from webapp.models.job import Job, JobState
from webapp.models.tenant import Tenant
from webapp.services import exports, jobs
from webapp.services.exports import ENDED, TRANSITIONS, OutOfTurn, moved


@pytest.fixture
def ledger(monkeypatch):
    return exporting.Ledger().install(monkeypatch)


@pytest.fixture
def tenant(any_database):
    with any_database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        return tenant


@pytest.fixture
def quoted(any_database, tenant):
    project = exporting.keep(any_database, tenant, exporting.small_document("你好", "再见"))
    exporting.voice(any_database, tenant, project.id)
    return exporting.quoted(any_database, tenant, project.id)


def ordered(database, tenant, export):
    with database.transaction() as session:
        return exports.order(session, tenant, export.id, utc_now())


def stored(database, export_id):
    with database.reading() as session:
        return session.get_one(Export, export_id)


def claimed(database, export):
    with database.transaction() as session:
        claim = jobs.claim(session, export.job_id, "worker")
        exports.begin(session, export.id)
    return claim


def test_every_way_leads_to_an_end():
    reached, edge = set(), {ExportState.QUOTED}
    while edge:
        reached |= edge
        edge = {to for state in edge for to in TRANSITIONS[state]} - reached

    assert reached == set(ExportState)
    assert {ExportState.DONE, ExportState.FAILED, ExportState.CANCELLED} == ENDED


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("to", sorted(ExportState))
def test_what_has_ended_stays_ended(state, to):
    if state is to:
        assert moved(state, to) is state
    else:
        with pytest.raises(OutOfTurn):
            moved(state, to)


@pytest.mark.parametrize("to", [ExportState.QUEUED, ExportState.RUNNING, ExportState.DONE])
def test_nothing_is_made_that_is_not_held(to):
    with pytest.raises(OutOfTurn):
        moved(ExportState.QUOTED, to)


def test_a_confirmed_quote_is_held_and_queued(any_database, tenant, quoted, ledger):
    export = ordered(any_database, tenant, quoted)

    assert (export.state, export.settlement_ref) == (ExportState.QUEUED, f"free:{export.id}")
    assert ledger.said == [("hold", export.id)]
    with any_database.reading() as session:
        job = session.get_one(Job, export.job_id)
    assert (job.kind, job.subject_id, job.queue, job.tenant_id) == ("export", export.id, "render", tenant.id)


def test_confirming_twice_is_one_order(any_database, tenant, quoted, ledger):
    first, second = ordered(any_database, tenant, quoted), ordered(any_database, tenant, quoted)

    assert first.job_id == second.job_id
    assert len(ledger.said) == 1


def test_a_hold_that_is_refused_leaves_the_quote_as_it_was(any_database, tenant, quoted, ledger, monkeypatch):
    def poor(*_, **__):
        raise Invalid("balance")

    monkeypatch.setattr(ledger, "hold", poor)
    with pytest.raises(Invalid):
        ordered(any_database, tenant, quoted)

    assert stored(any_database, quoted.id).state is ExportState.QUOTED
    with any_database.reading() as session:
        assert session.exec(select(Job)).all() == []


def test_a_queued_export_is_cancelled_at_once_and_its_hold_given_back(any_database, tenant, quoted, ledger):
    export = ordered(any_database, tenant, quoted)
    with any_database.transaction() as session:
        exports.cancel(session, tenant, export.id, utc_now())

    assert stored(any_database, export.id).state is ExportState.CANCELLED
    assert ledger.said == [("hold", export.id), ("release", export.id)]


def test_a_running_export_is_cancelled_when_its_worker_stops(any_database, tenant, quoted, ledger):
    claim = claimed(any_database, ordered(any_database, tenant, quoted))
    with any_database.transaction() as session:
        exports.cancel(session, tenant, quoted.id, utc_now())
    assert stored(any_database, quoted.id).state is ExportState.RUNNING
    with any_database.transaction() as session:
        exports.ended(session, jobs.stop(session, claim.job_id, claim.fence))

    assert stored(any_database, quoted.id).state is ExportState.CANCELLED
    assert ledger.said[-1] == ("release", quoted.id)


def test_a_quote_that_is_not_wanted_holds_nothing(any_database, tenant, quoted, ledger):
    with any_database.transaction() as session:
        exports.cancel(session, tenant, quoted.id, utc_now())

    assert stored(any_database, quoted.id).state is ExportState.CANCELLED
    assert ledger.said == []


def test_a_failed_job_fails_its_export_and_gives_the_hold_back_once(any_database, tenant, quoted, ledger):
    claim = claimed(any_database, ordered(any_database, tenant, quoted))
    with any_database.transaction() as session:
        job = jobs.fail(session, claim.job_id, claim.fence, "disk-full", {}, retry=False)
        exports.ended(session, job)
        exports.ended(session, job)

    assert stored(any_database, quoted.id).state is ExportState.FAILED
    assert ledger.said == [("hold", quoted.id), ("release", quoted.id)]


def test_an_attempt_that_is_made_again_shares_the_hold(any_database, tenant, quoted, ledger):
    claim = claimed(any_database, ordered(any_database, tenant, quoted))
    with any_database.transaction() as session:
        exports.publish(session, quoted.id)
        job = jobs.fail(session, claim.job_id, claim.fence, "unexpected", {}, retry=True)
        exports.ended(session, job)
    assert job.state is JobState.QUEUED
    claimed(any_database, stored(any_database, quoted.id))

    assert stored(any_database, quoted.id).state is ExportState.RUNNING
    assert ledger.said == [("hold", quoted.id)]


def test_a_finished_export_takes_what_was_made(any_database, tenant, quoted, ledger):
    claimed(any_database, ordered(any_database, tenant, quoted))
    with any_database.transaction() as session:
        exports.publish(session, quoted.id)
        exports.complete(session, quoted.id, {"video": "a.mp4"}, 2_000)

    export = stored(any_database, quoted.id)
    assert (export.state, exports.file_of(export, "video")) == (ExportState.DONE, "a.mp4")
    assert ledger.said[-1] == ("capture", quoted.id, 2_000)
    for name in ("srt", "bytes", "segments_reused"):
        with pytest.raises(NotFound):
            exports.file_of(export, name)


def failed(database, tenant, quoted):
    claim = claimed(database, ordered(database, tenant, quoted))
    with database.transaction() as session:
        exports.ended(session, jobs.fail(session, claim.job_id, claim.fence, "media", {}, retry=False))


def test_trying_again_is_a_new_order_of_the_same(any_database, tenant, quoted, ledger):
    failed(any_database, tenant, quoted)
    key = new_id()
    for _ in range(2):
        with any_database.transaction() as session:
            again = exports.retry(session, tenant, quoted.id, key=key, now=utc_now())

    assert (again.id, again.state, again.manifest, again.revision) == (key, ExportState.QUEUED, quoted.manifest, quoted.revision)
    assert [said[:2] for said in ledger.said] == [("hold", quoted.id), ("release", quoted.id), ("hold", key)]


def test_only_what_ended_without_a_film_is_tried_again(any_database, tenant, quoted):
    ordered(any_database, tenant, quoted)
    with pytest.raises(OutOfTurn), any_database.transaction() as session:
        exports.retry(session, tenant, quoted.id, key=new_id(), now=utc_now())


@pytest.mark.parametrize("key", ["", "x", "0" * 31, "Z" * 32, "0" * 32 + "\n"])
def test_a_new_export_has_a_proper_name(any_database, tenant, quoted, key):
    failed(any_database, tenant, quoted)
    with pytest.raises(Invalid), any_database.transaction() as session:
        exports.retry(session, tenant, quoted.id, key=key, now=utc_now())


def test_another_tenant_s_export_is_not_found(any_database, tenant, quoted):
    stranger = Tenant(name="stranger")
    with any_database.transaction() as session:
        session.add(stranger)
        session.flush()
        for look in (
            lambda: exports.find(session, stranger, quoted.id),
            lambda: exports.tell(session, stranger.id, quoted.id),
            lambda: exports.order(session, stranger, quoted.id, utc_now()),
            lambda: exports.cancel(session, stranger, quoted.id, utc_now()),
            lambda: exports.retry(session, stranger, quoted.id, key=new_id(), now=utc_now()),
        ):
            with pytest.raises(NotFound):
                look()
    assert stored(any_database, quoted.id).state is ExportState.QUOTED


def test_a_key_that_another_tenant_has_used_gives_nothing_away(any_database, tenant, quoted):
    failed(any_database, tenant, quoted)
    with any_database.transaction() as session:
        stranger = Tenant(name="stranger")
        session.add(stranger)
        session.flush()
    project = exporting.keep(any_database, stranger, exporting.small_document("别家"))
    exporting.voice(any_database, stranger, project.id)
    theirs = exporting.quoted(any_database, stranger, project.id)

    with pytest.raises(NotFound), any_database.transaction() as session:
        exports.retry(session, tenant, quoted.id, key=theirs.id, now=utc_now())


def test_the_list_shows_orders_and_no_quotes(any_database, tenant, quoted):
    with any_database.reading() as session:
        assert exports.all_of(session, tenant) == []
    ordered(any_database, tenant, quoted)
    with any_database.reading() as session:
        (told,) = exports.all_of(session, tenant, quoted.project_id)
        assert exports.all_of(session, tenant, new_id()) == []

    assert (told.export.id, told.project.id, told.job.subject_id) == (quoted.id, quoted.project_id, quoted.id)


def test_a_quote_is_forgotten_after_a_day_and_an_order_is_not(any_database, tenant, quoted):
    project = exporting.keep(any_database, tenant, exporting.small_document("你好"))
    exporting.voice(any_database, tenant, project.id)
    kept = ordered(any_database, tenant, exporting.quoted(any_database, tenant, project.id))
    for hours, left in ((23, {quoted.id, kept.id}), (25, {kept.id})):
        with any_database.transaction() as session:
            exports.forget_quotes(session, utc_now() + timedelta(hours=hours))
            assert {export.id for export in session.exec(select(Export))} == left
