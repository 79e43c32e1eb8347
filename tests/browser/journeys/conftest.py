"""One running studio for all journeys."""

from collections.abc import Iterator

import pytest

from tests.browser.journeys.studio import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything that `make run` runs, with one place for previews."""
    with running_stack(tmp_path_factory.mktemp("studio")) as stack:
        yield stack
