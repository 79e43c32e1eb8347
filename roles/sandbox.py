"""A cell for reading what strangers uploaded: no network, nothing of the house in sight, memory, time and output capped.

Bubblewrap gives all of it. Without it, namespaces of the user's own still take the network away; without those too, the limits alone are
left, which production refuses.
"""

import ctypes
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PROBE_S_MAX: Final = 10
_SYSTEM: Final = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
)
_ISOLATE: Final = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv")
_NAMESPACES: Final = ("unshare", "--user", "--map-current-user", "--net", "--ipc", "--pid", "--fork", "--kill-child")
_PATH: Final = "/usr/bin:/bin"
_PR_SET_NO_NEW_PRIVS: Final = 38  # prctl(2)


class Walls(StrEnum):
    """What a cell is made of, the best first."""

    BUBBLEWRAP = "bubblewrap"
    NAMESPACES = "namespaces"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process in a cell may use."""

    memory_bytes: int = 12 * 2**30
    cpu_s: int = 120
    file_bytes: int = 64 * 2**20
    files: int = 256


@lru_cache(maxsize=1)
def walls() -> Walls:
    """The best that this machine gives."""
    if shutil.which("bwrap") and _works(("bwrap", *_ISOLATE, "--ro-bind", "/", "/", "true")):
        return Walls.BUBBLEWRAP
    if shutil.which("unshare") and _works((*_NAMESPACES, "true")):
        return Walls.NAMESPACES
    return Walls.LIMITS


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the house a cell sees: files to read, folders to write to, and `copies` that stand for the folders they are keyed by."""

    readable: Sequence[Path] = ()
    writable: Sequence[Path] = ()
    copies: Mapping[Path, Path] = field(default_factory=dict)


def command(kind: Walls, module: str, arguments: Sequence[str], sight: Sight) -> list[str]:
    """The command that runs `python -m module` in a cell."""
    python = [sys.executable, "-m", module, *arguments]
    if kind is Walls.BUBBLEWRAP:
        return ["bwrap", *_ISOLATE, *_mounts(sight), *_environment(), "--chdir", str(REPOSITORY), "--", *python]
    return [*(_NAMESPACES if kind is Walls.NAMESPACES else ()), *python]


def environment() -> dict[str, str]:
    """What a process in a cell knows of the environment: nothing of the house, no accelerator, one thread."""
    return {
        "PATH": _PATH,
        "LANG": "C.UTF-8",
        "HOME": "/tmp",  # noqa: S108 - in the cell, an empty folder of its own
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "1",
    }


def confine(limits: Limits) -> None:
    """Within the cell, before anything is opened: take these limits on for good, and gain no privilege from here on."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _mounts(sight: Sight) -> list[str]:
    system = [Path(name) for name in _SYSTEM if Path(name).exists()]
    seen = [*system, *_interpreter(), REPOSITORY / "render", REPOSITORY / "roles", *sight.readable]
    mounts = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    for path in dict.fromkeys(seen):
        mounts += ["--ro-bind", str(path), str(path)]
    for place, path in ({path: path for path in sight.writable} | dict(sight.copies)).items():
        mounts += ["--bind", str(path), str(place)]
    return mounts


def _interpreter() -> list[Path]:
    """Where Python and its packages are, unless that is the system's own place."""
    places = (Path(sys.prefix), Path(sys.base_prefix))
    return [place for place in places if not place.is_relative_to("/usr")]


def _environment() -> list[str]:
    return [word for name, value in environment().items() for word in ("--setenv", name, value)]


def _works(probe: Sequence[str]) -> bool:
    try:
        ended = subprocess.run(probe, check=False, capture_output=True, timeout=PROBE_S_MAX, env={"PATH": os.environ.get("PATH", _PATH)})  # noqa: S603 - fixed words
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0
