"""Asking a server that speaks S3: which client, how long to try, and what its refusals mean.

Keys, region and endpoint come from boto3's own settings (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`,
`AWS_ENDPOINT_URL_S3`, or a machine's role), so that none of them ever stands in ours.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import boto3
import structlog
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from webapp.errors import StorageAway

REGION: Final = "us-east-1"
"""Of servers that have none; a signature needs a name."""
CONNECT_S: Final = 3
ANSWER_S: Final = 20
PAUSE_S: Final = 1.0
RETRY_AFTER_S: Final = 10
PART_BYTES: Final = 8 * 2**20
TRANSFER: Final = TransferConfig(multipart_threshold=2 * PART_BYTES, multipart_chunksize=2 * PART_BYTES, use_threads=False)
_GONE: Final = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchUpload"})
_AWAY: Final = frozenset({"500", "502", "503", "504", "InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout"})

Answer = TypeVar("Answer")
log = structlog.get_logger("storage")


class Gone(Exception):
    """There is no such object."""


def client(endpoint: str = "") -> Any:
    """A client for S3, for `endpoint` instead of the usual one where one is named. Addresses have the bucket in their path."""
    session = boto3.Session()
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=CONNECT_S,
        read_timeout=ANSWER_S,
        retries={"mode": "standard", "total_max_attempts": 2},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return session.client("s3", endpoint_url=endpoint or None, region_name=session.region_name or REGION, config=config)


@dataclass(frozen=True, slots=True)
class Asking:
    """Tries again for `patience_s` where the server does not answer."""

    patience_s: float

    def __call__(self, ask: Callable[[], Answer]) -> Answer:
        """What it answers. Raises Gone, and StorageAway when the patience is at its end or the server does not let us in."""
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                return ask()
            except (BotoCoreError, ClientError, Boto3Error) as error:
                _judge(error, last=time.monotonic() > deadline)
            time.sleep(PAUSE_S)


def _judge(error: Exception, *, last: bool) -> None:
    """Raise what it means, unless it is worth another try."""
    code = _code(error)
    if code in _GONE:
        raise Gone from error
    log.warning("storage does not answer", reason=code or type(error).__name__)
    if last or (code and code not in _AWAY):
        raise StorageAway(retry_after_s=RETRY_AFTER_S) from error


def _code(error: Exception) -> str:
    """The server's own word, or none where it said nothing. boto3 wraps what an upload met."""
    told = error if isinstance(error, ClientError) else error.__context__
    return str(told.response.get("Error", {}).get("Code", "")) if isinstance(told, ClientError) else ""
