"""The outbox is for whoever sits at the machine."""

from dataclasses import replace

import pytest

from webapp import create_app
from webapp.settings import Environment


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.20", 404), ("", 404)])
def test_only_a_browser_on_the_machine_itself_reads_the_codes(client, address, status) -> None:
    assert client.get("/outbox", environ_overrides={"REMOTE_ADDR": address}).status_code == status


def test_production_has_no_outbox(settings) -> None:
    app = create_app(replace(settings, environment=Environment.PRODUCTION))
    assert app.test_client().get("/outbox").status_code == 404
    app.extensions["piying"][1].dispose()
