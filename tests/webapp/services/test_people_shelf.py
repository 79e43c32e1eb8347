"""The shelf of people: who fits, and favourites first."""

from webapp.services.people_shelf import Wanted, shelf_of_people
from webapp.services.presenters import gallery_offers


def names(wanted: Wanted, loved: frozenset[str] = frozenset()) -> list[str]:
    return [person.id for person in shelf_of_people(gallery_offers("en"), loved, wanted)]


def test_nothing_asked_shows_everybody_favourites_first():
    assert len(names(Wanted())) == len(gallery_offers("en"))
    assert names(Wanted(), frozenset({"sofia"}))[0] == "sofia"


def test_every_word_has_to_fit():
    fitting = names(Wanted(sex="female", look="east-asian"))
    assert "mei" in fitting
    assert "jun" not in fitting
    assert names(Wanted(sex="female", age="senior", look="african")) == []


def test_favourites_alone():
    assert names(Wanted(loved="yes"), frozenset({"jun"})) == ["jun"]


def test_everybody_has_a_sample_sentence_in_every_language():
    for language in ("zh-Hans", "zh-Hant", "en", "th"):
        sentences = {person.sample for person in gallery_offers(language)}
        assert len(sentences) == len(gallery_offers("en"))


def test_a_sample_sentence_says_which_language_it_is_in():
    for language, stated in (("zh-Hans", "zh-Hans"), ("zh-Hant", "zh-Hant"), ("th", "th"), ("en", "en"), ("fr", "en")):
        assert {person.sample_language for person in gallery_offers(language)} == {stated}
