"""`python -m tools.migrations`: up, the same as the tables in code, down to nothing, and up again, on an empty database."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
COMMANDS: Final = (("upgrade", "head"), ("check",), ("downgrade", "base"), ("upgrade", "head"))


def main() -> int:
    """0 when every command goes through."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "PIYING_HOME": home, "DATABASE_URL": f"sqlite:///{home}/tables.sqlite3"}
        return walk(environment)


def walk(environment: dict[str, str]) -> int:
    """Run alembic's commands one after another; the first that fails says why."""
    for command in COMMANDS:
        done = subprocess.run(
            (sys.executable, "-m", "alembic", *command),
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.stderr.write(f"alembic {' '.join(command)}:\n{done.stdout[-3000:]}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
