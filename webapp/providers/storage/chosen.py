"""The storage that the settings name."""

import os
from functools import lru_cache
from urllib.parse import urlsplit

from webapp.providers.storage.folder import FolderStorage
from webapp.providers.storage.port import Storage
from webapp.settings import Settings


def storage_of(settings: Settings, patience_s: float) -> Storage:
    """One for each process. `patience_s` is how long to try again where it does not answer: short for a page, long for a worker."""
    return _opened(settings, patience_s, os.getpid()) if settings.storage else FolderStorage(settings.home)


@lru_cache(maxsize=4)
def _opened(settings: Settings, patience_s: float, _pid: int) -> Storage:
    from webapp.providers.storage.bucket import BucketStorage, Place  # noqa: PLC0415 - only who has a bucket pays for its client

    named = urlsplit(settings.storage)
    place = Place(settings.home, named.netloc, named.path.strip("/"), settings.storage_address)
    return BucketStorage(place, settings.near_bytes_max, patience_s)
