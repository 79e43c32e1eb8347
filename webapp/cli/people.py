"""People at the operator's desk: `flask operator create`, `flask operator link`, `flask operator reset-factor`."""

from typing import Final

import click
from flask.cli import AppGroup

from webapp.errors import Conflict, Invalid
from webapp.extensions import database, now, settings
from webapp.models.staff import StaffRole
from webapp.services import addresses, audit, languages, people, second_factor, signin, staff
from webapp.services.people import Address

operator = AppGroup("operator", help="The operator's staff, sign-in links, lost second factors.")


@operator.command("create")
@click.argument("address")
@click.option("--language", default=languages.DEFAULT, type=click.Choice(tuple(languages.LANGUAGES)), help="The language of the interface.")
@click.option(
    "--role", "roles", multiple=True, default=("admin",), type=click.Choice([role.value for role in StaffRole]), help="Kind of work."
)
def create(address: str, language: str, roles: tuple[str, ...]) -> None:
    """Take ADDRESS (e-mail, or phone with its country code) into the operator's staff and print a one-time sign-in link."""
    read = _read(address)
    try:
        with database().transaction() as session:
            user = people.find_or_open(session, read, language, now())
            staff.employ(session, audit.SYSTEM, user, map(StaffRole, roles), now())
    except Conflict as error:
        raise click.ClickException("somebody has to do the administration: create one with --role admin first") from error
    _print_link(read)


@operator.command("link")
@click.argument("address")
def link(address: str) -> None:
    """Print a one-time sign-in link for the account of ADDRESS."""
    read = _read(address)
    with database().reading() as session:
        if people.find(session, read) is None:
            raise click.ClickException("nobody signs in with this address")
    _print_link(read)


@operator.command("reset-factor")
@click.argument("address")
def reset_factor(address: str) -> None:
    """Let the person of ADDRESS, who has lost phone and recovery codes, set up a new second factor."""
    with database().transaction() as session:
        user = people.find(session, _read(address))
        if user is None:
            raise click.ClickException("nobody signs in with this address")
        second_factor.forget(session, audit.SYSTEM, user, now())
    click.echo("the next sign-in sets up a new second factor")


def _read(address: str) -> Address:
    try:
        return addresses.read(address)
    except Invalid as error:
        raise click.BadParameter("neither an e-mail address nor a phone number with its country code") from error


def _print_link(address: Address) -> None:
    with database().transaction() as session:
        user = people.find_or_open(session, address, languages.DEFAULT, now())
        token = signin.make_link(session, settings().secret_key, user.id, now())
    click.echo(f"{settings().public_url}/signin/link/{token}")


COMMANDS: Final = (operator,)
