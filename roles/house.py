"""What a worker works with: the settings and the database, opened on first use in each process."""

import os
from dataclasses import dataclass
from functools import lru_cache

from webapp.database import Database
from webapp.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """The settings, and the database they name."""

    settings: Settings
    database: Database


def house() -> House:
    """This process's own: a database connection must not cross a fork."""
    return _open(os.getpid())


@lru_cache(maxsize=1)
def _open(_pid: int) -> House:
    settings = Settings.from_environment(os.environ)
    return House(settings, Database(settings.database_url))
