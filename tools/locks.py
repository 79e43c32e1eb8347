"""`python -m tools.locks`: write requirements/*.txt anew from the .in files, with hashes for every platform and Python from 3.11 on.

torch is locked apart, because which build is right depends on the machine: torch-cuda.txt holds the build that brings CUDA along, with
all that it brings; torch-cpu.txt, kept by hand, the CPU builds whose hashes are known.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

LOCKS: Final = Path(__file__).resolve().parent.parent / "requirements"
OF_TORCH: Final = re.compile(r"^(torch|triton|nvidia-[a-z0-9-]+|cuda-[a-z0-9-]+)==")
FOREIGN: Final = re.compile(r"https?://|file:/")
HEAD: Final = "# Written by `make locks` from {source}. Every file is checked by hash.\n"
OPTIONS: Final = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--no-header",
    "--quiet",
)


def main() -> int:
    """Lock both, and torch apart."""
    runtime = _compile("runtime.in", "runtime.txt")
    development = _compile("dev.in", "dev.txt", "--constraint", str(LOCKS / "runtime.txt"))
    _write("torch-cuda.txt", "runtime.in", [entry for entry in runtime if OF_TORCH.match(entry)])
    _write("runtime.txt", "runtime.in", [entry for entry in runtime if not OF_TORCH.match(entry)])
    _write("dev.txt", "dev.in", [entry for entry in development if not OF_TORCH.match(entry)])
    return 0


def entries(lock: str) -> list[str]:
    """The requirements of a lock, each with its hash lines."""
    return re.findall(r"^[a-z0-9][^\n]*(?:\n[ ]{4}[^\n]*)*\n", lock, re.MULTILINE)


def _compile(source: str, target: str, *options: str) -> list[str]:
    command = (sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *options, source)
    lock = subprocess.run(command, cwd=LOCKS, check=True, stdout=subprocess.PIPE, text=True).stdout
    _write(target, source, entries(lock))
    return entries(lock)


def _write(target: str, source: str, requirements: list[str]) -> None:
    text = HEAD.format(source=source) + "".join(requirements)
    if FOREIGN.search(text):
        raise SystemExit(f"{target} names a place on the network: it would not install elsewhere.")
    (LOCKS / target).write_text(text)


if __name__ == "__main__":
    sys.exit(main())
