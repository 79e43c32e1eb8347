"""What stood apart in one shape stands apart in another: known arrangements, and any."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.timeline import codec
from render.timeline.apart import BARELY, laid_out, taken, takes_room
from render.timeline.document import Canvas
from render.timeline.layouts import backdrops
from render.timeline.variants import in_variant

SIDES = {"9:16": (1_080, 1_920), "16:9": (1_920, 1_080), "1:1": (1_080, 1_080), "4:5": (1_080, 1_350), "3:4": (1_080, 1_440)}
CANVASES = [Canvas(width_px=width, height_px=height) for width, height in SIDES.values()]
UPRIGHT, WIDE, SQUARE = CANVASES[:3]
PRESENTER = {"kind": "presenter", "presenter": "mei"}
IMAGE = {"kind": "image", "asset": "a" * 64}


def words(text):
    return {"kind": "text", "texts": {"zh": text}}


def layer(name, content, lane=10, **transform):
    return {"id": name, "lane": lane, "transform": transform, "content": content}


def layers_of(*raw, canvas=UPRIGHT):
    return codec.read({"canvas": canvas.model_dump(), "scenes": [{"id": "s", "layers": list(raw)}]}).scenes[0].layers


def boxes(layers, places, canvas):
    """What takes room; a presenter's backdrop goes where she goes."""
    counted = [one for one in layers if takes_room(one, "zh") and one.id not in backdrops(layers)]
    return {one.id: taken(one, places[one.id], canvas, "zh") for one in counted}


def were(layers, canvas):
    return boxes(layers, {one.id: one.transform for one in layers}, canvas)


PRICE = (
    layer("mei", PRESENTER, x=5_000, y=5_500, width=10_000, height=9_000),
    layer("flask", IMAGE, 20, x=6_350, y=1_400, width=4_050, height=3_200),
    layer("price", words("限时 59 元"), 30, x=2_400, y=1_100, width=8_600, height=1_200),
)


@pytest.mark.parametrize("canvas", CANVASES[1:])
def test_a_price_beside_the_product_stands_beside_it_in_every_shape(canvas):
    layers = layers_of(*PRICE)
    found = boxes(layers, laid_out(layers, UPRIGHT, canvas, "zh"), canvas)
    assert found["price"].gap(found["flask"]) >= 0
    assert found["price"].right <= found["flask"].left
    assert min(found["price"].left, found["price"].top) >= 0


def test_what_meets_nothing_keeps_its_size():
    layers = layers_of(*PRICE, layer("seal", IMAGE, 40, x=1_000, y=6_000, width=1_000, height=562))
    alone = layers_of(PRICE[0], layer("seal", IMAGE, 40, x=1_000, y=6_000, width=1_000, height=562))
    assert laid_out(layers, UPRIGHT, WIDE, "zh")["seal"] == laid_out(alone, UPRIGHT, WIDE, "zh")["seal"]


def test_words_over_a_picture_stay_over_it():
    layers = layers_of(
        layer("flask", IMAGE, 20, x=5_000, y=3_000, width=6_000, height=4_000), layer("name", words("暖杯"), 30, x=5_000, y=3_000)
    )
    found = boxes(layers, laid_out(layers, UPRIGHT, WIDE, "zh"), WIDE)
    assert found["flask"].holds_middle_of(found["name"])


def test_words_go_along_with_their_plate():
    plate = layer("plate", {"kind": "shape"}, 25, x=2_400, y=1_100, width=3_400, height=500)
    layers = layers_of(*PRICE, plate)
    found = boxes(layers, laid_out(layers, UPRIGHT, SQUARE, "zh"), SQUARE)
    assert found["plate"].holds_middle_of(found["price"])
    assert found["plate"].gap(found["flask"]) >= -BARELY * 1_080


def test_what_somebody_places_drives_nothing_else_away():
    raw = {"scenes": [{"id": "s", "layers": list(PRICE)}], "variants": [{"id": "v", "canvas": WIDE.model_dump(), "overrides": {}}]}
    before = in_variant(codec.read(raw), "v").scenes[0].layers
    raw["variants"][0]["overrides"] = {"flask": {"transform": {"x": 2_000, "y": 2_000, "width": 2_000, "height": 3_000}}}
    after = in_variant(codec.read(raw), "v").scenes[0].layers
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1].transform.x == 2_000


@pytest.mark.parametrize("absent", [{"hidden": True}, {"keyframes": [{"property": "x", "at": 0, "value": 10}]}])
def test_what_is_hidden_or_moves_along_points_drives_nothing_back(absent):
    _, flask, price = PRICE
    alone = laid_out(layers_of(price), UPRIGHT, SQUARE, "zh")
    assert laid_out(layers_of(flask | absent, price), UPRIGHT, SQUARE, "zh")["price"] == alone["price"]


def test_so_many_things_that_nobody_arranged_them_are_drawn_back_at_once():
    raw = [layer(f"l{n}", IMAGE, x=300 + n % 20 * 490, y=300 + n // 20 * 390, width=480, height=380) for n in range(120)]
    layers = layers_of(*raw)
    found = list(boxes(layers, laid_out(layers, UPRIGHT, WIDE, "zh"), WIDE).values())
    assert all(one.gap(other) >= -BARELY * 1_080 for one, other in combinations(found, 2))


PLACES = st.fixed_dictionaries(
    {"x": st.integers(0, 10_000), "y": st.integers(0, 10_000), "width": st.integers(200, 9_000), "height": st.integers(200, 9_000)},
    optional={"scale": st.integers(300, 1_500), "rotation": st.sampled_from([0, 90_000, 30_000])},
)
CONTENTS = st.one_of(
    st.just(IMAGE),
    st.just({"kind": "shape"}),
    st.sampled_from(["价格", "限时 59 元", "Today only: a flask with a strainer"]).map(words),
    st.just(PRESENTER),
)
THINGS = st.lists(st.tuples(CONTENTS, PLACES, st.integers(0, 50)), min_size=2, max_size=7)


@settings(max_examples=150, deadline=None)
@given(THINGS, st.sampled_from(CANVASES), st.sampled_from(CANVASES))
def test_nothing_meets_what_it_did_not_meet_before_and_what_was_inside_stays_inside(things, old, new):
    layers = layers_of(*(layer(f"l{n}", content, lane, **place) for n, (content, place, lane) in enumerate(things)), canvas=old)
    before, after = were(layers, old), boxes(layers, laid_out(layers, old, new, "zh"), new)
    barely = 2 * BARELY * min(new.width_px, new.height_px)
    for one, other in combinations(before, 2):
        if before[one].gap(before[other]) >= 0:
            assert after[one].gap(after[other]) >= -barely
    for name, box in before.items():
        if is_inside(box, old, 0):
            assert is_inside(after[name], new, barely)


def is_inside(box, canvas, barely):
    return min(box.left, box.top) >= -barely and box.right <= canvas.width_px + barely and box.bottom <= canvas.height_px + barely
