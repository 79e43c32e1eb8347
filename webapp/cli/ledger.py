"""The ledger: `flask ledger verify`, `statement`, `top-up`, `welcome`."""

from typing import Final

import click
from flask.cli import AppGroup
from sqlmodel import Session

from webapp.errors import Invalid, WebError
from webapp.extensions import database, now
from webapp.ledger.kinds import MINUTE_MS, TIMED, Kind
from webapp.models.columns import new_id
from webapp.models.order import Source
from webapp.models.tenant import Tenant
from webapp.services import addresses, audit, orders, people, statements, welcome
from webapp.services.audit import Subject
from webapp.services.order_terms import Gift, Terms
from webapp.services.people import Address

ledger = AppGroup("ledger", help="Check the books, write statements, give entitlements.")


@ledger.command("verify")
def verify() -> None:
    """Recompute every balance and every chain from the entries; ends with 1 when anything differs."""
    with database().reading() as session:
        found = statements.verify(session)
    for one in found:
        click.echo(f"{one.tenant_id}  {one.what}: kept {one.kept}, counted {one.counted}", err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("every balance is the sum of its entries, and every chain is whole")


@ledger.command("statement")
@click.argument("tenant")
@click.argument("month")
def statement(tenant: str, month: str) -> None:
    """Print the chained statement of TENANT (its id, or the address of a person) for MONTH (2026-11, UTC).

    tools/verify_statement.py checks it anywhere.
    """
    with database().reading() as session:
        found = _tenant(session, tenant)
        try:
            for line in statements.lines(session, found, month):
                click.echo(line)
        except Invalid as error:
            raise click.BadParameter("write a month as 2026-11") from error


@ledger.command("top-up")
@click.argument("tenant")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("quantity", type=click.IntRange(min=1))
def top_up(tenant: str, kind: str, quantity: int) -> None:
    """Give TENANT (its id, or the address of a person) QUANTITY of KIND, free of charge: minutes of video or live, pieces of the rest."""
    wanted = Kind(kind)
    amount = quantity * MINUTE_MS if wanted in TIMED else quantity
    terms = Terms(source=Source.TEST, key=new_id(), evidence={"code": "operator", "form": "command line"})
    try:
        with database().transaction() as session:
            found = _tenant(session, tenant)
            (line,) = orders.place(session, found, [Gift(wanted, amount)], terms, now())
            subject = Subject("tenant", found.id, found.name, found.id)
            audit.note(session, audit.SYSTEM, "order.granted", subject, now(), source=terms.source.value, number=line.number)
    except WebError as error:
        raise click.ClickException(f"this is refused: {error.code}") from error
    click.echo(f"order {line.number}: {quantity} of {kind}")


@ledger.command("welcome")
@click.argument("minutes", type=click.IntRange(min=0))
@click.option(
    "--days", type=click.IntRange(min=0), default=welcome.DAYS, show_default=True, help="How long they can be used; 0 is for ever."
)
def set_welcome(minutes: int, days: int) -> None:
    """Give every personal tenant that is opened from now on MINUTES of video; 0 gives none."""
    with database().transaction() as session:
        welcome.change(session, minutes, days, now())


def _tenant(session: Session, named: str) -> Tenant:
    """The tenant with this id, else the one that a person with this address owns."""
    user = people.find(session, _address(named))
    tenant = people.personal_tenant(session, user.id) if user else session.get(Tenant, named)
    if tenant is None:
        raise click.BadParameter("there is no such tenant")
    return tenant


def _address(named: str) -> Address:
    try:
        return addresses.email_address(named) if "@" in named else addresses.phone_number(named, "")
    except Invalid:
        return Address("email", named)


COMMANDS: Final = (ledger,)
