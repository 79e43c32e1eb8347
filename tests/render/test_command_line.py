"""`python -m render`: what it writes, says and answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from render import __main__ as command_line
from render.errors import SetupIncomplete
from render.presets.exports import PRESETS, ExportPreset
from render.timeline import codec

ROOT = Path(__file__).parents[2]


@pytest.fixture
def document_path(house, two_scenes):
    path = house.folder / "document.json"
    path.write_bytes(codec.write(two_scenes()))
    return path


@pytest.fixture
def embedded(house, monkeypatch):
    """The command line with stand-ins for the embedded engines, at home in the test's folder."""
    monkeypatch.setenv("PIYING_HOME", str(house.folder / "home"))
    monkeypatch.setitem(PRESETS, "tiny", ExportPreset("tiny", 180, "ultrafast", 30))

    def stand_in(_options):
        return command_line.House(house.sources, house.speech, house.avatars, house.folder / "pieces", house.speech_folder, "cpu")

    monkeypatch.setattr(command_line, "_house", stand_in)
    return house


def run(*arguments):
    return command_line.main([str(argument) for argument in arguments])


def test_export_writes_film_captions_and_cover_and_says_what_it_took(embedded, document_path, capsys):
    assert run("export", document_path, embedded.folder / "film.mp4", "--preset", "tiny") == 0
    assert {"film.mp4", "film.srt", "film.vtt", "film.jpg"} <= {path.name for path in embedded.folder.iterdir()}
    assert "3 rendered, 0 reused" in capsys.readouterr().out


def test_frame_writes_a_picture_of_the_presets_size(embedded, document_path):
    out = embedded.folder / "frame.png"
    assert run("frame", document_path, "--at", "0.5", out, "--preset", "720p") == 0
    with Image.open(out) as picture:
        assert picture.size == (720, 1280)


def test_check_is_quiet_about_a_good_document(document_path, capsys):
    assert run("check", document_path) == 0
    assert capsys.readouterr().out == ""


def test_check_lists_problems_and_answers_1(tmp_path, capsys):
    path = tmp_path / "empty.json"
    path.write_text("{}")
    assert run("check", path) == 1
    assert "no-scenes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "named"), [("{", "json"), (json.dumps({"schema_version": 99}), "document-too-new"), (json.dumps({"scenes": 3}), "scenes")]
)
def test_check_names_what_is_wrong_with_a_document_that_cannot_be_read(tmp_path, capsys, content, named):
    path = tmp_path / "broken.json"
    path.write_text(content)
    assert run("check", path) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert named in lines[0]


def test_a_file_that_is_not_there_is_one_line_and_2(tmp_path, capsys):
    assert run("check", tmp_path / "nothing.json") == 2
    assert capsys.readouterr().err.splitlines() == [f"render: No such file or directory: {tmp_path / 'nothing.json'}"]


def test_an_empty_document_cannot_be_exported(embedded, tmp_path, capsys):
    path = tmp_path / "empty.json"
    path.write_text("{}")
    assert run("export", path, tmp_path / "film.mp4") == 2
    assert capsys.readouterr().err.splitlines() == ["render: document (empty): path scenes"]
    assert not (tmp_path / "film.mp4").exists()


def test_missing_models_lead_to_set_up(embedded, document_path, capsys, monkeypatch):
    def incomplete(*_arguments):
        raise SetupIncomplete(what="model", name="kokoro/model.onnx")

    monkeypatch.setattr(embedded.speech, "synthesize", incomplete)
    assert run("export", document_path, embedded.folder / "film.mp4") == 2
    error = capsys.readouterr().err
    assert "make setup" in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("film.mov",), ("film.mp4", "--no-label"), ("film.mp4", "--preset", "8k")])
def test_what_is_not_on_offer_is_refused(embedded, document_path, arguments):
    with pytest.raises(SystemExit) as stopped:
        run("export", document_path, *arguments)
    assert stopped.value.code == 2


def test_checking_loads_no_machinery(document_path):
    script = (
        "import sys; from render.__main__ import main; status = main(['check', sys.argv[1]]); "
        "print(status, sorted({'torch', 'av', 'onnxruntime', 'numba'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(document_path)], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    )
    assert answer.stdout.split("\n")[0] == "0 []"
