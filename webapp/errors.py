"""Everything the web refuses, named for what is wrong; views/errors.py alone turns it into HTTP.

WebError
├── NotFound        there is no such thing, or it is another tenant's (nobody may tell which)
├── SignedOut       nobody is signed in, or no longer
├── Forbidden       it is there, and this person may not
├── Invalid         a field of a form is wrong; `facts["field"]` says which
├── Conflict        somebody else was first
├── TooMany         too often; `facts["retry_after_s"]` says when to come back
├── TooLarge        more bytes than are taken; `facts["bytes_max"]`
├── Unavailable     a server that this needs does not answer; `facts["retry_after_s"]` says when to ask again
│   └── StorageAway     the storage of files is that server: what was asked of it is worth another try
└── SettingsWrong   the environment cannot be run with (raised at the start, never in a request)

Each carries `code` (stable; templates word it in the reader's language) and `facts` (plain values that fill the words).
"""

from typing import ClassVar


class WebError(Exception):
    """The root: `code` names the problem, `facts` fill the message."""

    default_code: ClassVar[str] = "web"

    def __init__(self, code: str = "", **facts: str | int) -> None:
        self.code = code or self.default_code
        self.facts: dict[str, str | int] = facts
        super().__init__(self.code)


class NotFound(WebError):
    """There is no such thing for this tenant."""

    default_code = "not-found"


class SignedOut(WebError):
    """Nobody is signed in."""

    default_code = "signed-out"


class Forbidden(WebError):
    """This person may not do this."""

    default_code = "forbidden"


class Invalid(WebError):
    """One field of what was sent is wrong."""

    default_code = "invalid"

    def __init__(self, field: str, code: str = "", **facts: str | int) -> None:
        super().__init__(code, field=field, **facts)
        self.field = field


class Conflict(WebError):
    """It has changed since it was read."""

    default_code = "conflict"


class TooMany(WebError):
    """Too often in too short a time."""

    default_code = "too-many"


class TooLarge(WebError):
    """More bytes than are taken."""

    default_code = "too-large"


class Unavailable(WebError):
    """Something this needs does not answer."""

    default_code = "unavailable"


class StorageAway(Unavailable):
    """The storage does not answer."""

    default_code = "storage-away"


class SettingsWrong(WebError):
    """The environment names something that cannot be run with."""

    default_code = "settings"
