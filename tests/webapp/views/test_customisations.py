"""Where the operator looks at uploads, the page for a new presenter says what it takes, and refuses before anything is kept."""

from dataclasses import replace

import pytest
from sqlmodel import select

from tests.accounts import given, left
from tests.webapp.views.test_presenters import form
from webapp import create_app
from webapp.extensions import detach
from webapp.ledger.kinds import Kind
from webapp.models.presenter import Presenter
from webapp.settings import Environment


@pytest.fixture
def app(settings, clock):
    app = create_app(replace(settings, environment=Environment.PRODUCTION), clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    detach(app)


def send(person):
    return person.client.post("/presenters", data=form(), content_type="multipart/form-data")


def test_who_has_no_customisation_is_told_and_led_to_where_they_are_sold(signed_in, database, settings):
    page = signed_in.client.get("/presenters/new").text

    answer = send(signed_in)

    assert "you have 0" in page
    assert 'href="/purchases/new"' in page
    assert (answer.status_code, "none is left" in answer.text) == (422, True)
    with database.reading() as session:
        assert session.exec(select(Presenter)).all() == []
    assert not any(path.is_file() for path in settings.presenters.glob("*/original"))


def test_one_that_is_sent_in_is_held(signed_in, database, clock):
    given(database, signed_in.tenant, Kind.PRESENTER, 2, clock(), contract_total=0)

    assert "you have 2" in signed_in.client.get("/presenters/new").text
    assert send(signed_in).status_code == 302

    assert left(database, signed_in.tenant, Kind.PRESENTER, clock())[:3] == (1, 1, 0)
    held = signed_in.client.get("/entitlements/entries?kind=presenter&account=held").text
    assert "Presenter customisation" in held
