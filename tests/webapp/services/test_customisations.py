"""Customisations: a right for each presenter that the operator trains, held, used or given back, and visible in the account."""

import pytest
from sqlmodel import select

from tests.accounts import differences, given, left
from webapp.errors import Conflict
from webapp.ledger.kinds import Kind
from webapp.models.identity import User
from webapp.models.presenter import Consent, Presenter, PresenterState
from webapp.services import consents, customisations, entitlements, presenters, training
from webapp.services.audit import Actor
from webapp.services.consents import Evidence, Given
from webapp.services.entitlements import CapReached, Insufficient
from webapp.services.presenters import Brought, Findings

OPERATOR = Actor("o" * 32, "operator", "")


@pytest.fixture
def studio(world):
    """An enterprise with two members and two customisations."""
    tenant = world.enterprise(staff_of=("li", "wu"))
    given(world.database, tenant, Kind.PRESENTER, 2, world.clock())
    return tenant


def brought(world, tenant, who="li", *, takes_right=True):
    told = Given("Lin Mei", "Lin Mei", "en", consents.digest_of(consents.statement("en", "Lin Mei", tenant.name)), agreed=True)
    with world.database.transaction() as session:
        user = session.get(User, world.user(who).id)
        presenter, _ = presenters.bring(
            session, tenant, user, Brought(presenters.new_portrait_id(), "female", told),
            evidence=Evidence("", ""), now=world.clock(), takes_right=takes_right,
        )  # fmt: skip
    return presenter.id


def judged(world, presenter_id, *reasons, **otherwise):
    with world.database.transaction() as session:
        if otherwise:
            presenters.not_judged(session, presenter_id, **otherwise)
        else:
            presenters.judged(session, presenter_id, Findings(reasons), reviewed=True)
        customisations.settle(session, presenter_id, world.clock())


def stands(world, tenant):
    """Available, held, used."""
    assert differences(world.database) == []
    return left(world.database, tenant, Kind.PRESENTER, world.clock())[:3]


def swept(world):
    with world.database.transaction() as session:
        customisations.sweep(session, world.clock())


def test_a_presenter_in_the_queue_holds_a_customisation_that_its_delivery_uses(world, studio):
    presenter_id = brought(world, studio)
    judged(world, presenter_id)
    assert stands(world, studio) == (1, 1, 0)

    with world.database.transaction() as session:
        training.approve(session, OPERATOR, presenter_id, world.clock())
    swept(world)

    assert stands(world, studio) == (1, 0, 1)
    with world.database.reading() as session:
        (row,) = session.execute(entitlements.consumption([studio.id])).all()
    assert (row.Journal.subject, row.Entry.user_id) == (f"presenter:{presenter_id}", world.user("li").id)


def test_a_presenter_that_is_sent_back_gives_it_back(world, studio):
    presenter_id = brought(world, studio)
    judged(world, presenter_id)

    with world.database.transaction() as session:
        training.send_back(session, OPERATOR, presenter_id, "Too dark.", world.clock())

    assert stands(world, studio) == (2, 0, 0)


def test_what_the_machine_refuses_gives_it_back_and_what_it_could_not_judge_waits(world, studio):
    refused, unjudged = brought(world, studio), brought(world, studio)

    judged(world, refused, "no-face")
    judged(world, unjudged, code="setup-incomplete")
    swept(world)

    assert stands(world, studio) == (1, 1, 0)


def test_a_presenter_that_is_deleted_or_erased_gives_it_back(world, studio):
    deleted, erased = brought(world, studio), brought(world, studio)

    with world.database.transaction() as session:
        presenters.delete(session, studio, deleted, world.clock())
        session.delete(session.get(Presenter, erased))
    assert stands(world, studio) == (1, 1, 0)
    swept(world)

    assert stands(world, studio) == (2, 0, 0)


def test_without_one_left_nothing_is_brought(world, studio):
    for _ in range(2):
        brought(world, studio)

    with pytest.raises(Insufficient, match="customisation-short"):
        brought(world, studio)

    assert stands(world, studio) == (0, 2, 0)
    with world.database.reading() as session:
        assert [len(session.exec(select(model)).all()) for model in (Presenter, Consent)] == [2, 2]


def test_a_members_share_counts(world, studio):
    with world.database.transaction() as session:
        entitlements.set_cap(session, studio, world.user("li").id, Kind.PRESENTER, 1)
    brought(world, studio)

    with pytest.raises(CapReached):
        brought(world, studio)
    brought(world, studio, "wu")


def test_where_nobody_looks_at_uploads_nothing_is_counted(world, studio):
    presenter_id = brought(world, studio, takes_right=False)

    judged(world, presenter_id)

    assert stands(world, studio) == (2, 0, 0)


def test_a_presenter_is_not_charged_twice_however_often_it_is_remade(world, studio):
    presenter_id = brought(world, studio)
    for _ in range(2):
        judged(world, presenter_id)
        with world.database.transaction() as session:
            session.get(Presenter, presenter_id).state = PresenterState.CHECKING
            customisations.settle(session, presenter_id, world.clock())
    judged(world, presenter_id)
    with world.database.transaction() as session:
        training.approve(session, OPERATOR, presenter_id, world.clock())
    with pytest.raises(Conflict), world.database.transaction() as session:
        training.approve(session, OPERATOR, presenter_id, world.clock())

    assert stands(world, studio) == (1, 0, 1)
