"""Remotion is installed apart, by its own command, and runs only as it was installed."""

import json
from types import SimpleNamespace

import pytest

from bench import cases, scripts
from bench.peers import of_remotion
from render.timeline.manifest import LinkManifest, SpokenBlock
from render.timeline.spoken import SpokenTimes


@pytest.fixture
def here(monkeypatch, tmp_path):
    """A machine with programs that note how they are called, and with nothing installed."""
    programs, calls = tmp_path / "programs", tmp_path / "calls"
    programs.mkdir()
    for name in ("node", "npm", "chromium"):
        program = programs / name
        program.write_text(f'#!/bin/sh\necho "$PWD: {name} $*" >> {calls}\nif [ {name} = node ]; then /bin/mkdir "$3"; fi\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    installed, media = tmp_path / "remotion", tmp_path / "media"
    for name, path in (("REMOTION", installed), ("BUNDLE", installed / "bundle"), ("MEDIA", media)):
        monkeypatch.setattr(of_remotion, name, path)
    return SimpleNamespace(programs=programs, installed=installed, media=media, calls=lambda: calls.read_text().splitlines())


def test_what_is_missing_is_said(here):
    assert "python -m bench.peers.of_remotion" in of_remotion.missing()
    (here.programs / "chromium").unlink()
    assert of_remotion.missing() == "no Chromium"


def test_it_is_installed_by_the_lock_without_running_anything_of_the_packages(here):
    assert of_remotion.main([]) == 0
    assert here.calls() == [
        f"{here.installed}: npm ci --ignore-scripts --no-audit --no-fund",
        f"{of_remotion.Path.cwd()}: node {here.installed}/bundle.mjs {here.media} {here.installed}/bundle",
    ]
    assert of_remotion.missing() == ""


def test_installing_again_makes_the_page_anew(here):
    of_remotion.main([])
    (here.installed / "bundle/old.js").touch()
    of_remotion.main([])
    assert list((here.installed / "bundle").iterdir()) == []


def test_films_that_were_changed_since_are_not_rendered(here):
    of_remotion.main([])
    (here.installed / "films.jsx").write_text("// as it was")
    assert "installs it" in of_remotion.missing()


def test_it_runs_once_in_the_browser_that_is_here(here):
    of_remotion.main([])
    cases._missing.cache_clear()
    (case,) = cases._peer("W2", "remotion")
    cases._missing.cache_clear()
    assert case.once
    assert list(case.command)[1:3] == [here.installed / "render.mjs", "W2"]
    assert case.command[-1] == str(here.programs / "chromium")


def test_every_package_is_pinned_by_its_hash():
    wanted = json.loads((of_remotion.SOURCES / "package.json").read_text())["dependencies"]
    lock = json.loads((of_remotion.SOURCES / "package-lock.json").read_text())["packages"]
    assert lock[""]["dependencies"] == wanted
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in package and "resolved" not in package for path, package in lock.items() if path)


def test_music_is_told_where_somebody_speaks(monkeypatch):
    second = 25 * scripts.FRAME
    spoken = {f"say{number}": SpokenBlock(f"say{number}", "0" * 64, SpokenTimes(second)) for number in range(6)}
    monkeypatch.setattr(scripts, "asset", lambda name: f"{abs(hash(name)):064x}"[-64:])
    monkeypatch.setattr(scripts, "manifest", lambda _document: LinkManifest("en", spoken))
    scene = [(0, 25), (27, 53), (55, 80)]
    assert cases._said() == [*scene, *((250 + first, 250 + end) for first, end in scene)]
