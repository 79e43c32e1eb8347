"""What runs in the cell: `python -m roles.portrait PICTURE FOLDER MODELS PRESENTER CONSENT`. It prints the verdict as JSON."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from roles.sandbox import Limits, confine


def main(arguments: Sequence[str]) -> int:
    """Judge the portrait, and write the presenter's folder if nothing speaks against it."""
    confine(Limits())
    from render.avatar.ingest import ingest_portrait  # noqa: PLC0415 - only once the limits stand
    from render.errors import RenderError  # noqa: PLC0415

    picture, folder, models, presenter_id, consent = arguments
    try:
        verdict = ingest_portrait(Path(picture), Path(folder), Path(models), presenter_id=presenter_id, consent=consent)
        told = asdict(verdict)
    except RenderError as error:
        told = {"error": error.code, "facts": error.facts}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
