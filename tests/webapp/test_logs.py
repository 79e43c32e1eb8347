"""Logs tell what happened and where, and nothing of what was held."""

import json

import pytest
import structlog

from webapp import logs
from webapp.settings import Environment


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    structlog.reset_defaults()


def fail(script: str) -> None:
    raise RuntimeError("no")


@pytest.mark.parametrize("environment", list(Environment))
def test_a_failure_is_logged_without_what_its_functions_held(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(environment)
    try:
        fail("secret " + "words")
    except RuntimeError as error:
        structlog.get_logger("test").error("fault", exc_info=error)
    written = capsys.readouterr().out
    assert "RuntimeError: no" in written
    assert "secret words" not in written


def test_production_writes_json_with_a_moment_and_a_level(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Environment.PRODUCTION)
    structlog.get_logger("test").info("made", job="7")
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["level"], line["job"]) == ("made", "info", "7")
    assert line["timestamp"].endswith("Z")
