"""A child that gives way: by its own niceness, and by that of the session that it leads."""

import os
import subprocess
import sys
from pathlib import Path

from roles.lifeline import tied

GROUP = Path("/proc/self/autogroup")
TELL = "import os, pathlib; print(os.nice(0)); print(pathlib.Path('/proc/self/autogroup').read_text())"


def told(*, leads: bool, niceness: int) -> str:
    """The child's niceness; on the next line its group's, where the kernel has groups."""
    script = TELL if GROUP.exists() else "import os; print(os.nice(0))"
    command = (sys.executable, "-c", script)
    done = subprocess.run(command, preexec_fn=tied(niceness=niceness), start_new_session=leads, capture_output=True, text=True, check=True)
    return done.stdout


def test_whoever_leads_a_session_gives_way_with_all_of_it() -> None:
    found = told(leads=True, niceness=7)

    assert found.splitlines()[0] == str(os.nice(0) + 7)
    assert not GROUP.exists() or "nice 7" in found


def test_whoever_does_not_leaves_the_others_of_his_session_alone() -> None:
    before = GROUP.read_text() if GROUP.exists() else ""
    found = told(leads=False, niceness=7)

    assert found.splitlines()[0] == str(os.nice(0) + 7)
    assert not before or GROUP.read_text() == before
