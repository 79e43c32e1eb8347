"""The steps of set-up, in order. Each says what it brings, and knows the files that decide whether it is due again."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.setup import torch_build

REPOSITORY: Final = Path(__file__).resolve().parents[2]
VENV: Final = REPOSITORY / ".venv"
PYTHON: Final = VENV / "bin" / "python"
LOCKS: Final = REPOSITORY / "requirements"
PYTHON_MIN: Final = (3, 11)
WITH_KERNELS: Final = {
    "render/pixels": "render.pixels.warm",
    "render/audio": "render.audio.weighting",
    "render/avatar": "render.avatar.kernels",
}
"""Areas, and the module whose `warm` compiles all kernels of each."""


class SetupFailed(Exception):
    """A sentence for the person who ran set-up, saying what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to bring. `inputs` and `facts` decide whether it is due, `keeps` must be there for it to count as done.

    A step that `asks_itself` knows best whether something is missing, and is quick to find out.
    """

    name: str
    words: str
    act: Callable[[], None]
    inputs: tuple[Path, ...] = ()
    facts: tuple[str, ...] = ()
    keeps: tuple[Path, ...] = ()
    asks_itself: bool = False


def steps(*, development: bool) -> Iterator[Step]:
    """What this checkout needs, first things first; with what the checks and the tests need, if `development`."""
    lock = LOCKS / ("dev.txt" if development else "runtime.txt")
    locks = (LOCKS / torch_build.CPU_LOCK, LOCKS / torch_build.CUDA_LOCK)
    yield Step("venv", "virtual environment", make_venv, keeps=(PYTHON,))
    yield Step("torch", "torch", install_torch, locks, (f"driver {torch_build.has_driver()}",), (PYTHON,))
    yield Step(lock.stem, f"{_count(lock)} pinned packages, by hash", lambda: _install(lock), (lock,), keeps=(PYTHON,))
    yield Step("models", "model files and music", lambda: _module("tools.models"), asks_itself=True)
    if development:
        yield Step("portraits", "two photographs for the tests", lambda: _module("tools.models", "--only", "portraits"), asks_itself=True)
    yield Step("vendor", "the browser's libraries", lambda: _module("tools.vendor"), asks_itself=True)
    yield Step(
        "kernels",
        "compiled kernels",
        compile_kernels,
        tuple(path for area in WITH_KERNELS for path in _files(area, ".py")),
    )
    yield Step(
        "translations",
        "translations",
        lambda: _module("tools.translate", "compile"),
        _files("translations", ".po") + _files("tools", "translate.py"),
    )


def make_venv() -> None:
    """A virtual environment with this Python; raises SetupFailed."""
    if sys.version_info < PYTHON_MIN:
        raise SetupFailed(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Name another: make run PYTHON=python3.12")
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed("Python's venv module is incomplete: install the package python3-venv (apt-get install python3-venv).")
    _do(sys.executable, "-m", "venv", str(VENV))


def install_torch() -> None:
    """The build for this machine; a build that is there and fits stays."""
    driver = torch_build.has_driver()
    build = torch_build.choose(driver=driver, cpu_offered=not driver and torch_build.is_offered(PYTHON, LOCKS / torch_build.CPU_LOCK))
    say(f"torch: {build.words}")
    if build is torch_build.CUDA and torch_build.is_for_cpu(PYTHON):
        _do(str(PYTHON), "-m", "pip", "uninstall", "--quiet", "--yes", "torch")
    _install(LOCKS / build.lock)


def compile_kernels() -> None:
    """Fill the compiler's cache, each area's in a process of its own."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda module: _do(str(PYTHON), "-c", f"from {module} import warm; warm()"), WITH_KERNELS.values()))


def say(words: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"      {words}\n")
    sys.stdout.flush()


def _install(lock: Path) -> None:
    """Exactly what `lock` names, each file checked by its hash; what is there already stays."""
    _do(
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-compile",
        "--no-deps",
        "--require-hashes",
        "--disable-pip-version-check",
        "-r",
        str(lock),
    )


def _module(name: str, *arguments: str) -> None:
    if importlib.util.find_spec(name) is None:
        say(f"{name} is not part of this checkout")
        return
    _do(str(PYTHON), "-m", name, *arguments)


def _files(folder: str, suffix: str) -> tuple[Path, ...]:
    return tuple(sorted((REPOSITORY / folder).rglob(f"*{suffix}")))


def _do(*command: str) -> None:
    done = subprocess.run(command, cwd=REPOSITORY, check=False)
    if done.returncode:
        raise SetupFailed(f"This failed ({done.returncode}): {' '.join(command)}\nSet-up goes on from here when it is run again.")


def _count(lock: Path) -> int:
    return sum("==" in line for line in lock.read_text().splitlines())
