"""The doctor: `flask doctor` says what this machine has and lacks; it ends with 1 when something is broken."""

from typing import Final

import click

from webapp.extensions import database, settings
from webapp.services import checkup
from webapp.services.checkup import State

MARKS: Final = {State.OK: "ok      ", State.WARNING: "warning ", State.BROKEN: "BROKEN  "}
COLOURS: Final = {State.OK: "green", State.WARNING: "yellow", State.BROKEN: "red"}


@click.command("doctor")
def doctor() -> None:
    """Look at everything the studio needs."""
    findings = checkup.examine(settings(), database())
    for finding in findings:
        click.echo(f"{click.style(MARKS[finding.state], fg=COLOURS[finding.state])}{finding.name:<9} {finding.words}")
    if any(finding.state is State.BROKEN for finding in findings):
        raise click.exceptions.Exit(1)


COMMANDS: Final = (doctor,)
