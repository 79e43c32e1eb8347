"""A queue server of our own: the embedded Valkey, started when the first test asks."""

import subprocess
from collections.abc import Iterator

import pytest
from redis import Redis

from roles.lifeline import tied
from tools.stack import valkey
from tools.stack.ports import free_port


@pytest.fixture(scope="session")
def queue_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server."""
    instance = valkey.new_instance("queue", tmp_path_factory.mktemp("queue"), free_port(), lasting=True)
    command = (valkey.server_binary(), instance.write_config())
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=tied())  # noqa: PLW1509 - one thread
    valkey.wait_until_ready(instance, lambda: process.poll() is None)
    yield instance.url
    process.terminate()
    process.wait(10)


@pytest.fixture
def queue_url(queue_server: str) -> str:
    """A server with nothing on it."""
    with Redis.from_url(queue_server) as client:
        client.flushall()
    return queue_server
