"""The ledger at the operator's desk."""

import subprocess
import sys

import pytest
import sqlalchemy as sa

from tests.accounts import left
from webapp.ledger.kinds import Kind
from webapp.models.ledger import Lot


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["ledger", *words])


def test_the_audit_says_that_all_is_right_and_ends_with_one_when_it_is_not(run, database, signed_in):
    assert run("verify").exit_code == 0
    with database.transaction() as session:
        session.execute(sa.update(Lot).values(used=5))
    found = run("verify")

    assert found.exit_code == 1
    assert "used: kept 5, counted 0" in found.output


@pytest.mark.parametrize("named", ["address", "id"])
def test_a_statement_is_checked_anywhere_without_anything_installed(run, signed_in, tmp_path, clock, named):
    who = signed_in.user.email if named == "address" else signed_in.tenant.id
    path = tmp_path / "statement.jsonl"
    path.write_text(run("statement", who, f"{clock():%Y-%m}").output, "utf-8")
    digest = path.read_text("utf-8").rpartition('"digest":"')[2][:64]

    def checked(*words):
        return subprocess.run(
            (sys.executable, "-I", "tools/verify_statement.py", path, *words), capture_output=True, text=True, check=False
        )

    assert (checked().returncode, checked().stdout) == (0, "1 journals, all right\n")
    assert checked("--digest", digest).returncode == 0
    assert checked("--digest", "0" * 64).returncode == 1
    path.write_text(path.read_text("utf-8").replace("3600000", "3600001"), "utf-8")
    assert "line 2" in checked().stderr


def test_minutes_are_given_at_the_desk(run, database, signed_in, clock):
    answer = run("top-up", signed_in.user.email, "video", "30")

    assert answer.exit_code == 0, answer.output
    assert left(database, signed_in.tenant, now=clock())[0] == 90 * 60_000
    assert run("top-up", signed_in.user.email, "vip", "2").exit_code == 0
    assert left(database, signed_in.tenant, Kind.VIP, clock())[0] == 2


def test_customisations_are_not_given_without_an_approval(run, signed_in):
    answer = run("top-up", signed_in.user.email, "presenter", "1")

    assert answer.exit_code == 1
    assert "approval-missing" in answer.output


@pytest.mark.parametrize(
    "words", [("statement", "nobody", "2026-03"), ("statement", "nobody@example.com", "2026-03"), ("top-up", "x", "video", "1")]
)
def test_a_tenant_that_is_none_is_said_to_be_none(run, words):
    assert "no such tenant" in run(*words).output


def test_a_month_that_is_none_is_explained(run, signed_in):
    assert "2026-11" in run("statement", signed_in.tenant.id, "March").output


def test_the_welcome_is_changed_at_the_desk(run, database, app, clock):
    from tests.conftest import sign_in  # noqa: PLC0415 - beside the fixtures of its file

    assert run("welcome", "5", "--days", "0").exit_code == 0

    assert left(database, sign_in(app, database, clock, "new@example.com").tenant, now=clock())[0] == 300_000
