"""What a worker works with: the settings and the database, opened on first use in each process."""

import os
from dataclasses import dataclass
from functools import lru_cache

from webapp.database import Database
from webapp.providers.storage.chosen import storage_of
from webapp.providers.storage.port import Storage
from webapp.settings import Settings

STORAGE_PATIENCE_S = 90.0


@dataclass(frozen=True, slots=True)
class House:
    """The settings, and the database they name."""

    settings: Settings
    database: Database

    @property
    def storage(self) -> Storage:
        """The storage that the settings name. Work waits for one that does not answer."""
        return storage_of(self.settings, STORAGE_PATIENCE_S)

    def __deepcopy__(self, _memo: object) -> "House":
        """The house itself: the threads of an export have all else to themselves, and this together."""
        return self


def house() -> House:
    """This process's own: a database connection must not cross a fork."""
    return _open(os.getpid())


@lru_cache(maxsize=1)
def _open(_pid: int) -> House:
    settings = Settings.from_environment(os.environ)
    return House(settings, Database(settings.database_url))
