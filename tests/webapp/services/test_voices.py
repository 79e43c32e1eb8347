"""Voicing on demand: what is needed first is said first, whichever bell is answered."""

import pytest
from redis import Redis

from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from render.timeline.voicing import link
from tests.exporting import small_document
from webapp import jobs
from webapp.services import voices


@pytest.fixture
def client(queue_url: str) -> "Redis[bytes]":
    return Redis.from_url(queue_url)


def timeline() -> PlacedTimeline:
    document = small_document("早上好。", "中午好。", "晚上好。")
    return resolve(document, link(document, "zh", "engine", {}))


def test_a_playhead_needs_the_passage_under_it_then_what_follows_then_what_lies_behind() -> None:
    placed = timeline()

    assert voices.blocks_from(placed, 0) == ["b0", "b1", "b2"]
    assert voices.blocks_from(placed, placed.scenes[1].range.start + 10) == ["b1", "b2", "b0"]


def test_what_is_missing_is_asked_for_in_the_order_of_need_and_nothing_is_lost() -> None:
    assert voices.in_order_of_need(["a", "b", "c", "d"], ["c", "x", "a", "c"]) == ["c", "a", "b", "d"]


def test_a_bell_rung_for_words_since_rewritten_voices_what_is_needed_now(client: "Redis[bytes]", queue_url: str) -> None:
    old, new, later = ("a" * 64, "b" * 64, "c" * 64)
    voices.ask(client, "p1", [old], queue_url=queue_url)
    voices.ask(client, "p1", [new, later], queue_url=queue_url)

    said = [voices.next_wish(client, "p1", bell) for bell in (old, new, later)]

    assert said == [new, later, later]


def test_a_bell_that_waits_is_not_rung_twice(client: "Redis[bytes]", queue_url: str) -> None:
    digests = ["a" * 64, "b" * 64]
    voices.ask(client, "p1", digests, queue_url=queue_url)
    voices.ask(client, "p1", digests[::-1], queue_url=queue_url)

    assert len(jobs.queue("speech", queue_url).get_job_ids()) == 2
    assert voices.next_wish(client, "p1", digests[0]) == digests[1]


def test_without_the_list_a_bell_means_its_own_passage(client: "Redis[bytes]") -> None:
    assert voices.next_wish(client, "p1", "a" * 64) == "a" * 64
    assert voices.next_wish(Redis.from_url("redis://127.0.0.1:1/0"), "p1", "a" * 64) == "a" * 64
