"""The embedded servers' settings."""

from pathlib import Path

import pytest

from tools.stack import valkey
from tools.stack.errors import StackRefused


def test_the_configuration_is_for_its_owner_only_and_the_password_stays(tmp_path: Path) -> None:
    first = valkey.new_instance("queue", tmp_path / "queue", 7001, lasting=True)
    second = valkey.new_instance("queue", tmp_path / "queue", 7002, lasting=True)

    path = first.write_config()

    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "queue" / "password").stat().st_mode & 0o777 == 0o600
    assert first.password == second.password
    assert {"bind 127.0.0.1", "appendonly yes", "maxmemory-policy noeviction"} <= set(path.read_text().splitlines())


def test_the_frame_server_writes_nothing_and_may_forget(tmp_path: Path) -> None:
    lines = valkey.new_instance("frames", tmp_path, 7001, lasting=False).write_config().read_text().splitlines()

    assert {"appendonly no", 'save ""', "maxmemory-policy allkeys-lru"} <= set(lines)


def test_without_the_package_the_machines_server_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "_packaged", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackRefused, match="redis-server"):
        valkey.server_binary()

    server = tmp_path / "redis-server"
    server.touch(0o755)
    assert valkey.server_binary() == server


def test_a_server_that_dies_at_once_is_reported(tmp_path: Path) -> None:
    instance = valkey.new_instance("queue", tmp_path, 1, lasting=True)

    with pytest.raises(StackRefused, match="queue server does not start"):
        valkey.wait_until_ready(instance, lambda: False)
