import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from webapp.database import Database
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.audit import AuditEntry
from webapp.models.everything import METADATA
from webapp.models.staff import StaffRole
from webapp.models.tenant import Role, TenantKind
from webapp.services import audit, bindings, members, people, signin, staff, tenants, visits
from webapp.services.people import Address
from webapp.services.tenants import Opening, Terms


def identities(world, name):
    user = world.user(name)
    with world.database.reading() as session:
        return [(each.tenant.kind.value, each.tenant.name, each.role.value) for each in people.identities(session, user.id)]


def test_a_new_administrator_gets_a_personal_tenant_beside_the_enterprise(world):
    world.enterprise()

    assert identities(world, "admin") == [("personal", "admin", "admin"), ("enterprise", "Acme", "admin")]


def test_one_address_holds_several_identities(world):
    world.enterprise(admin="mei")
    world.enterprise("Other", admin="olga", staff_of=("mei",))
    world.agent(admin="mei")
    world.employ("mei", StaffRole.ADMIN)

    kinds = [kind for kind, _, _ in identities(world, "mei")]
    assert kinds == ["personal", "enterprise", "enterprise", "agent", "operator"]


def test_a_client_code_is_given_once(world):
    world.enterprise()

    with pytest.raises(Conflict) as refused:
        world.enterprise()
    assert refused.value.code == "client-code-taken"


@pytest.mark.parametrize("discount", [0, 1001, -1])
def test_a_discount_lies_between_nothing_and_the_full_price(world, discount):
    with pytest.raises(Invalid):
        world.agent(terms=Terms(discount))


def test_agents_have_two_levels_and_no_more(world):
    first = world.agent()
    with world.database.reading() as session:
        code = tenants.agent_of(session, first).code
    second = world.agent("Second", "second", Terms(800, code))
    with world.database.reading() as session:
        deeper = tenants.agent_of(session, second)
        assert deeper.parent_id == first.id
    with pytest.raises(Invalid):
        world.agent("Third", "third", Terms(900, deeper.code))


def test_the_same_name_of_a_field_is_said_that_is_wrong(world):
    opening = Opening("  ", "C-1", "Sam", "Carol", Address("email", "a@example.com"))
    with pytest.raises(Invalid) as refused, world.database.transaction() as session:
        tenants.open_enterprise(session, audit.SYSTEM, opening, world.clock(), language="en")
    assert refused.value.field == "company"


def test_a_removed_member_is_out_at_once(world):
    tenant = world.enterprise(staff_of=("li",))
    li = world.enter("li", tenant)
    with world.database.transaction() as session:
        member = people.membership(session, tenant.id, li.user.id)
        members.remove(session, audit.SYSTEM, tenant, member.id, world.clock())

    assert li.client.get("/projects").location.startswith("/signin")


def test_the_administrator_is_not_removed_and_hands_over_instead(world):
    tenant = world.enterprise(staff_of=("li",))
    admin, li = world.user("admin"), world.user("li")
    with world.database.transaction() as session:
        ruler, member = people.membership(session, tenant.id, admin.id), people.membership(session, tenant.id, li.id)
        with pytest.raises(Conflict):
            members.remove(session, audit.SYSTEM, tenant, ruler.id, world.clock())
        members.hand_over(session, audit.SYSTEM, tenant, member.id, world.clock())
        assert (ruler.role, member.role) == (Role.MEMBER, Role.ADMIN)
        with pytest.raises(Conflict):
            members.hand_over(session, audit.SYSTEM, tenant, member.id, world.clock())
        assert tenants.admin_of(session, tenant.id).id == li.id


def test_the_same_person_is_added_once(world):
    world.enterprise()
    with pytest.raises(Conflict) as refused:
        world.enterprise("Other", admin="olga", staff_of=("li", "li"))
    assert refused.value.code == "member-there"


def test_another_tenants_member_is_not_found(world):
    mine, other = world.enterprise(), world.enterprise("Other", admin="olga")
    with world.database.transaction() as session:
        foreign = people.membership(session, other.id, tenants.admin_of(session, other.id).id)
        with pytest.raises(NotFound):
            members.find(session, mine, foreign.id)


def test_somebody_always_manages_the_staff(world):
    world.employ("boss", StaffRole.ADMIN)
    boss = world.user("boss")
    for change in (
        lambda session: staff.dismiss(session, audit.SYSTEM, boss.id, world.clock()),
        lambda session: staff.employ(session, audit.SYSTEM, boss, [StaffRole.SALES], world.clock()),
    ):
        with pytest.raises(Conflict), world.database.transaction() as session:
            change(session)


def test_staff_who_are_dismissed_are_out_at_once(world):
    console = world.employ("boss", StaffRole.ADMIN)
    world.employ("sal", StaffRole.SALES)
    sal = world.enter("sal", console)
    with world.database.transaction() as session:
        staff.dismiss(session, audit.SYSTEM, sal.user.id, world.clock())

    assert sal.client.get("/operator/tenants").location.startswith("/signin")
    assert identities(world, "sal") == [("personal", "sal", "admin")]


def test_work_without_any_kind_is_refused(world):
    with pytest.raises(Invalid):
        world.employ("boss")


@pytest.fixture
def visit(world):
    """Try to go into a tenant's studio under an identity."""

    def go(who, identity, tenant, reason="Asked to help"):
        with world.database.transaction() as session:
            return visits.enter(session, world.actor(who), identity, tenant.id, world.clock(), reason=reason)

    return go


def test_an_agent_goes_in_where_it_is_let_in(world, visit):
    customer, agent = world.enterprise(), world.agent()
    world.bind(customer, agent, may_visit=True)

    assert visit("rep", agent, customer).id == customer.id
    with world.database.reading() as session:
        assert session.exec(select(AuditEntry.facts).where(AuditEntry.verb == "tenant.visited")).one()["reason"] == "Asked to help"


def test_an_agent_stays_out_where_it_is_not(world, visit):
    customer, agent = world.enterprise(), world.agent()
    world.bind(customer, agent)

    with pytest.raises(NotFound):
        visit("rep", agent, customer)
    with pytest.raises(NotFound):
        visit("rep", agent, world.enterprise("Other", admin="olga"))


def test_staff_go_in_if_their_work_permits_it_and_say_why(world, visit):
    world.employ("boss", StaffRole.ADMIN)
    console, customer = world.employ("sal", StaffRole.SALES), world.enterprise()

    with pytest.raises(NotFound):
        visit("sal", console, customer)
    with pytest.raises(Invalid):
        visit("boss", console, customer, reason="  ")
    assert visit("boss", console, customer).id == customer.id


def test_a_visit_is_over_when_the_binding_is(world):

    customer, agent = world.enterprise(), world.agent()
    world.bind(customer, agent, may_visit=True)
    rep = world.user("rep")
    with world.database.transaction() as session:
        token = signin.open_login(session, rep, None, world.clock())
        token = signin.switch(session, signin.recognise(session, token, world.clock()), agent.id, world.clock())
        token = signin.visit(session, signin.recognise(session, token, world.clock()), customer.id, world.clock())
        assert signin.recognise(session, token, world.clock()).tenant.id == customer.id
        bindings.unbind(session, audit.SYSTEM, customer.id, world.clock())
        assert signin.recognise(session, token, world.clock()).tenant.id == agent.id


def test_nobody_switches_to_what_is_not_hers(world):
    tenant, mei = world.enterprise(), world.user("mei")
    with world.database.transaction() as session:
        present = signin.recognise(session, signin.open_login(session, mei, None, world.clock()), world.clock())
        with pytest.raises(NotFound):
            signin.switch(session, present, tenant.id, world.clock())


def test_switching_ends_the_token_before(world):
    tenant, admin = world.enterprise(), world.user("admin")
    with world.database.transaction() as session:
        former = signin.open_login(session, admin, None, world.clock())
        later = signin.switch(session, signin.recognise(session, former, world.clock()), tenant.id, world.clock())
        assert signin.recognise(session, former, world.clock()) is None
        assert signin.recognise(session, later, world.clock()).tenant.id == tenant.id


def test_the_next_sign_in_is_under_the_identity_of_the_last(world):
    tenant = world.enterprise()
    admin = world.user("admin")
    with world.database.transaction() as session:
        present = signin.recognise(session, signin.open_login(session, admin, None, world.clock()), world.clock())
        world.clock.forward(minutes=1)
        signin.switch(session, present, tenant.id, world.clock())
        world.clock.forward(minutes=1)
        token = signin.open_login(session, admin, None, world.clock())
        assert signin.recognise(session, token, world.clock()).tenant.id == tenant.id


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET verb = 'nothing'", "DELETE FROM audit_entry"])
def test_the_audit_log_refuses_changes_on_both_databases(world, postgres_url, statement):
    other = Database(postgres_url)
    METADATA.create_all(other.engine)
    for database in (world.database, other):
        with database.transaction() as session:
            audit.note(session, audit.SYSTEM, "tenant.opened", audit.Subject("tenant", "t"), world.clock())
        with pytest.raises(DBAPIError, match="only added to"), database.transaction() as session:
            session.execute(sa.text(statement))
    other.dispose()


def test_names_are_tidied_and_refused_when_nothing_is_left():
    assert people.tidy_name("  a\u0000\n b ") == "a b"
    for name in ("", " \n", "x" * 101):
        with pytest.raises(Invalid):
            people.tidy_name(name)


def test_kinds_are_told_apart(world):
    agent = world.agent()
    with world.database.transaction() as session:
        assert tenants.find(session, agent.id).agent.discount == 655
        tenants.change_discount(session, audit.SYSTEM, agent.id, 700, world.clock())
        assert tenants.agent_of(session, agent).discount == 700
        with pytest.raises(NotFound):
            tenants.find(session, staff.console(session, world.clock()).id)
        with pytest.raises(NotFound):
            tenants.agent_of(session, world_personal(session, world))
    assert agent.kind is TenantKind.AGENT


def world_personal(session, world):
    return people.personal_tenant(session, people.find(session, Address("email", "rep@example.com")).id)
