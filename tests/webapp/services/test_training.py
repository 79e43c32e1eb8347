"""The training queue: what waits, who decides, what is written down; and what a presenter is between brought and used."""

import pytest
from sqlmodel import select

from render.timeline import starters
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.audit import AuditEntry
from webapp.models.presenter import Consent, Outfit, Presenter, PresenterKind, PresenterState
from webapp.servers import AvatarServer
from webapp.services import consents, favourites, jobs, mouths, outfits, presenter_samples, presenters, training
from webapp.services.audit import Actor
from webapp.services.presenters import Findings

OPERATOR = Actor("u", "Op", "i")
SERVER = AvatarServer("http://gpu:7860", "musetalk")


@pytest.fixture
def waiting(database, signed_in, clock):
    """A clip that passed the machine's check and waits for the operator; gives its id."""
    with database.transaction() as session:
        consent = Consent(tenant_id=signed_in.tenant.id, subject_name="Mei", statement="I agree", created_at=clock())
        session.add(consent)
        session.flush()
        presenter = Presenter(
            tenant_id=signed_in.tenant.id, name="Mei", kind=PresenterKind.CLIP, consent_id=consent.id, verdict={"sex": "female"}
        )
        session.add(presenter)
        session.flush()
        presenters.judged(session, presenter.id, Findings(facts={"seconds": 31}, notes=("not-for-live-plain",)), reviewed=True)
        return presenter.id


def state_of(database, presenter_id):
    with database.reading() as session:
        return session.get(Presenter, presenter_id).state


def test_a_good_upload_waits_for_the_operator_and_may_not_be_rendered(database, waiting, signed_in):
    assert state_of(database, waiting) is PresenterState.REVIEW
    with database.reading() as session:
        assert [entry.presenter.id for entry in training.waiting(session)] == [waiting]
        assert consents.refusal(session, signed_in.tenant.id, waiting, 1).code == "presenter-unready"


def test_without_review_a_good_upload_is_ready_at_once(database, waiting):
    with database.transaction() as session:
        presenters.judged(session, waiting, Findings(), reviewed=False)
    assert state_of(database, waiting) is PresenterState.READY


def test_an_approval_lets_it_be_used_and_is_written_down(database, waiting, signed_in, clock):
    with database.transaction() as session:
        training.approve(session, OPERATOR, waiting, clock())
    with database.reading() as session:
        assert consents.refusal(session, signed_in.tenant.id, waiting, 1) is None
        assert "presenter.approved" in [entry.verb for entry in session.exec(select(AuditEntry))]


def test_what_is_sent_back_says_why(database, waiting, clock):
    with database.transaction() as session:
        with pytest.raises(Invalid):
            training.send_back(session, OPERATOR, waiting, "  ", clock())
        training.send_back(session, OPERATOR, waiting, "Too dark: record by a window.", clock())
    with database.reading() as session:
        presenter = session.get(Presenter, waiting)
        assert (presenter.state, presenter.note) == (PresenterState.SENT_BACK, "Too dark: record by a window.")


def test_a_decision_is_made_once(database, waiting, clock):
    with database.transaction() as session:
        training.approve(session, OPERATOR, waiting, clock())
        with pytest.raises(Conflict):
            training.send_back(session, OPERATOR, waiting, "no", clock())


def test_nothing_is_approved_whose_consent_was_withdrawn(database, waiting, signed_in, clock):
    with database.transaction() as session:
        presenters.withdraw(session, signed_in.tenant, waiting, clock())
        with pytest.raises(Conflict):
            training.approve(session, OPERATOR, waiting, clock())


def test_two_ways_are_compared_and_no_more(database, waiting, clock):
    with database.transaction() as session:
        with pytest.raises(Invalid):
            training.try_out(session, OPERATOR, waiting, ["screen"], clock())
        job = training.try_out(session, OPERATOR, waiting, ["screen", "person"], clock())
    assert (job.kind, job.subject_id) == ("trial", waiting)
    with database.transaction() as session:
        training.tried(session, waiting)
        assert training.entry(session, waiting).trials == ("screen", "person")


def test_another_matting_has_it_made_anew(database, waiting, clock):
    with database.transaction() as session:
        job = training.remake(session, OPERATOR, waiting, "person", clock())
        assert (job.kind, job.queue) == ("ingest", jobs.LONG)
        assert session.get(Presenter, waiting).options["matting"] == "person"
    assert state_of(database, waiting) is PresenterState.CHECKING


def test_who_moves_the_mouth_is_chosen_of_what_there_is_also_after_approval(database, waiting, signed_in, clock):
    with database.transaction() as session:
        with pytest.raises(Invalid):
            training.choose_mouth(session, OPERATOR, waiting, "musetalk", clock(), offered=mouths.choices(None))
        training.approve(session, OPERATOR, waiting, clock())
        training.choose_mouth(session, OPERATOR, waiting, "musetalk", clock(), offered=mouths.choices(SERVER))
    document = starters.from_script("Hello", canvas=presenter_samples.CANVAS, language="en", voice="af_heart", presenter=waiting, title="")
    with database.reading() as session:
        assert mouths.outside(session, signed_in.tenant.id, document) == {waiting: "musetalk"}
        assert "presenter.mouth" in [entry.verb for entry in session.exec(select(AuditEntry))]


def test_mouths_are_compared_where_there_are_two_and_what_fails_is_told(database, waiting, clock):
    with database.transaction() as session:
        with pytest.raises(Invalid):
            training.compare_mouths(session, OPERATOR, waiting, mouths.choices(None), clock())
        job = training.compare_mouths(session, OPERATOR, waiting, mouths.choices(SERVER), clock())
    assert (job.kind, job.subject_id) == ("mouth-trial", waiting)
    with database.transaction() as session:
        training.mouths_tried(session, waiting, failed="avatar-away")
        assert training.entry(session, waiting).mouth_trials == ()
        assert session.get(Presenter, waiting).options["mouths-failed"] == "avatar-away"


def test_a_trial_that_was_not_made_is_not_found(database, waiting, tmp_path):
    with database.reading() as session, pytest.raises(NotFound):
        training.trial_film(session, tmp_path, waiting, "screen")


def test_a_presenter_has_at_most_three_sets(database, waiting, signed_in, clock):
    with database.transaction() as session:
        with pytest.raises(Conflict):
            outfits.bring(session, signed_in.tenant, waiting, "a" * 32, name="Red", now=clock())
        training.approve(session, OPERATOR, waiting, clock())
        for number, name in enumerate(("Red", "Blue")):
            outfits.bring(session, signed_in.tenant, waiting, str(number) * 32, name=name, now=clock())
        with pytest.raises(Conflict):
            outfits.bring(session, signed_in.tenant, waiting, "9" * 32, name="Green", now=clock())
        outfits.judged(session, "0" * 32, Findings())
        outfits.judged(session, "1" * 32, Findings(("set-light",)))
        assert outfits.ready(session, [waiting]) == {waiting: (("0" * 32, "Red"),)}
        assert session.get(Outfit, "1" * 32).verdict["reasons"] == ["set-light"]


def test_another_tenants_presenter_gets_no_set(database, waiting, stranger, clock):
    with database.transaction() as session, pytest.raises(NotFound):
        outfits.bring(session, stranger.tenant, waiting, "a" * 32, name="Red", now=clock())


def test_favourites_come_and_go_and_are_ones_own(database, signed_in, stranger, clock):
    with database.transaction() as session:
        assert favourites.turn(session, signed_in.tenant, signed_in.user, "mei", clock())
        assert favourites.of(session, signed_in.tenant, signed_in.user) == {"mei"}
        assert favourites.of(session, stranger.tenant, stranger.user) == frozenset()
        assert not favourites.turn(session, signed_in.tenant, signed_in.user, "mei", clock())
        with pytest.raises(NotFound):
            favourites.turn(session, signed_in.tenant, signed_in.user, "nobody", clock())


def test_a_consent_that_was_given_for_a_time_ends(database, waiting, signed_in, clock):
    with database.transaction() as session:
        presenter = session.get(Presenter, waiting)
        session.get(Consent, presenter.consent_id).expires_at = clock().replace(year=2020)
        assert consents.code_of(session, presenter) == "consent-expired"
