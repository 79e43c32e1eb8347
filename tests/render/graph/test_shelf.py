"""A shelf keeps what is used and lets go of the rest."""

from render.graph.shelf import Shelf


def test_what_was_used_longest_ago_goes_first():
    let_go = []
    shelf = Shelf(2, discard=let_go.append)
    for name in ("a", "b", "a", "c"):
        shelf.get(name, lambda name=name: name)
    assert let_go == ["b"]
    assert shelf.made == 3


def test_weight_counts_not_number():
    shelf = Shelf(10, weigh=len)
    for thing in ("aaaa", "bbbb", "cccc"):
        shelf.get(thing, lambda thing=thing: thing)
    assert shelf.weight == 8


def test_a_thing_heavier_than_the_shelf_is_still_kept_alone():
    shelf = Shelf(1, weigh=len)
    shelf.get("a", lambda: "a")
    assert shelf.get("long", lambda: "long") == "long"
    assert shelf.weight == 4
    assert shelf.get("long", lambda: "made again") == "long"


def test_clearing_lets_go_of_everything():
    let_go = []
    shelf = Shelf(5, discard=let_go.append)
    shelf.get("a", lambda: "a")
    shelf.clear()
    assert (let_go, shelf.weight) == (["a"], 0)


def test_sweeping_lets_go_of_what_was_not_asked_for_since_the_last_time():
    let_go = []
    shelf = Shelf(5, discard=let_go.append)
    for name in ("a", "b"):
        shelf.get(name, lambda name=name: name)
    shelf.sweep()
    shelf.get("b", lambda: "b again")
    shelf.sweep()
    assert (let_go, shelf.weight) == (["a"], 1)
