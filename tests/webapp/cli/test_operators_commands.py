"""`flask doctor`, `flask backup` and `flask restore`, as typed."""

from pathlib import Path

from flask import Flask

from webapp.cli import doctor
from webapp.services.checkup import Finding, State


def run(app: Flask, *words: str) -> tuple[int, str]:
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def test_the_doctor_ends_with_one_when_something_is_broken(app: Flask, monkeypatch) -> None:
    monkeypatch.setattr(doctor.checkup, "examine", lambda *_: [Finding("disk", State.BROKEN, "none left")])
    assert run(app, "doctor") == (1, "BROKEN  disk      none left\n")

    monkeypatch.setattr(doctor.checkup, "examine", lambda *_: [Finding("disk", State.WARNING, "little left")])
    assert run(app, "doctor")[0] == 0


def test_a_backup_says_what_it_holds_and_a_restore_what_it_refuses(app: Flask, tmp_path: Path) -> None:
    code, words = run(app, "backup", str(tmp_path / "backup"))
    assert (code, "1 files" in words) == (0, True)

    code, words = run(app, "restore", str(tmp_path / "backup"))
    assert code == 1
    assert "--replace" in words

    (tmp_path / "backup" / "piying.sqlite3").write_text("x")
    code, words = run(app, "restore", "--replace", str(tmp_path / "backup"))
    assert code == 1
    assert "piying.sqlite3 is missing or is not what it was" in words
