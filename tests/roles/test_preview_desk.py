"""The desk of a preview: what waits for rest, and what does not."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from render.timeline.resolve import resolve
from render.timeline.voicing import link
from roles.preview_desk import PATIENCE_S, Desk
from roles.preview_stage import Play
from tests.exporting import small_document


class Sounds:
    """A shelf on which nothing lies yet."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def known(self, name: str) -> tuple[str, ...] | None:
        return ("piece",) if name in self.made else None

    def make(self, name: str, _timeline: object) -> None:
        self.made.append(name)


@pytest.fixture
def reports() -> list[str]:
    """What the tab was told."""
    return []


@pytest.fixture
def desk(reports: list[str]) -> Desk:
    """At a moment when something has just been changed, and nothing plays."""
    record = SimpleNamespace(short_side_px=540, owner="web")
    there = SimpleNamespace(say=lambda *_: None, report=lambda *told: reports.append(told[2]))
    heart = SimpleNamespace(there=there, session_id="session", generation=1, record=record)
    made = Desk(heart, SimpleNamespace(), Sounds(), clock=lambda: 100.0)
    document = small_document("早上好。")
    timeline = resolve(document, link(document, "zh", "engine", {}))
    made.play = Play(0, "manifest", timeline, (), {})
    made._changed_at = 100.0
    return made


def mixed_now(desk: Desk) -> bool:
    desk._tend_sound(100.0)
    if desk._mixing is not None:
        desk._mixing.join()
    return bool(desk.sounds.made)


def test_an_edit_is_mixed_once_it_rests(desk: Desk) -> None:
    assert not mixed_now(desk)

    desk._changed_at = 0.0

    assert mixed_now(desk)


def test_a_sentence_that_was_voiced_is_mixed_at_once(desk: Desk) -> None:
    desk._hear_voiced({"type": "voiced"})

    assert mixed_now(desk)
    desk.sounds.made.clear()
    desk._tried_sound = ""
    assert not mixed_now(desk)


def test_a_sentence_that_was_voiced_is_mixed_before_its_picture_is_drawn(desk: Desk) -> None:
    desk._hear_voiced({"type": "voiced"})
    desk.stage = SimpleNamespace(read=lambda: replace(desk.play, manifest="of the sentence"), keep_only=lambda *_: None)

    desk._work()
    desk._mixing.join()

    assert desk.sounds.made
    assert desk._dirty


def test_a_mix_is_told_as_soon_as_it_is_there(desk: Desk, reports: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    last_breath = threading.Event()
    monkeypatch.setattr(desk, "_mix", lambda name, play: (desk.sounds.make(name, play.timeline), last_breath.wait(30)))
    desk._changed_at, desk._dirty = 0.0, True
    desk._tend_sound(100.0)
    threading.Timer(0.05, last_breath.set).start()

    desk._hear_mixed({"type": "mixed"})

    assert reports == ["sound"]


def test_nothing_else_is_made_ready_while_words_are_awaited(desk: Desk) -> None:
    steps = iter(range(9))
    desk._leisure, desk._fine, desk._dirty, desk._stale = steps, True, False, False
    desk._changed_at = 0.0
    desk._tend_voices = desk._tend_sound = lambda _now: None

    waiting = replace(desk.play, missing=("digest",))
    desk.play, heard = waiting, desk.play
    desk._work()
    assert desk._patience_s() == PATIENCE_S
    desk.play = heard
    desk._work()

    assert next(steps) == 1
