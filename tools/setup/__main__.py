"""`python3 -m tools.setup [--dev]`: bring what is missing, say what and how long; running it again goes on where it stopped."""

import argparse
import sys
import time
from typing import Final

from tools.setup.stamps import digest_of, is_done, write_done
from tools.setup.steps import VENV, SetupFailed, Step, steps

STAMPS: Final = VENV / ".stamps"


def main() -> int:
    """Take every step that is due."""
    options = _parser().parse_args()
    plan = list(steps(development=options.dev))
    try:
        for number, step in enumerate(plan, 1):
            _take(step, f"[{number}/{len(plan)}]")
    except SetupFailed as failure:
        sys.stderr.write(f"\n{failure}\n")
        return 1
    return 0


def _take(step: Step, place: str) -> None:
    digest = digest_of(step.inputs, step.words, sys.version, *step.facts)
    done = is_done(STAMPS, step.name, digest) and all(path.exists() for path in step.keeps)
    if done and step.asks_itself:
        step.act()
    if done:
        return
    print(f"{place} {step.words} …", flush=True)
    began = time.monotonic()
    step.act()
    write_done(STAMPS, step.name, digest)
    print(f"{place} {step.words}: {time.monotonic() - began:.0f} s", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools.setup", description="Set this checkout up.")
    parser.add_argument("--dev", action="store_true", help="with what the checks and the tests need")
    return parser


if __name__ == "__main__":
    sys.exit(main())
