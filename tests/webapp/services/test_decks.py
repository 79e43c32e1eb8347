"""Decks: what of a long project a page holds."""

from render.timeline.document import Block, BlockText, Document, Scene
from webapp.services import decks
from webapp.services.decks import WHOLE, Deck


def document(count):
    said = {"en": BlockText(text="Words.")}
    return Document(scenes=tuple(Scene(id=f"s{n}", blocks=(Block(id=f"b{n}", texts=said),)) for n in range(count)))


def test_a_short_project_is_held_whole_whatever_the_page_asks_for():
    assert decks.fitting(document(60), Deck(frozenset(), frozenset())) is WHOLE
    assert WHOLE.holds("s1")
    assert WHOLE.shows("look-s1")


def test_a_long_project_opens_with_its_first_cards_and_their_drawers_shut():
    deck = decks.fitting(document(61), None)
    assert [name for name in ("s0", "s3", "s4", "s60") if deck.holds(name)] == ["s0", "s3"]
    assert not deck.shows("look-s0")


def test_a_page_of_a_long_project_holds_what_it_asks_for():
    deck = decks.fitting(document(61), Deck(frozenset({"s50"}), frozenset({"look-s50"})))
    assert deck.holds("s50")
    assert deck.shows("look-s50")
    assert not deck.holds("s0")


def test_whoever_changes_one_far_scene_is_sent_its_card_and_of_many_none():
    deck = Deck(frozenset({"s1"}), frozenset())
    assert decks.holding(deck, ["s9"]).holds("s9")
    assert not decks.holding(deck, ["s8", "s9"]).holds("s9")


def test_scenes_that_an_edit_left_alone_are_known_unless_all_of_them_look_different_now():
    before = document(3)
    after = before.model_copy(update={"scenes": (*before.scenes[1:], before.scenes[0].model_copy(update={"name": "New"}))})
    deck = Deck(frozenset(), frozenset())
    assert decks.knowing(deck, before, after).same == {"s1", "s2"}
    assert decks.knowing(deck, before, after.model_copy(update={"language": "en"})).same == frozenset()
    assert decks.knowing(WHOLE, before, after) is WHOLE
