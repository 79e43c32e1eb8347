"""A server that speaks S3, started when the first test asks. It keeps everything in memory and checks no signatures."""

import logging
import secrets
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

KEYS = {"AWS_ACCESS_KEY_ID": "key-of-tests", "AWS_SECRET_ACCESS_KEY": "secret-of-tests"}


@dataclass(frozen=True)
class Bucket:
    """A bucket with nothing in it: what `PIYING_STORAGE` says, and what boto3 is told beside it."""

    name: str
    endpoint: str

    @property
    def address(self) -> str:
        """As the settings name it, with a prefix."""
        return f"s3://{self.name}/studio"

    @property
    def environment(self) -> dict[str, str]:
        """Where the server is, and who we are to it."""
        return {**KEYS, "AWS_ENDPOINT_URL_S3": self.endpoint, "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[str]:
    """The address of a running server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a second to import, for few tests
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(bucket_server: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A bucket of its own, which this process reaches."""
    made = Bucket(f"piying-{secrets.token_hex(6)}", bucket_server)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    from webapp.providers.storage.asking import client  # noqa: PLC0415 - for few tests

    client().create_bucket(Bucket=made.name)
    return made
