"""The comparison measures whole process trees, says who is missing, and keeps its figures in one shape."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from bench import cases, comparison, graphs, growth, likeness, scripts
from bench.cases import Case
from bench.meter import adopt_orphans, measured
from render.media.encode import encode_segment
from render.pixels.fill import solid
from render.presets.exports import ExportPreset
from render.timeline.resolve import resolve

TINY = ExportPreset("tiny", 64, "ultrafast", 30)


def film(path: Path, colours: tuple[str, ...] = ("#204060", "#c08040")) -> Path:
    frames = [solid(64, 96, colour) for colour in colours for _ in range(10)]
    encode_segment(frames, path, size_px=(64, 96), frame_rate=25, preset=TINY)
    return path


@pytest.fixture
def names(monkeypatch, tmp_path):
    """Stand-ins for the inputs' names: no file is opened."""
    monkeypatch.setattr(scripts, "asset", lambda name: f"{abs(hash(name)):064x}"[-64:])
    monkeypatch.setattr(scripts, "manifest", lambda _document: scripts.LinkManifest("en"))
    monkeypatch.setattr(graphs, "box", lambda _name, _centre: (60, 1_500, 960, 320))
    return tmp_path


def test_the_time_of_children_and_of_their_orphans_counts(tmp_path):
    adopt_orphans()
    burn = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    taken = measured([sys.executable, "-c", script], tmp_path / "log", timeout_s=60)
    assert taken.status == 0
    assert taken.cpu_s >= 0.3


def test_a_command_that_takes_too_long_is_ended(tmp_path):
    taken = measured([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log", timeout_s=0.5)
    assert taken.status != 0
    assert taken.wall_s < 30


def test_what_a_command_says_last_is_kept(tmp_path):
    assert measured([sys.executable, "-c", "print('so long')"], tmp_path / "log", timeout_s=60).printed == "so long\n"


def test_films_are_counted_and_compared(tmp_path):
    one, other = film(tmp_path / "one.mp4"), film(tmp_path / "other.mp4", ("#204060", "#000000"))
    assert likeness.frame_count(one) == 20
    assert likeness.is_constant(one)
    assert likeness.ssim(one, one) == 1
    assert likeness.ssim(one, other) < 0.9


@pytest.mark.parametrize(("workload", "frames"), [("W1", 500), ("W2", 1_500), ("W3", 600), ("W4", 1_000)])
def test_our_documents_are_as_long_as_the_others_films(names, workload, frames):
    document = scripts.DOCUMENTS[workload]()
    assert resolve(document, scripts.manifest(document)).duration == frames * scripts.FRAME
    command = list(map(str, graphs.WORKLOADS[workload](names / "film.mp4")))
    assert command[command.index("-t", len(command) - 3) + 1] == str(frames / 25)


def test_one_changed_text_is_all_that_the_edit_of_w4_changes(names):
    before, after = scripts.w4(), scripts.w4(4)
    changed = [one.id for one, other in zip(before.scenes, after.scenes, strict=True) if one != other]
    assert changed == ["s4"]


def test_documents_that_grow_grow_in_one_way_only(names):
    few, many = growth.layered(5), growth.layered(60)
    assert [len(document.scenes[0].layers) for document in (few, many)] == [5, 60]
    assert len({resolve(document, scripts.LinkManifest("en")).duration for document in (few, many)}) == 1
    short, long = (resolve(growth.long(minutes), scripts.LinkManifest("en")) for minutes in (1, 2))
    assert (short.duration, long.duration) == (60 * 240_000, 120 * 240_000)
    assert [len(growth.clipped(count).tracks[0].layers) for count in (10, 200)] == [10, 200]


def test_a_peer_that_is_not_here_says_why_and_the_run_goes_on(monkeypatch, tmp_path):
    made = [sys.executable, "-c", 'print(\'{"ours": {"wall_s": 1.0, "cpu_s": 2.0}}\')']
    here = Case("ours", made, inside=cases._parts)
    monkeypatch.setattr(cases, "of", lambda _workload, _peers, _device: [here, Case("stranger", missing="never heard of it")])
    monkeypatch.setattr(cases, "environment", dict)
    monkeypatch.setattr(comparison, "FILMS", tmp_path)
    film(tmp_path / "W1-ours.mp4")
    said: list[str] = []
    found = comparison.compared("W1", ["stranger"], 2, said.append)
    assert any("stranger" in line and "never heard of it" in line for line in said)
    assert (found["ours"].wall_s, found["ours"].cpu_s, found["ours"].rounds, found["ours"].frames) == (1.0, 2.0, 2, 20)
    assert found["ours_cold"].cpu_s > 0
    assert {"wall_s", "cpu_s", "peak_mb", "frames", "ssim"} <= set(json.loads(json.dumps(asdict(found["ours"]))))


def test_nobody_by_an_unknown_name_is_run():
    assert [case.missing for case in cases._peer("W1", "stranger")] == ["nobody knows it"]
