"""The real workers' door with a settlement that writes down, across processes, what it is told: `kill_door.py ROLE`. Not a test."""

import os
import sys
from pathlib import Path

import worker
from webapp.services import settlement
from webapp.services.settlement import FreeSettlement


class Diary(FreeSettlement):
    """Free, and every call is a line in a file."""

    def capture(self, _session, export, milliseconds):
        _write(f"capture {export.id} {milliseconds}")

    def release(self, _session, export):
        _write(f"release {export.id}")


def _write(line: str) -> None:
    with Path(os.environ["SETTLEMENT_DIARY"]).open("a") as file:
        file.write(line + "\n")


settlement.chosen = Diary

if __name__ == "__main__":
    sys.exit(worker.main(sys.argv[1:]))
