"""A fresh machine compiles every package on first import: that must go without a word."""

import os
import subprocess
import sys


def test_the_readers_are_imported_without_a_warning_on_a_fresh_machine(tmp_path) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import render.speech.script"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
