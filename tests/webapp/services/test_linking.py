"""Linking by sentences: each is wanted, voiced and refused by itself, and its passage is what they are together."""

from dataclasses import replace

import pytest

from render.timeline.voicing import estimate, times_to_json
from tests.exporting import small_document
from webapp.models.columns import utc_now
from webapp.models.speech import Voiced
from webapp.services import linking

FIRST, SECOND, THIRD = "早上的时间不够用。", "这款米乳打开就能喝！", "明天见，朋友们。"


def voice(session, digest, request):
    times = replace(estimate(request), estimated=False)
    linking.voiced(session, digest, times_to_json(times), 1, utc_now())


@pytest.fixture
def gather(any_database):
    """Links a document of these passages anew, and writes down what is missing."""

    def linked(*texts):
        with any_database.transaction() as session:
            found = linking.gather(session, small_document(*texts), "zh")
            linking.want(session, found.missing, utc_now())
            return found

    return linked


def test_every_sentence_is_wanted_once_in_the_documents_order(gather):
    linked = gather(FIRST + SECOND, SECOND + THIRD)
    assert [request.text for request in linked.missing.values()] == [FIRST, SECOND, THIRD]
    assert linked.digests["b0"][1] == linked.digests["b1"][0]


def test_an_edit_in_one_sentence_leaves_the_others_voiced(gather, any_database):
    before = gather(FIRST + SECOND + THIRD)
    with any_database.transaction() as session:
        for digest, request in before.missing.items():
            voice(session, digest, request)
    assert gather(FIRST + SECOND + THIRD).manifest.complete

    after = gather(FIRST + "这款新米乳打开就能喝！" + THIRD)
    assert [request.text for request in after.missing.values()] == ["这款新米乳打开就能喝！"]
    spoken = after.manifest.blocks["b0"]
    assert spoken.times.estimated
    assert [sound.digest for sound in spoken.times.sounds] == [before.digests["b0"][0], before.digests["b0"][2]]


def test_a_sentence_that_cannot_be_said_is_told_of_its_passage_and_not_asked_for_again(gather, any_database):
    linked = gather(FIRST + SECOND, THIRD)
    with any_database.transaction() as session:
        linking.refuse(session, linked.digests["b0"][1], "nothing-to-say")
    again = gather(FIRST + SECOND, THIRD)
    assert again.refused == {"b0": "nothing-to-say"}
    assert [request.text for request in again.missing.values()] == [FIRST, THIRD]


def test_a_sentence_that_went_and_was_said_anew_has_its_new_times(gather, any_database):
    def said(seconds):
        ((digest, request),) = gather(FIRST).missing.items()
        with any_database.transaction() as session:
            times = replace(estimate(request), estimated=False, duration=seconds * 240_000)
            linking.voiced(session, digest, times_to_json(times), 1, utc_now())
        return digest, [gather(FIRST).manifest.blocks["b0"].times.duration for _ in range(2)]

    digest, before = said(2)
    with any_database.transaction() as session:
        session.delete(session.get_one(Voiced, digest))
    _, after = said(3)

    assert (before, after) == ([480_000] * 2, [720_000] * 2)


def test_a_sentence_whose_sound_was_lost_is_missing_until_it_is_said_again(gather, any_database):
    before = gather(FIRST)
    with any_database.transaction() as session:
        for digest, request in before.missing.items():
            voice(session, digest, request)
    assert gather(FIRST).manifest.complete

    with any_database.transaction() as session:
        linking.lost(session, session.get_one(Voiced, before.digests["b0"][0]))

    assert list(gather(FIRST).missing) == [*before.digests["b0"]]
