"""What runs in the cell: `python -m roles.film_answer ANSWER CUT OUT FRAMES`. A mouth engine's film, a stranger's, gets its alpha.

It says one JSON object: `{"made": true}`, or `{"refused": reason}`.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from roles.material import limits
from roles.sandbox import confine


def main(arguments: Sequence[str]) -> int:
    """Read the answer and write the film."""
    answer, cut, out, frames = arguments
    confine(limits(int(frames)))
    from render.avatar.rematted import rematte  # noqa: PLC0415 - only once the limits stand
    from render.errors import MediaRefused, PresenterRefused  # noqa: PLC0415

    try:
        rematte(Path(answer), Path(cut), Path(out), int(frames))
        said: dict[str, object] = {"made": True}
    except (MediaRefused, PresenterRefused) as refusal:
        said = {"refused": refusal.reason}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
