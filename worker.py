"""The workers' door: `worker.py ROLE [--count N]`. Imports the machinery once, then forks its workers."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module

from roles.registry import ROLES, Role
from webapp import logs
from webapp.settings import Settings

ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until told to stop; 2 when there is no queue to work for."""
    options = _parser().parse_args(arguments)
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    logs.configure(Settings.from_environment(os.environ).environment)
    if options.role == "clock":
        import_module("roles.clock").run()
        return 0
    url = os.environ.get("REDIS_URL", "")
    if not url:
        sys.stderr.write("REDIS_URL is not set: `make run` starts a queue by itself, otherwise name yours.\n")
        return 2
    _brood(ROLES[options.role], options.count, url)
    return 0


def _brood(role: Role, count: int, url: str) -> None:
    """Import, do not compute: threads and devices that a parent has woken do not survive the fork."""
    for module in role.preload:
        import_module(module)
    work = import_module("roles.answering").work
    lanes = [role.queues] * count + list(role.beside)
    import_module("roles.brood").Brood([partial(work, role, lane, url) for lane in lanes]).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="worker.py", description="Work for one role.")
    parser.add_argument("role", choices=sorted(ROLES))
    parser.add_argument("--count", type=int, default=1, help="how many workers (default 1), not counting those for quicker jobs alone")
    return parser


if __name__ == "__main__":
    sys.exit(main())
