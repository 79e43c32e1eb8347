"""Something to look at: `flask seed demo`."""

from typing import Final

import click
from flask.cli import AppGroup

from webapp.extensions import database, now, settings
from webapp.services import demo, linking, signin

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


COMMANDS: Final = (seed,)
