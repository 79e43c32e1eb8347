import pytest

from webapp.errors import Conflict, Forbidden, NotFound
from webapp.models.approval import ApprovalState
from webapp.models.staff import StaffRole
from webapp.services import approvals
from webapp.services.approvals import Request

EARLY = Request("early-delivery", "draft-1", (StaffRole.SALES, StaffRole.PRODUCT))


@pytest.fixture
def staff(world):
    """Everybody with her work; `asker` does all of it."""
    world.employ("asker", StaffRole.ADMIN, StaffRole.SALES, StaffRole.PRODUCT)
    world.employ("sal", StaffRole.SALES)
    world.employ("pat", StaffRole.PRODUCT)
    world.employ("both", StaffRole.SALES, StaffRole.PRODUCT)
    world.employ("boss", StaffRole.ADMIN)
    return world


@pytest.fixture
def asked(staff):
    with staff.database.transaction() as session:
        return approvals.ask(session, staff.actor("asker"), EARLY, staff.clock())


def decide(world, approval, who, role, *, agrees=True):
    with world.database.transaction() as session:
        return approvals.decide(session, world.actor(who), approval.id, role, world.clock(), agrees=agrees).state


def is_approved(world):
    with world.database.reading() as session:
        return approvals.is_approved(session, "early-delivery", "draft-1")


def test_it_takes_every_role(staff, asked):
    assert decide(staff, asked, "sal", StaffRole.SALES) is ApprovalState.OPEN
    assert not is_approved(staff)
    assert decide(staff, asked, "pat", StaffRole.PRODUCT) is ApprovalState.APPROVED
    assert is_approved(staff)


def test_one_person_with_both_roles_speaks_once(staff, asked):
    decide(staff, asked, "both", StaffRole.SALES)

    with pytest.raises(Forbidden) as refused:
        decide(staff, asked, "both", StaffRole.PRODUCT)
    assert refused.value.code == "approval-twice"


def test_nobody_decides_on_what_she_asked_for(staff, asked):
    with pytest.raises(Forbidden) as refused:
        decide(staff, asked, "asker", StaffRole.SALES)
    assert refused.value.code == "approval-own"


def test_nobody_speaks_in_a_role_that_is_not_hers(staff, asked):
    with pytest.raises(Forbidden):
        decide(staff, asked, "sal", StaffRole.PRODUCT)


def test_the_administration_stands_in_for_any_role_but_for_one_only(staff, asked):
    decide(staff, asked, "boss", StaffRole.PRODUCT)

    with pytest.raises(Forbidden):
        decide(staff, asked, "boss", StaffRole.SALES)


def test_one_refusal_ends_it(staff, asked):
    assert decide(staff, asked, "sal", StaffRole.SALES, agrees=False) is ApprovalState.REFUSED

    with pytest.raises(Conflict):
        decide(staff, asked, "pat", StaffRole.PRODUCT)
    assert not is_approved(staff)


def test_a_role_speaks_once(staff, asked):
    decide(staff, asked, "sal", StaffRole.SALES)

    with pytest.raises(Conflict):
        decide(staff, asked, "both", StaffRole.SALES)


def test_the_same_is_not_asked_for_twice_at_once(staff, asked):
    with pytest.raises(Conflict), staff.database.transaction() as session:
        approvals.ask(session, staff.actor("sal"), EARLY, staff.clock())


def test_only_whoever_asked_takes_it_back(staff, asked):
    with pytest.raises(Forbidden), staff.database.transaction() as session:
        approvals.withdraw(session, staff.actor("sal"), asked.id, staff.clock())
    with staff.database.transaction() as session:
        approvals.withdraw(session, staff.actor("asker"), asked.id, staff.clock())
    with pytest.raises(Conflict), staff.database.transaction() as session:
        approvals.withdraw(session, staff.actor("asker"), asked.id, staff.clock())


def test_what_was_not_asked_for_is_not_found(staff):
    with staff.database.reading() as session, pytest.raises(NotFound):
        approvals.find(session, "0" * 32)
