"""People at the operator's desk: `flask operator create`, `flask operator link`."""

from typing import Final

import click
from flask.cli import AppGroup

from webapp.errors import Invalid
from webapp.extensions import database, now, settings
from webapp.services import addresses, languages, people, signin
from webapp.services.people import Address

operator = AppGroup("operator", help="Open accounts and make sign-in links.")


@operator.command("create")
@click.argument("address")
@click.option("--language", default=languages.DEFAULT, type=click.Choice(tuple(languages.LANGUAGES)), help="The language of the interface.")
def create(address: str, language: str) -> None:
    """Open an account for ADDRESS (e-mail, or phone with its country code) and print a one-time sign-in link."""
    _print_link(_read(address), language)


@operator.command("link")
@click.argument("address")
def link(address: str) -> None:
    """Print a one-time sign-in link for the account of ADDRESS."""
    read = _read(address)
    with database().reading() as session:
        if people.find(session, read) is None:
            raise click.ClickException("nobody signs in with this address")
    _print_link(read, languages.DEFAULT)


def _read(address: str) -> Address:
    try:
        return addresses.email_address(address) if "@" in address else addresses.phone_number(address, "")
    except Invalid as error:
        raise click.BadParameter("neither an e-mail address nor a phone number with its country code") from error


def _print_link(address: Address, language: str) -> None:
    with database().transaction() as session:
        user = people.find_or_open(session, address, language, now())
        token = signin.make_link(session, settings().secret_key, user.id, now())
    click.echo(f"{settings().public_url}/signin/link/{token}")


COMMANDS: Final = (operator,)
