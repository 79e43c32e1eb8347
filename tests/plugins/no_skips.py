"""Where everything is installed (CI=true), a skipped test is a failed one, but for those that need a CUDA device."""

import os
from collections.abc import Iterator

import pytest

STRICT = os.environ.get("CI") == "true"


def forbidden(outcome: str, keywords: object, *, xfail: bool) -> bool:
    """Whether a report of this outcome may not stand."""
    return outcome == "skipped" and not xfail and "cuda" not in keywords


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if STRICT and forbidden(report.outcome, item.keywords, xfail=hasattr(report, "wasxfail")):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be here: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    if STRICT and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"skipped as a whole, and nothing may be here: {report.longrepr}"
    return report
