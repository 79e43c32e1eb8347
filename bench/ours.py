"""Our renderer in a process of its own: `python -m bench.ours W1 FILM`. The product's whole way, from document to marked film.

Prints a line of JSON: what each export took, by case, from a worker that has loaded its libraries and one compiled loop, as render workers
do before they take a job. What loading took is in the time of the whole command.
"""

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import scripts
from bench.places import ASSETS, MODELS
from render import engine
from render.audio import weighting
from render.avatar.engine import WarpEngine
from render.graph.store import SegmentStore
from render.graph.workshop import Workshop
from render.link import FolderSources
from render.media.marks import Authority
from render.presets.exports import ExportPreset
from render.timeline.document import Document

PRESET = ExportPreset("bench", 1080, "veryfast", 23, audio_kbps=128)
"""What every renderer encodes with."""
EDITED_SCENE = 4
WORKERS = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Export one workload; W4 also with one text changed, and with nothing changed, in the same warm process."""
    workload, film, *rest = sys.argv[1:] if arguments is None else arguments
    weighting.warm()
    with TemporaryDirectory(dir=Path(film).parent, prefix=".ours-") as folder:
        bench = _Bench(Path(folder), device=rest[0] if rest else "cpu")
        cases = {"ours": bench.exported(scripts.DOCUMENTS[workload](), Path(film))}
        if workload == "W4":
            edited = scripts.w4(EDITED_SCENE)
            cases["ours_edit"] = bench.exported(edited, _beside(film, "edit"))
            cases["ours_same"] = bench.exported(edited, _beside(film, "same"))
    print(json.dumps(cases))
    return 0


class _Bench:
    """An empty store, and what a worker keeps warm."""

    def __init__(self, folder: Path, *, device: str) -> None:
        self._folder, self._device = folder, device
        self._store, self._authority = SegmentStore(folder / "pieces"), Authority(folder / "authority")
        self._sources = FolderSources(ASSETS, MODELS / "music", None, ASSETS)
        self._workshop = Workshop(device)

    def exported(self, document: Document, film: Path) -> dict[str, float]:
        """Export into `film`; seconds of wall time and of processor time, children included."""
        before, start = _cpu_seconds(), time.perf_counter()
        result = engine.export(
            document,
            preset=PRESET,
            language="en",
            manifest=scripts.manifest(document),
            sources=self._sources,
            avatars=WarpEngine(MODELS, self._folder / "rigs"),
            store=self._store,
            out_folder=self._folder / "films",
            authority=self._authority,
            producer="Piying bench",
            produce_id="bench",
            label=None,
            workshop=self._workshop,
            workers=WORKERS,
            device=self._device,
        )
        taken = {"wall_s": time.perf_counter() - start, "cpu_s": _cpu_seconds() - before}
        result.mp4.replace(film)
        return taken | {"rendered": result.segments_rendered, "reused": result.segments_reused}


def _beside(film: str, name: str) -> Path:
    return Path(film).with_stem(f"{Path(film).stem}_{name}")


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    sys.exit(main())
