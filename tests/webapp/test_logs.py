"""Logs tell what happened and where, and nothing of what was held."""

import json

import pytest
import structlog

from webapp import logs
from webapp.settings import Environment


@pytest.fixture(autouse=True)
def _as_it_was():
    former = structlog.get_config()
    yield
    structlog.reset_defaults()
    structlog.configure(**former)


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


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_request_has_the_proxys_id_in_its_lines_and_in_its_answer(app, signed_in, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Environment.PRODUCTION)
    answer = signed_in.client.get("/account?key=secret", headers={"X-Request-Id": "0123456789abcdef"})
    (line,) = (line for line in lines(capsys.readouterr().out) if line["event"] == "request")
    assert answer.headers["X-Request-Id"] == line["request_id"] == "0123456789abcdef"
    assert (line["tenant_id"], line["status"], line["method"]) == (signed_in.tenant.id, answer.status_code, "GET")
    assert "secret" not in json.dumps(line)


def test_a_name_that_could_forge_lines_is_not_taken_over(client) -> None:
    forged = '"} {"event":'
    assert len(client.get("/healthz", headers={"X-Request-Id": forged}).headers["X-Request-Id"]) == 32


def test_a_tenant_is_not_named_on_the_next_request_of_the_same_thread(signed_in, client, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Environment.PRODUCTION)
    signed_in.client.get("/account")
    client.get("/healthz")
    assert "tenant_id" not in lines(capsys.readouterr().out)[-1]


def test_what_a_job_says_names_the_job_and_its_tenant(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Environment.PRODUCTION)
    with logs.of_job("j1", "t1"):
        structlog.get_logger("test").info("inside")
    structlog.get_logger("test").info("outside")
    inside, outside = lines(capsys.readouterr().out)
    assert (inside["job_id"], inside["tenant_id"]) == ("j1", "t1")
    assert not {"job_id", "tenant_id"} & set(outside)
