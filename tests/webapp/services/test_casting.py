"""Casting: whose presenters are offered, and how they are found."""

import pytest

from tests.conftest import Person
from webapp.models.presenter import Consent, Outfit, Presenter, PresenterState
from webapp.models.tenant import Tenant
from webapp.services import casting, favourites
from webapp.services.casting import Search
from webapp.services.people_shelf import Wanted

TAGS = {"beauty": "美妆", "warm": "亲切"}


def bring(session, tenant: Tenant, user_id: str | None, name: str, clock) -> Presenter:
    consent = Consent(
        tenant_id=tenant.id, user_id=user_id, subject_name=name, statement="…", language="en", evidence={}, created_at=clock()
    )
    session.add(consent)
    session.flush()
    presenter = Presenter(
        tenant_id=tenant.id, name=name, state=PresenterState.READY, verdict={"sex": "female"}, consent_id=consent.id, created_at=clock()
    )
    session.add(presenter)
    session.flush()
    return presenter


@pytest.fixture
def people(database, signed_in: Person, stranger: Person, clock):
    with database.transaction() as session:
        mine = bring(session, signed_in.tenant, signed_in.user.id, "Wang Fang", clock)
        bring(session, signed_in.tenant, None, "Li Na", clock)
        bring(session, stranger.tenant, stranger.user.id, "Somebody Else", clock)
        session.add(Outfit(presenter_id=mine.id, name="Summer", state=PresenterState.READY, created_at=clock()))
        favourites.turn(session, signed_in.tenant, signed_in.user, "mei", clock())
    with database.reading() as session:
        return casting.candidates(session, signed_in.tenant, signed_in.user, "en")


def names(people, words="", whose="", **wanted):
    return [one.person.name for one in casting.found(people, Search(Wanted(**wanted), words, whose), lambda tag: TAGS.get(tag, tag))]


def test_one_s_own_the_team_s_and_the_gallery_s_are_offered_and_nobody_else_s(people):
    assert names(people, whose="mine") == ["Wang Fang"]
    assert names(people, whose="ours") == ["Li Na"]
    assert "Somebody Else" not in names(people)
    assert [outfit[1] for outfit in people[0].outfits + people[1].outfits] == ["Summer"]


def test_favourites_come_first_and_can_be_asked_for_alone(people):
    everybody = names(people)
    assert everybody[0] == next(one.person.name for one in people if one.person.id == "mei")
    assert names(people, loved="yes") == everybody[:1]


def test_people_are_found_by_parts_of_their_name_and_by_what_they_are_like_in_the_reader_s_language(people):
    assert names(people, "FANG") == ["Wang Fang"]
    beauty = {one.person.name for one in people if "beauty" in one.person.tags}
    assert set(names(people, "美妆")) == set(names(people, "beauty")) == beauty
    assert set(names(people, "美妆 亲切")) < beauty or set(names(people, "美妆 亲切")) == {
        one.person.name for one in people if {"beauty", "warm"} <= set(one.person.tags)
    }
    assert names(people, "nobody at all") == []


def test_they_are_narrowed_down_as_on_the_shelf(people):
    assert "Wang Fang" not in names(people, sex="male")
    assert names(people, sex="male")
    assert names(people, sex="male", whose="mine") == []
