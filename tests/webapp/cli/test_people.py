from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from webapp.models.identity import User
from webapp.models.project import Project


@pytest.fixture
def flask(app):
    return app.test_cli_runner().invoke


def test_an_operator_opens_an_account_and_gets_a_link_that_signs_in(flask, client, database):
    done = flask(args=["operator", "create", "mei@example.com", "--language", "th"])

    assert done.exit_code == 0
    assert client.post(urlsplit(done.output.strip()).path).location == "/"
    with database.reading() as session:
        assert session.exec(select(User)).one().ui_language == "th"


def test_a_link_for_nobody_is_refused(flask):
    done = flask(args=["operator", "link", "nobody@example.com"])

    assert done.exit_code == 1
    assert "nobody signs in" in done.output


@pytest.mark.parametrize("address", ["mei", "13800138000", "a@b"])
def test_an_address_that_is_none_is_refused(flask, address):
    assert flask(args=["operator", "create", address]).exit_code == 2


def test_the_demo_is_made_once_and_every_run_gives_a_new_link(flask, database):
    first, second = flask(args=["seed", "demo"]), flask(args=["seed", "demo"])

    assert first.output != second.output
    with database.reading() as session:
        assert len(session.exec(select(Project)).all()) == 2
