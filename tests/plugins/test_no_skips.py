"""The suite's own rule about skips."""

import pytest

from tests.plugins.no_skips import forbidden


@pytest.mark.parametrize(
    ("outcome", "keywords", "xfail", "verdict"),
    [
        ("skipped", {"browser"}, False, True),
        ("skipped", {"cuda"}, False, False),
        ("skipped", set(), True, False),
        ("passed", set(), False, False),
    ],
)
def test_only_what_needs_a_cuda_device_may_be_skipped(outcome: str, keywords: set[str], xfail: bool, verdict: bool) -> None:
    assert forbidden(outcome, keywords, xfail=xfail) is verdict
