"""A job body that writes down its life: its first attempt works until it is killed, the next one finishes at once. Not a test."""

import os
import time
from pathlib import Path

from roles.base import Running


def work(running: Running) -> None:
    diary = Path(os.environ["FAKE_DIARY"])
    with diary.open("a") as file:
        file.write(f"begin {running.claim.attempt} {os.getpid()} {os.getppid()}\n")
    while running.claim.attempt == 1:
        running.check()
        time.sleep(0.05)
    with diary.open("a") as file:
        file.write(f"finish {running.claim.attempt}\n")


def pass_by(running: Running) -> None:
    """Nothing to do."""
    running.check()
