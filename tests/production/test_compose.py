"""`deploy/compose.yaml` and `deploy/Dockerfile` are read as their programs would read them: no container runs in these tests."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from roles.registry import ROLES

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SERVICE = {
    "image", "build", "restart", "init", "environment", "volumes", "depends_on", "healthcheck", "command", "ports", "security_opt", "profiles",
    "cpu_shares",
}  # fmt: skip
CONDITIONS = {"service_healthy", "service_started", "service_completed_successfully"}
ASKED = re.compile(r"(?<!\$)\$\{(\w+)")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file with its anchors resolved. YAML 1.1 would take a bare `no` for False: none is left bare."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_every_part_is_one_that_compose_knows(compose: dict[str, Any]) -> None:
    assert {key for key in compose if not key.startswith("x-")} == {"name", "services", "volumes"}
    for name, service in compose["services"].items():
        assert set(service) <= SERVICE, name
        assert service.get("restart", "no") in {"no", "always", "unless-stopped", "on-failure"}, name
        assert all(isinstance(value, str) for value in service.get("environment", {}).values()), name
        assert all(isinstance(word, str) for word in service.get("command", ())), name


def test_whoever_waits_for_another_waits_for_one_that_is_there_and_says_when_it_is_well(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other], (name, other)


def test_every_folder_that_is_lent_is_there_and_every_volume_declared(compose: dict[str, Any]) -> None:
    named = [volume.split(":") for service in compose["services"].values() for volume in service.get("volumes", ())]

    for source, target, *_ in named:
        assert target.startswith("/")
        assert source in compose["volumes"] or source == "./tls" or (DEPLOY / source).exists(), source
    assert {source for source, *_ in named if not source.startswith(".")} == set(compose["volumes"])


def test_every_role_has_its_workers_and_there_are_two_webs(compose: dict[str, Any]) -> None:
    workers = [service["command"][2] for service in compose["services"].values() if "worker.py" in service.get("command", ())]

    assert sorted(workers) == sorted({*ROLES, "clock"})
    assert {"web-1", "web-2"} <= set(compose["services"])


def test_everything_that_is_asked_for_stands_in_the_example(compose: dict[str, Any]) -> None:
    asked = set(ASKED.findall((DEPLOY / "compose.yaml").read_text("utf-8")))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "compose.env.example").read_text("utf-8"), re.MULTILINE))

    assert asked == given


def test_every_setting_is_one_that_a_server_of_ones_own_has_too(compose: dict[str, Any]) -> None:
    known = set(re.findall(r"^#?\s?(\w+)=", (DEPLOY / "piying.env.example").read_text("utf-8"), re.MULTILINE)) | {"PIYING_BIND"}

    assert set(compose["services"]["web-1"]["environment"]) <= known


def test_nginx_is_told_of_the_containers_in_place_of_every_port_of_one_machine(compose: dict[str, Any]) -> None:
    site, script = (DEPLOY / "nginx" / "piying.conf").read_text("utf-8"), compose["services"]["nginx"]["command"][2]
    replaced = re.findall(r"s\|([^|]+)\|", script)

    for place in replaced:
        assert place in site
        site = site.replace(place, "")
    assert "127.0.0.1" not in site


def test_the_image_is_made_of_what_is_there() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    seen = [line[1:] for line in (DEPLOY.parent / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]

    assert all((DEPLOY.parent / name).exists() for name in seen)
    assert {"requirements", "package-lock.json", "tools", "webapp", "render", "roles", "wsgi.py", "worker.py"} <= set(seen)
    assert {line.split()[0] for line in lines if re.match(r"[A-Z]+ ", line)} <= {
        "FROM",
        "RUN",
        "WORKDIR",
        "COPY",
        "ENV",
        "USER",
        "VOLUME",
        "EXPOSE",
        "CMD",
    }
    assert lines.index("USER piying") > max(number for number, line in enumerate(lines) if line.startswith(("RUN", "COPY")))
