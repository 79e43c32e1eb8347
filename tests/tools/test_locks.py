"""The locks: complete, by hash, and without a place on the network."""

import re

import pytest

from tools.locks import LOCKS, OF_TORCH, entries

NAMES = ["runtime.txt", "dev.txt", "torch-cpu.txt", "torch-cuda.txt"]


def pins(lock: str) -> dict[str, str]:
    found = (re.match(r"([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", entry) for entry in entries((LOCKS / lock).read_text()))
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("lock", NAMES)
def test_every_requirement_has_a_version_and_a_hash(lock: str) -> None:
    requirements = entries((LOCKS / lock).read_text())

    assert requirements
    assert all("==" in requirement and "--hash=sha256:" in requirement for requirement in requirements)


@pytest.mark.parametrize("lock", NAMES)
def test_no_lock_names_a_place_on_the_network(lock: str) -> None:
    assert not re.search(r"://|index-url|find-links", (LOCKS / lock).read_text())


def test_torch_is_in_its_own_locks_alone() -> None:
    for lock in ("runtime.txt", "dev.txt"):
        assert not [entry for entry in entries((LOCKS / lock).read_text()) if OF_TORCH.match(entry)]
    assert pins("torch-cpu.txt")["torch"] == pins("torch-cuda.txt")["torch"] + "+cpu"


def test_development_has_the_same_packages_as_runtime() -> None:
    development = pins("dev.txt")

    assert {name: development.get(name) for name in pins("runtime.txt")} == pins("runtime.txt")


@pytest.mark.parametrize(("source", "lock"), [("runtime.in", "runtime.txt"), ("dev.in", "dev.txt")])
def test_what_is_asked_for_exactly_is_what_is_locked(source: str, lock: str) -> None:
    asked = dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)$", (LOCKS / source).read_text(), re.MULTILINE))
    asked.pop("torch", None)

    assert {name: pins(lock).get(name) for name in asked} == asked
