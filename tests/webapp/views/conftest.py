"""People whom many pages are shown to."""

import pytest

from webapp.models.staff import StaffRole


@pytest.fixture
def boss(world):
    """A browser of an operator who may do everything."""
    return world.enter("boss", world.employ("boss", StaffRole.ADMIN)).client


@pytest.fixture
def acme(world):
    """An enterprise with one member, Li."""
    return world.enterprise(staff_of=("li",))


@pytest.fixture
def admin(world, acme):
    """A browser of its admin."""
    return world.enter("admin", acme).client
