"""Which build of torch this machine gets: the CPU's where no NVIDIA driver is, else the one that brings CUDA along. Set-up says which."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DRIVER: Final = Path("/proc/driver/nvidia/version")
CPU_LOCK: Final = "torch-cpu.txt"
CUDA_LOCK: Final = "torch-cuda.txt"


@dataclass(frozen=True, slots=True)
class Build:
    """A lock file, and what to tell the person who waits for it."""

    lock: str
    words: str


CPU: Final = Build(CPU_LOCK, "the CPU build (about 190 MB to fetch, 750 MB on disk)")
CUDA: Final = Build(CUDA_LOCK, "the CUDA build for the NVIDIA driver found here (about 2.5 GB to fetch, 6 GB on disk)")
ONLY_CUDA: Final = Build(
    CUDA_LOCK,
    "the CUDA build, though no NVIDIA driver is here: none of pip's indexes offers the CPU build for this Python"
    " (about 2.5 GB to fetch, 6 GB on disk; PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS can name a place that has the CPU build)",
)


def choose(*, driver: bool, cpu_offered: bool) -> Build:
    """The build for a machine with or without a driver, where pip can or cannot find the CPU build."""
    if driver:
        return CUDA
    return CPU if cpu_offered else ONLY_CUDA


def has_driver() -> bool:
    """Whether an NVIDIA driver is loaded."""
    return DRIVER.exists()


def is_offered(python: Path, lock: Path) -> bool:
    """Whether pip finds, by its own settings, a file with a hash that `lock` names."""
    command = (python, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--require-hashes", "--quiet", "-r", lock)
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def is_for_cpu(python: Path) -> bool:
    """Whether the environment holds a CPU build, which would pass for the plain version."""
    command = (python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check")
    packages = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return any(package["name"] == "torch" and str(package["version"]).endswith("+cpu") for package in packages)
