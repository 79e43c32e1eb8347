"""The storage that the settings name."""

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from webapp.providers.storage.folder import FolderStorage
from webapp.providers.storage.port import Storage
from webapp.settings import Settings


def storage_of(settings: Settings, patience_s: float) -> Storage:
    """One for each process. `patience_s` is how long to try again where it does not answer: short for a page, long for a worker."""
    if not settings.storage:
        return FolderStorage(settings.home)
    return _opened(settings.home, settings.storage, settings.storage_address, settings.near_bytes_max, patience_s, os.getpid())


@lru_cache(maxsize=8)
def _opened(home: Path, named: str, address: str, near_bytes_max: int, patience_s: float, _pid: int) -> Storage:
    from webapp.providers.storage.bucket import BucketStorage, Place  # noqa: PLC0415 - only who has a bucket pays for its client

    parts = urlsplit(named)
    return BucketStorage(Place(home, parts.netloc, parts.path.strip("/"), address), near_bytes_max, patience_s)
