"""The workloads' numbers for renderers that run in an interpreter of their own: read from the file that `bench.comparison` writes."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

FACTS = SimpleNamespace(**json.loads(Path(os.environ["PIYING_BENCH_FACTS"]).read_text()))
"""`media` (a folder), `logo`, `presenter`, `subtitle`, `slide` (left, top, width, height each), `cuts`, `zoom`, `said`."""
MEDIA = Path(FACTS.media)
