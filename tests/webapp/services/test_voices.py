"""Voicing on demand: what is needed first is said first, whoever's bell is answered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from render.timeline.voicing import link
from tests.exporting import keep, small_document
from webapp import jobs
from webapp.services import linking, voices
from webapp.services.previews import Previews
from webapp.services.voices import For, Waiting, Wish


@pytest.fixture
def there(queue_url: str) -> Previews:
    """Whoever looks, and what she wishes to hear, on a server with nothing on it."""
    return Previews(Redis.from_url(queue_url), 3)


def timeline() -> PlacedTimeline:
    document = small_document("早上好。", "中午好。", "晚上好。")
    return resolve(document, link(document, "zh", "engine", {}))


def test_a_playhead_needs_the_passage_under_it_then_what_follows_then_what_lies_behind() -> None:
    placed = timeline()

    assert voices.blocks_from(placed, 0) == ["b0", "b1", "b2"]
    assert voices.blocks_from(placed, placed.scenes[1].range.start + 10) == ["b1", "b2", "b0"]


def test_what_is_missing_is_asked_for_in_the_order_of_need_and_nothing_is_lost() -> None:
    assert voices.in_order_of_need(["a", "b", "c", "d"], ["c", "x", "a", "c"]) == ["c", "a", "b", "d"]


def said_upon(there: Previews, *bells: Wish, wished: bool = True) -> list[str]:
    """What is said upon each of these bells, where nothing was said before."""
    return [next(voices.wishes(there, bell, wished=wished)).digest[0] for bell in bells]


def ask(there: Previews, queue_url: str, project_id: str, names: str, *, opening: bool = False) -> list[Wish]:
    """Wish for sentences, each called by a letter; the bells that are rung for them."""
    digests = [name * 64 for name in names]
    voices.ask(there.client, project_id, digests, queue_url=queue_url, opening=opening)
    return [Wish(digest, project_id) for digest in digests]


def look_at(there: Previews, project_id: str) -> str:
    return there.open(project_id, "tenant", "zh", "login", "web", short_side_px=540)


def test_a_bell_rung_for_words_since_rewritten_voices_what_is_needed_now(there: Previews, queue_url: str) -> None:
    old = ask(there, queue_url, "p1", "a")
    new = ask(there, queue_url, "p1", "bc")

    assert said_upon(there, *old, *new) == ["b", "c", "c"]


def test_a_bell_that_waits_is_not_rung_twice(there: Previews, queue_url: str) -> None:
    ask(there, queue_url, "p1", "ab")
    ask(there, queue_url, "p1", "ba")

    assert len(jobs.queue("speech", queue_url).get_job_ids()) == 2
    assert said_upon(there, Wish("a" * 64, "p1")) == ["b"]


def test_without_the_lists_a_bell_means_its_own_sentence(there: Previews) -> None:
    bell = Wish("a" * 64, "p1")

    assert list(voices.wishes(there, bell, wished=True)) == [bell]
    assert list(voices.wishes(Previews(Redis.from_url("redis://127.0.0.1:1/0"), 1), bell, wished=False)) == [bell]


def test_a_script_just_opened_hears_its_first_sentence_before_the_rest_of_one_that_was_there(there: Previews, queue_url: str) -> None:
    look_at(there, "old")
    bells = ask(there, queue_url, "old", "abcd")
    assert said_upon(there, *bells[:2]) == ["a", "b"]
    look_at(there, "new")
    bells += ask(there, queue_url, "new", "wxyz")

    assert said_upon(there, *bells[2:]) == ["w", "x", "y", "c", "z", "d"]


def test_a_project_that_nobody_watches_any_more_gives_way(there: Previews, queue_url: str) -> None:
    tab = look_at(there, "left")
    bells = ask(there, queue_url, "left", "abc")
    there.close(tab)
    look_at(there, "watched")
    bells += ask(there, queue_url, "watched", "xyz")

    assert said_upon(there, *bells) == ["x", "y", "z", "a", "b", "c"]


def test_a_script_just_sent_goes_first_though_no_tab_shows_it_yet(there: Previews, queue_url: str) -> None:
    look_at(there, "watched")
    bells = ask(there, queue_url, "watched", "ab") + ask(there, queue_url, "sent", "x", opening=True)

    assert said_upon(there, *bells) == ["x", "a", "b"]


def test_a_sentence_changed_in_a_film_that_was_all_said_comes_first_again(there: Previews, queue_url: str) -> None:
    for project_id in ("done", "other"):
        look_at(there, project_id)
    assert said_upon(there, *ask(there, queue_url, "done", "ab")) == ["a", "b"]
    bells = ask(there, queue_url, "other", "wxyz")
    assert said_upon(there, bells[0]) == ["w"]

    assert said_upon(there, *ask(there, queue_url, "done", "c"), *bells[1:]) == ["c", "x", "y", "z"]


def test_a_wish_whose_worker_died_stands_first_again_once_it_is_asked_for_again(there: Previews, queue_url: str) -> None:
    """A preview asks again for what is still missing; the worker took wish and bell along."""
    look_at(there, "p1")
    bells = ask(there, queue_url, "p1", "abc")
    assert said_upon(there, bells[0]) == ["a"]

    assert said_upon(there, *ask(there, queue_url, "p1", "abc")) == ["a", "b", "c"]


def test_an_edit_while_a_sentence_is_being_said_is_heard_next(there: Previews, queue_url: str) -> None:
    look_at(there, "p1")
    bells = ask(there, queue_url, "p1", "abcd")
    saying = voices.wishes(there, bells[0], wished=True)
    assert next(saying).digest[0] == "a"
    ask(there, queue_url, "p1", "xbcd")

    assert said_upon(there, *bells[1:]) == ["x", "b", "c"]


def test_words_of_an_export_are_said_while_people_wait_for_others(there: Previews, queue_url: str) -> None:
    look_at(there, "watched")
    bells = ask(there, queue_url, "watched", "abcdef")
    for_export = [Wish(name * 64, "export") for name in "xy"]

    said = said_upon(there, *for_export, wished=False) + said_upon(there, *bells)

    assert said == ["a", "b", "c", "x", "d", "e", "f", "y"]


def test_a_first_sentence_does_not_wait_for_the_turn_of_the_rest() -> None:
    waiting = [Waiting("new", 0, 2, watched=True), Waiting("old", 5, 1, watched=True), Waiting("left", 0, 3, watched=False)]

    assert voices.turn(waiting, rest=True, since_rest=9) == waiting[0]
    assert voices.turn(waiting[1:], rest=True, since_rest=9) == voices.THE_REST
    assert voices.turn(waiting[1:], rest=False, since_rest=9) == waiting[2]
    assert voices.turn([], rest=False, since_rest=0) is None


@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=6),
    st.integers(0, 12),
)
def test_whoever_waits_is_served_in_the_end(told: list[tuple[int, bool]], since_rest: int) -> None:
    """Everybody has one wish more than she has heard, and nobody new comes."""
    waiting = {str(place): Waiting(str(place), said, place, watched=watched) for place, (said, watched) in enumerate(told)}
    rest, served = 3, 0
    while (served_now := voices.turn(waiting.values(), rest=rest > 0, since_rest=since_rest)) is not None:
        served, since_rest = served + 1, since_rest + 1 if served_now.watched else 0
        if served_now.project_id:
            del waiting[served_now.project_id]
        else:
            rest -= 1

    assert served == len(told) + 3


def test_a_wish_says_for_whom_it_is(there: Previews, queue_url: str) -> None:
    bells = ask(there, queue_url, "left", "a")
    assert next(voices.wishes(there, bells[0], wished=True)).audience is For.NOBODY
    look_at(there, "watched")
    bells = ask(there, queue_url, "watched", "abcde")
    for_export = Wish("x" * 64, "export")

    audiences = [next(voices.wishes(there, bell, wished=bell is not for_export)).audience for bell in (*bells[:3], for_export)]

    assert audiences == [For.WATCHER, For.WATCHER, For.WATCHER, For.OTHERS]


def test_a_sentence_gives_way_once(there: Previews, queue_url: str) -> None:
    (bell,) = ask(there, queue_url, "left", "a")
    wish = next(voices.wishes(there, bell, wished=True))
    assert wish.audience is For.NOBODY

    voices.put_back(there, wish, queue_url=queue_url)

    assert len(jobs.queue("speech", queue_url).get_job_ids()) == 2
    assert [again.audience for again in voices.wishes(there, bell, wished=False)] == [For.OTHERS]


def test_the_words_of_a_project_are_written_down_and_asked_for(there, settings, database, signed_in, clock, queue_url) -> None:
    project = keep(database, signed_in.tenant, small_document("早上好。", "晚上好。"))
    with database.transaction() as session:
        words = voices.unvoiced(session, signed_in.tenant, project.id, clock())

    voices.ask_opening(replace(settings, queue_url=queue_url, frames_url=queue_url), project.id, words)
    voices.ask_opening(settings, project.id, words)

    assert len(words) == 2
    assert [wish.digest for wish in voices.wishes(there, Wish("f" * 64, "elsewhere"), wished=True)] == list(words)
    with database.reading() as session:
        assert all(linking.wanted(session, digest) for digest in words)
