"""What runs in the cell: `python -m roles.portrait ORDER`, ORDER being JSON (`Order`). It prints the verdict as JSON."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from roles.sandbox import Limits, confine

FILM_LIMITS: Final = Limits(cpu_s=3600, file_bytes=2 * 2**30)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with an original: a portrait or clip taken in, or, with `trials`, five seconds of a clip cut out in several ways.

    `folder` is where the result goes, `progress` a file to tell in how far it is; `like` is the description of a first set.
    """

    original: str
    folder: str
    models: str
    progress: str
    kind: str = "photo"
    presenter_id: str = ""
    consent: str = ""
    matting: str = ""
    like: str = ""
    trials: tuple[str, ...] = ()

    def as_argument(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))


def main(arguments: Sequence[str]) -> int:
    """Judge the original, and write the presenter's folder if nothing speaks against it."""
    order = Order(**json.loads(arguments[0]))
    confine(Limits() if order.kind == "photo" else FILM_LIMITS)
    from render.errors import RenderError  # noqa: PLC0415 - only once the limits stand

    try:
        told = _done(order)
    except RenderError as error:
        told = {"error": error.code, "facts": error.facts}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _done(order: Order) -> dict[str, Any]:
    from render.avatar import clip_ingest, ingest  # noqa: PLC0415

    original, folder, models = Path(order.original), Path(order.folder), Path(order.models)
    if order.kind == "photo":
        return asdict(ingest.ingest_portrait(original, folder, models, presenter_id=order.presenter_id, consent=order.consent))
    tell = _teller(Path(order.progress))
    if order.trials:
        return asdict(clip_ingest.try_mattings(original, folder, models, order.trials, tell))
    like = json.loads(order.like) if order.like else None
    wanted = clip_ingest.Wanted(order.presenter_id, order.consent, clip_ingest.matting_named(order.matting), like)
    return asdict(clip_ingest.ingest_clip(original, folder, models, wanted, tell))


def _teller(path: Path) -> Any:
    def tell(stage: str, done: int, total: int) -> None:
        part = path.with_name(f".{path.name}.part")
        part.write_text(json.dumps([stage, done, total]), "utf-8")
        part.replace(path)

    return tell


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
