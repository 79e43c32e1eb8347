"""The authority that signs exports: one for the whole house, made by whoever needs it first."""

import time
from typing import Final

from render.media.marks import Authority
from roles.base import worker_name
from roles.house import House
from webapp.models.columns import utc_now
from webapp.services import leases

OFFICE: Final = "authority"
OFFICE_S: Final = 20.0
LOOK_S: Final = 0.2


def authority(here: House) -> Authority:
    """The house's own. Raises StorageAway."""
    folder = here.settings.authority
    if not here.storage.bring_folder(folder):
        _found(here)
    return Authority(folder)


def _found(here: House) -> None:
    """Make it and keep it, unless another does: there must not be two."""
    while not _hold(here):
        time.sleep(LOOK_S)
    try:
        if not here.storage.bring_folder(here.settings.authority):
            Authority(here.settings.authority)
            here.storage.keep(here.settings.authority)
    finally:
        with here.database.transaction() as session:
            leases.give_up(session, OFFICE, worker_name(), now=utc_now())


def _hold(here: House) -> bool:
    with here.database.transaction() as session:
        return leases.hold(session, OFFICE, worker_name(), seconds=OFFICE_S, now=utc_now())
