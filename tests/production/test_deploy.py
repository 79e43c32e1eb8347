"""What the files of `deploy/` name is there: programs, modules, settings, pages; and an image has all that its commands need."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

import worker
from webapp.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PLACE = "/opt/piying"
BOTO3 = {"AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
USED = """
import sys
from alembic.config import main
import roles.answering, roles.clock, worker, wsgi
assert wsgi.__file__.startswith(sys.argv[1]), wsgi.__file__
main(["upgrade", "head"])
"""
READ_FROM = re.compile(r'environ(?:ment)?(?:\.get)?[(\[]"(\w+)"|_number\(environment, "(\w+)"')


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]


def settings_read() -> set[str]:
    """Every variable that the web, gunicorn's settings and boto3 read."""
    sources = (REPOSITORY / "webapp" / "settings.py", DEPLOY / "gunicorn.conf.py")
    return BOTO3 | {name for source in sources for found in READ_FROM.findall(source.read_text("utf-8")) for name in found if name}


def check_command(words: list[str]) -> None:
    """One of our own commands, as compose or systemd would start it at the top of the repository."""
    program = Path(words[0].replace(PLACE, str(REPOSITORY)))
    assert (program if program.is_absolute() else REPOSITORY / ".venv" / "bin" / program).exists(), words
    if words[1:2] == ["worker.py"]:
        count = [re.sub(r"^\$\{.*\}$|^%i$", "1", word) for word in words[3:]]
        worker._parser().parse_args([words[2].replace("%i", "clock"), *count])
    if words[1:2] == ["-m"]:
        assert find_spec(words[2]), words
    assert all((REPOSITORY / word).exists() for word in words if word.endswith(".py"))
    assert all(find_spec(word.partition(":")[0]) for word in words if word.endswith(":app"))


def test_what_the_examples_and_containers_set_is_read_by_somebody(services: dict[str, Any]) -> None:
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "piying.env.example").read_text("utf-8"), re.MULTILINE))

    assert (given | set(services["web-1"]["environment"])) - settings_read() == set()


def test_the_containers_settings_are_good_for_production(services: dict[str, Any], tmp_path: Path) -> None:
    environment = {
        name: re.sub(r"\$\{\w+:?[-?]?([^}]*)\}", lambda found: "" if "?" in found[0] else found[1], value)
        for name, value in services["web-1"]["environment"].items()
    }
    filled = {"PIYING_SECRET_KEY": "0123456789abcdef" * 4, "PIYING_PUBLIC_URL": "https://studio.example.com", "PIYING_HOME": str(tmp_path)}

    read = Settings.from_environment(environment | filled)

    assert (read.environment, read.hands_files, read.proxies, read.storage) == ("production", True, 1, "")


def test_every_command_of_ours_is_one_that_can_be_given(services: dict[str, Any]) -> None:
    ours = [service["command"] for service in services.values() if service["image"] == "piying" and "command" in service]
    (default,) = re.findall(r"^CMD (.+)$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)

    assert len(ours) == 6
    for words in (*ours, yaml.safe_load(default)):
        check_command(words)


def test_whoever_asks_a_web_how_it_is_asks_for_a_page_at_the_port_that_it_has(services: dict[str, Any], app: Any) -> None:
    _, port = services["web-1"]["environment"]["PIYING_BIND"].split(":")
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", services["web-1"]["healthcheck"]["test"][-1])
    script = services["nginx"]["command"][2]

    assert asked is not None
    assert asked[1] == port
    assert app.url_map.bind("localhost").match(asked[2])
    assert set(re.findall(r"web-\d:(\d+)", script)) == {port}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_what_is_there_in_the_way_that_systemd_reads_it(unit: Path, tmp_path: Path) -> None:
    read = RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(unit.read_text("utf-8"))
    service = dict(read["Service"])
    check_command(shlex.split(service["ExecStart"]))

    assert service["WorkingDirectory"] == PLACE
    assert service["ReadWritePaths"] in (DEPLOY / "piying.env.example").read_text("utf-8")
    named = {word.partition("=")[0] for word in shlex.split(service["Environment"])}
    assert named - settings_read() <= {"PYTHONUNBUFFERED", "PIYING_COUNT"}
    if verifier := shutil.which("systemd-analyze"):
        one = tmp_path / unit.name.replace("@", "@clock")
        one.write_text(unit.read_text("utf-8").replace(f"{PLACE}/", f"{REPOSITORY}/"))
        told = subprocess.run((verifier, "verify", str(one)), capture_output=True, text=True, check=False)
        assert one.name not in told.stderr, told.stderr


def test_an_image_holds_all_that_its_commands_import(tmp_path: Path) -> None:
    image = tmp_path / "image"
    lines = (REPOSITORY / ".dockerignore").read_text("utf-8").splitlines()
    listing = ("git", "ls-files", "--cached", "--others", "--exclude-standard", *(line[1:] for line in lines if line.startswith("!")))
    kept = subprocess.run(listing, cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    for name in kept.stdout.decode().splitlines():
        (image / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / name, image / name)
    environment = {**os.environ, "PYTHONPATH": str(image), "PIYING_HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    for words in (("-c", USED, str(image)), ("-m", "tools.setup", "--help")):
        subprocess.run((sys.executable, *words), cwd=image, env=environment, check=True, stdout=subprocess.DEVNULL)
