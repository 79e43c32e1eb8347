"""How processes share the tests: a file's are one's, and so are all journeys, which have one studio.

Two begin with what takes long; any other fills the time for which these wait.
"""

import os
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

JOURNEYS = "tests/browser/journeys/"
LONG = (
    JOURNEYS,
    "tests/browser/",
    "tests/production/",
    "tests/roles/",
    "tests/tools/stack/",
    "tests/test_kill_render.py",
    "tests/webapp/test_browser.py",
)
"""Real browsers, workers and servers: much of their time they wait, which is time for another process, and none of them may be left for the end."""
FIRST = {"gw0", "gw1"}
"""The processes that begin with these."""
FILLING_NICENESS = 10
"""Of every other process, which has the processors when nobody else wants them."""


class Sharing(LoadFileScheduling):
    """Hands out files in the order in which they were collected, to those who fill up from the end."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else super()._split_scope(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        if node.gateway.id not in FIRST:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    config.option.loadscopereorder = False
    return Sharing(config, log)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") and config.workerinput["workerid"] not in FIRST:
        os.nice(FILLING_NICENESS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))


def rank(nodeid: str) -> int:
    """Where a test's file stands in the queue: of the long ones in their order, or after them all."""
    return next((place for place, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))
