"""Something to look at: `flask seed demo`."""

from typing import Final

import click
from flask.cli import AppGroup

from webapp.extensions import database, now, settings
from webapp.services import demo, demo_consoles, linking, signin

seed = AppGroup("seed", help="Fill a new studio.")


@seed.command("demo")
def seed_demo() -> None:
    """Make the demo tenant with its projects, if it is not there, have them voiced, and print a one-time sign-in link."""
    with database().transaction() as session:
        user = demo.seed(session, now())
        wanted = demo.unvoiced(session, now())
        token = signin.make_link(session, settings().secret_key, user.id, now())
    for project_id, digests in wanted.items():
        linking.ask(digests, project_id, url=settings().queue_url)
    click.echo(f"{settings().public_url}/signin/link/{token}")


@seed.command("consoles")
def seed_consoles() -> None:
    """Make an operator, two agents and three enterprises with half a year of records, if they are not there, and print sign-in links."""
    with database().transaction() as session:
        shown = demo_consoles.seed(session, now())
        links = [(user.email, signin.make_link(session, settings().secret_key, user.id, now())) for user in shown]
    for address, token in links:
        click.echo(f"{address}  {settings().public_url}/signin/link/{token}")


COMMANDS: Final = (seed,)
