"""The command line: `python -m render export|frame|check DOCUMENT.json …`.

Exit status: 0 done, 1 the document has problems (`check`), 2 it could not be done (one line on stderr says why).
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from render.errors import MissingSource, RenderError, SetupIncomplete
from render.presets.devices import DEVICES
from render.presets.exports import EXTRAS, PRESETS
from render.timeline import checks, codec
from render.timeline.document import Document

if TYPE_CHECKING:
    from render.link import FolderSources
    from render.ports.avatar import AvatarEngine
    from render.ports.speech import SpeechEngine

ROOT: Final = Path(__file__).parent.parent
PROBLEMS, FAILED = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except RenderError as error:
        print(f"render: {explained(error)}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"render: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("render: stopped", file=sys.stderr)
        return FAILED
    return status


def explained(error: RenderError) -> str:
    """An error as one line: what is wrong, its facts, and what to do where that is known."""
    facts = ", ".join(f"{name} {value}" for name, value in error.facts.items() if value != "")
    reason = "" if error.reason == error.code else f" ({error.reason})"
    lacking = isinstance(error, SetupIncomplete) and error.reason != "device-missing"
    advice = " — run `make setup`" if lacking or error.facts.get("what") == "music" else ""
    return f"{error.code}{reason}{': ' if facts else ''}{facts}{advice}"


def export(options: argparse.Namespace) -> int:
    """Make the film, its captions and its cover."""
    from render import engine  # noqa: PLC0415 - `check` and `--help` need no machinery
    from render.graph.store import SegmentStore  # noqa: PLC0415
    from render.media.marks import Authority  # noqa: PLC0415

    document, out = _document(options.document), options.out
    home, house = _home(), _house(options)
    result = engine.export(
        document,
        preset=PRESETS[options.preset],
        language=options.language or document.language,
        sources=house.sources,
        avatars=house.avatars,
        store=SegmentStore(house.cache),
        out_folder=out.parent,
        name=out.stem,
        speech=house.speech,
        speech_folder=house.speech_folder,
        authority=Authority(home / "authority"),
        producer=os.environ.get("PIYING_PRODUCER", "Piying"),
        produce_id=uuid4().hex,
        extras=options.extra,
        device=house.device,
        workers=options.workers,
        progress=_tell if sys.stderr.isatty() else engine.ignore_progress,
    )
    pieces = f"{result.segments_rendered} rendered, {result.segments_reused} reused"
    print(f"{result.mp4}: {result.frame_count} frames, {result.duration / 240_000:.2f} s, segments: {pieces}")
    return 0


def frame(options: argparse.Namespace) -> int:
    """Write one picture, as the export has it."""
    from render import engine, link  # noqa: PLC0415 - as above
    from render.media.images import write_image  # noqa: PLC0415

    document = _document(options.document)
    house, canvas = _house(options), document.canvas
    manifest = link.voice(document, options.language or document.language, house.speech, house.speech_folder, sources=house.sources)
    size_px = PRESETS[options.preset].size_px(canvas.width_px, canvas.height_px)
    planes = engine.frame(
        document, options.at, size_px=size_px, manifest=manifest, sources=house.sources, avatars=house.avatars, device=house.device
    )
    write_image(options.out, planes)
    print(options.out)
    return 0


def check(options: argparse.Namespace) -> int:
    """List what is wrong with a document, one problem a line."""
    try:
        problems = checks.check(_document(options.document))
    except MissingSource:
        raise
    except RenderError as error:
        print(explained(error))
        return PROBLEMS
    for problem in problems:
        facts = "".join(f", {name} {value}" for name, value in problem.facts.items())
        print(f"{problem.path or 'document'}: {problem.code}{facts}")
    return PROBLEMS if problems else 0


@dataclass(frozen=True, slots=True)
class House:
    """The embedded engines, and the folders that they work with."""

    sources: "FolderSources"
    speech: "SpeechEngine"
    avatars: "AvatarEngine"
    cache: Path
    speech_folder: Path
    device: str


def _house(options: argparse.Namespace) -> House:
    from render.avatar.engine import WarpEngine  # noqa: PLC0415 - as above
    from render.link import FolderSources  # noqa: PLC0415
    from render.pixels.device import chosen  # noqa: PLC0415
    from render.speech.engine import KokoroEngine  # noqa: PLC0415

    home = _home()
    cache: Path = options.cache or home / "artefacts"
    models = Path(os.environ.get("PIYING_MODELS") or ROOT / ".models")
    sources = FolderSources(options.assets or home / "assets", models / "music", home / "presenters", cache / "speech")
    device = chosen(options.device)
    return House(sources, KokoroEngine(models), WarpEngine(models, cache / "rigs", device), cache, cache / "speech", device)


def _document(path: Path) -> Document:
    return codec.read(path.read_bytes())


def _home() -> Path:
    return Path(os.environ.get("PIYING_HOME") or ROOT / "var")


def _tell(stage: str, done: int, total: int) -> None:
    """Progress on one line of the terminal."""
    end = "\n" if done == total else ""
    print(f"\r{stage} {done}/{total}\033[K", end=end, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m render", description="Render Piying documents.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    making = _drawing(commands.add_parser("export", help="make the film, its captions and its cover"))
    making.add_argument("out", type=_film, metavar="OUT.mp4")
    making.add_argument("--workers", type=int, default=1, metavar="N", help="processes that draw at once (default: %(default)s)")
    making.add_argument("--extra", action="append", default=[], choices=sorted(EXTRAS), help="a further file beside it; may be repeated")
    making.set_defaults(run=export)
    seeing = _drawing(commands.add_parser("frame", help="write one picture of it"))
    seeing.add_argument("--at", type=float, required=True, metavar="SECONDS", help="seconds from the start")
    seeing.add_argument("out", type=_picture, metavar="OUT.png")
    seeing.set_defaults(run=frame)
    checking = commands.add_parser("check", help="list what is wrong with a document")
    checking.add_argument("document", type=Path, metavar="DOCUMENT.json")
    checking.set_defaults(run=check)
    return parser


def _drawing(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("document", type=Path, metavar="DOCUMENT.json")
    command.add_argument("--preset", choices=sorted(PRESETS), default="1080p", help="size and quality (default: %(default)s)")
    command.add_argument("--assets", type=Path, metavar="DIR", help="where the document's pictures and sounds are")
    command.add_argument("--language", metavar="L", help="language of the words (default: the document's)")
    command.add_argument("--device", choices=DEVICES, default="cpu", help="where pictures are drawn (default: %(default)s)")
    command.add_argument("--cache", type=Path, metavar="DIR", help="keep finished pieces here (default: under PIYING_HOME)")
    return command


def _film(name: str) -> Path:
    return _with_suffix(name, ".mp4")


def _picture(name: str) -> Path:
    return _with_suffix(name, ".png", ".jpg")


def _with_suffix(name: str, *suffixes: str) -> Path:
    path = Path(name)
    if path.suffix not in suffixes:
        raise argparse.ArgumentTypeError(f"{name} should end in {' or '.join(suffixes)}")
    return path


if __name__ == "__main__":
    sys.exit(main())
