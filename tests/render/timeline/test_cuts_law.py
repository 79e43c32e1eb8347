"""The laws of cutting, for any document: what is cut shows what it showed, and one step takes it back."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.errors import EditRefused
from render.timeline import codec, cuts
from render.timeline.crossings import place_layer, to_scene, to_track
from render.timeline.edits import Group, RemoveItem, apply
from render.timeline.invariants import names_in
from render.timeline.overrides import leaving_nothing
from render.timeline.resolve import places
from render.timeline.table import Table, whereabouts
from render.timeline.time import TimeRange
from render.timeline.variants import in_variant
from render.timeline.voicing import link
from tests.render.timeline.documents import documents

TICKS = st.integers(0, 3_000_000)
NAMES = st.sampled_from(["l00", "l01", "l10", "l20", "l99"])


def ids():
    return (f"new-{number}" for number in itertools.count())


def linked(document):
    return link(document, "zh", "e", {}, {"a" * 64: 960_000})


def laid(document):
    manifest = linked(document)
    return Table(document, manifest, places(document, manifest))


def layers(document):
    return [layer for holder in (*document.scenes, *document.tracks) for layer in holder.layers]


def tried(document, make):
    """The document after an edit that may be refused, having gone there and back."""
    try:
        changed, inverse = apply(document, make())
    except EditRefused:
        return None
    assert codec.write(apply(changed, inverse).document) == codec.write(document)
    assert codec.read(codec.write(changed)) == changed
    return changed


def check_a_split_covers_what_it_cut(document, name, at):
    whole = covered(document, {name})
    split = tried(document, lambda: cuts.split_layer(laid(document), name, at, ids()))
    if split is not None:
        pieces = {layer.id for layer in layers(split)} - {layer.id for layer in layers(document)} | {name}
        assert len(pieces) > 1
        assert covered(split, pieces) == whole
        assert all(look_in_shape(split, piece) == look_in_shape(document, name) for piece in pieces)
        assert {place_in_shape(split, piece) for piece in pieces} == {place_in_shape(document, name)}


def check_a_copy_looks_alike_in_every_shape(document, name):
    copied = tried(document, lambda: cuts.duplicate_layer(laid(document), name, ids()))
    if copied is not None:
        (fresh,) = {layer.id for layer in layers(copied)} - {layer.id for layer in layers(document)}
        assert look_in_shape(copied, fresh) == look_in_shape(document, name)


def check_what_goes_leaves_nothing_in_any_shape(document, names):
    removal = Group(edits=tuple(RemoveItem(id=name) for name in dict.fromkeys(names)))
    gone = tried(document, lambda: leaving_nothing(document, removal))
    if gone is not None:
        kept = {name for name in document.variants[0].overrides if name in names_in(gone) or name not in names_in(document)}
        assert gone.variants[0].overrides.keys() == kept


def check_a_placed_layer_lies_where_it_was_put(document, name, at, length):
    wanted = TimeRange(at, length)
    moved = tried(document, lambda: place_layer(laid(document), name, wanted, ids()))
    if moved is not None:
        assert len(layers(moved)) == len(layers(document))
        found = shown(moved, name)
        assert found is None or (found.start >= wanted.start and found.end <= wanted.end) or found.intersection(wanted) is None


def check_nothing_is_lost_on_the_way(document, name, at, length):
    table = laid(document)
    for make in (
        lambda: to_track(table, name, ids()),
        lambda: to_scene(table, name),
        lambda: cuts.trim_layer(table, name, start=at, end=at + length),
        lambda: cuts.duplicate_layer(table, name, ids()),
        lambda: cuts.ripple_delete(table, [name]),
    ):
        tried(document, make)


def covered(document, names):
    """The stretches of the project in which one of some layers lies, joined where they meet."""
    ranges = sorted(((found.start, found.end) for name in names if (found := shown(document, name))), key=lambda edge: edge)
    joined = []
    for start, end in ranges:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def look_in_shape(document, name):
    """What a shape does otherwise with a layer."""
    return document.variants[0].overrides.get(name)


def place_in_shape(document, name):
    return next(layer.transform for layer in layers(in_variant(document, "v0")) if layer.id == name)


def shown(document, name):
    try:
        return whereabouts(laid(document), name).range
    except EditRefused:
        return None


LAWS = [
    (check_a_split_covers_what_it_cut, (documents(), NAMES, st.lists(TICKS, max_size=3))),
    (check_a_copy_looks_alike_in_every_shape, (documents(), NAMES)),
    (check_what_goes_leaves_nothing_in_any_shape, (documents(), st.lists(NAMES | st.sampled_from(["s0", "t0"]), max_size=3))),
    (check_a_placed_layer_lies_where_it_was_put, (documents(), NAMES, TICKS, st.integers(1, 900_000))),
    (check_nothing_is_lost_on_the_way, (documents(), NAMES, TICKS, st.integers(1, 900_000))),
]


def obeyed(law, strategies, examples):
    settings(max_examples=examples, deadline=None)(given(*strategies)(law))()


@pytest.mark.parametrize(("law", "strategies"), LAWS, ids=[law.__name__ for law, _ in LAWS])
def test_cuts_obey(law, strategies):
    obeyed(law, strategies, 40)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize(("law", "strategies"), LAWS, ids=[law.__name__ for law, _ in LAWS])
def test_cuts_obey_for_long(law, strategies):
    obeyed(law, strategies, 3_000)
