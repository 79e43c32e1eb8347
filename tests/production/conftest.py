"""A town for the tests that need all of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.production.roles import admit, stripped
from tests.production.town import NGINX, Town


@pytest.fixture
def town(postgres_url: str, tmp_path: Path) -> Iterator[Town]:
    """Everything that serves people, as processes of their own."""
    if not NGINX.exists():
        pytest.skip("nginx is not installed")
    admit(postgres_url)
    with Town(tmp_path, stripped(postgres_url).render_as_string(hide_password=False), postgres_url) as running:
        yield running
