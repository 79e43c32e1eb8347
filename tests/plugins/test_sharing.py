"""The suite's own rule about what comes first."""

from tests.plugins.sharing import LONG, rank


def test_the_journeys_come_first_then_what_else_takes_long_then_everything() -> None:
    ranks = [rank(nodeid) for nodeid in ("tests/browser/journeys/a.py::one", "tests/browser/b.py::two", "tests/webapp/c.py::three")]

    assert ranks == [0, 1, len(LONG)]
