"""The desk of a preview: what waits for rest, and what does not."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from render.timeline.resolve import resolve
from render.timeline.voicing import link
from roles.preview_desk import PATIENCE_S, REST_S, VOICE_REST_S, Desk
from roles.preview_stage import Play
from tests.exporting import small_document


class Sounds:
    """A shelf on which nothing lies yet."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def known(self, name: str) -> tuple[str, ...] | None:
        return ("piece",) if name in self.made else None

    def make(self, name: str, _timeline: object) -> tuple[str, ...]:
        self.made.append(name)
        return ("piece",)


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


def test_a_mix_is_told_while_the_desk_is_at_something_else(desk: Desk, reports: list[str]) -> None:
    desk._changed_at = 0.0

    assert mixed_now(desk)

    assert reports == ["sound"]
    desk._tend_sound(100.0)
    assert reports == ["sound"], "what was told is not told again"


def test_what_waits_for_the_mixer_is_mixed_next(desk: Desk) -> None:
    last_breath = threading.Event()
    desk._mixing = threading.Thread(target=last_breath.wait, args=(30,))
    desk._mixing.start()
    desk._changed_at = 0.0
    desk._tend_sound(100.0)
    assert not desk.sounds.made
    threading.Timer(0.05, last_breath.set).start()

    desk._hear_mixed({"type": "mixed"})
    desk._mixing.join()

    assert desk.sounds.made


def test_new_words_are_asked_for_before_the_picture_is_drawn_anew(desk: Desk) -> None:
    desk.play, desk._words_at = replace(desk.play, missing=("digest",)), 100.0
    desk._dirty, desk._stale, desk._fine = False, False, False

    waits_s = desk._patience_s()

    assert waits_s == pytest.approx(VOICE_REST_S)
    assert waits_s < REST_S


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
