"""The actors that consoles are tested with: an enterprise with its administrator and a member, an agent, the operator's staff."""

from dataclasses import dataclass

import pyotp
from flask import Flask

from tests.conftest import SECRET, FakeClock, Person
from webapp.database import Database
from webapp.models.identity import User
from webapp.models.staff import StaffRole
from webapp.models.tenant import Tenant
from webapp.services import audit, bindings, members, people, second_factor, signin, staff, tenants
from webapp.services.audit import Actor
from webapp.services.people import Address
from webapp.services.tenants import Opening, Terms

TERMS = Terms(655)


@dataclass(frozen=True)
class World:
    """A studio with everybody in it."""

    app: Flask
    database: Database
    clock: FakeClock

    def user(self, name: str) -> User:
        """Somebody, known by her e-mail address."""
        with self.database.transaction() as session:
            return people.find_or_open(session, Address("email", f"{name}@example.com"), "en", self.clock())

    def actor(self, name: str) -> Actor:
        """The same as she appears in the audit log."""
        user = self.user(name)
        return Actor(user.id, people.called(user), "")

    def enterprise(self, name: str = "Acme", admin: str = "admin", staff_of: tuple[str, ...] = ()) -> Tenant:
        """An enterprise with its administrator and these members."""
        opening = Opening(name, f"C-{name}", "Sam", "Carol", Address("email", f"{admin}@example.com"))
        with self.database.transaction() as session:
            tenant = tenants.open_enterprise(session, audit.SYSTEM, opening, self.clock(), language="en")
            for each in staff_of:
                address = Address("email", f"{each}@example.com")
                members.add(session, audit.SYSTEM, tenant, address, self.clock(), label="", language="en")
        return tenant

    def agent(self, name: str = "Reseller", admin: str = "rep", terms: Terms = TERMS) -> Tenant:
        """An agent with its representative."""
        opening = Opening(name, f"A-{name}", "Sam", "Carol", Address("email", f"{admin}@example.com"))
        with self.database.transaction() as session:
            return tenants.open_agent(session, audit.SYSTEM, opening, terms, self.clock(), language="en")

    def bind(self, customer: Tenant, agent: Tenant, *, may_visit: bool = False) -> None:
        """Make the customer the agent's."""
        with self.database.transaction() as session:
            bindings.bind(session, audit.SYSTEM, customer, agent, self.clock(), statement="As told.", may_visit=may_visit)

    def employ(self, name: str, *roles: StaffRole) -> Tenant:
        """Take somebody into the operator's staff."""
        user = self.user(name)
        with self.database.transaction() as session:
            staff.employ(session, audit.SYSTEM, user, roles, self.clock())
            return staff.console(session, self.clock())

    def enter(self, name: str, tenant: Tenant | None = None, *, proved: bool = True) -> Person:
        """Somebody signed in, under an identity (her own if none is given), her second factor given."""
        user = self.user(name)
        with self.database.transaction() as session:
            own = tenant or people.personal_tenant(session, user.id)
            token = signin.open_login(session, user, None, self.clock())
            token = signin.switch(session, signin.recognise(session, token, self.clock()), own.id, self.clock())
            if proved:
                token = signin.prove(session, signin.recognise(session, token, self.clock()), self.clock())
        client = self.app.test_client()
        client.set_cookie(f"piying_login_{self.app.extensions['piying'][0].cookie_suffix}", token)
        return Person(client, user, own)

    def authenticator(self, name: str) -> pyotp.TOTP:
        """Somebody's second factor, set up and confirmed, as her phone has it."""
        user = self.user(name)
        with self.database.transaction() as session:
            totp = pyotp.parse_uri(second_factor.begin(session, SECRET, user, self.clock()))
            assert second_factor.confirm(session, SECRET, self.actor_of(user), totp.at(self.clock()), self.clock())
        self.clock.forward(seconds=30)
        return totp

    def actor_of(self, user: User) -> Actor:
        """A person as she appears in the audit log."""
        return Actor(user.id, people.called(user), "")
