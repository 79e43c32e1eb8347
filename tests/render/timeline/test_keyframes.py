import pytest

from render.timeline.document import AudioContent, Keyframe, Layer, ShapeContent, Transform
from render.timeline.keyframes import eased, value_at


def layer(*frames, **members):
    return Layer(id="l", content=ShapeContent(), keyframes=tuple(frames), **members)


def key(at, value, easing="linear"):
    return Keyframe(property="x", at=at, value=value, easing=easing)


def test_a_layer_without_keyframes_keeps_its_own_value():
    still = layer(transform=Transform(x=123, scale=900), opacity=400)
    assert [value_at(still, name, 99) for name in ("x", "y", "scale", "rotation", "opacity", "volume")] == [123, 5_000, 900, 0, 400, 1_000]


def test_the_volume_of_sound_is_its_contents():
    assert value_at(Layer(id="l", content=AudioContent(asset="music:calm", volume=300)), "volume", 0) == 300


def test_a_move_is_linear_between_two_keyframes_and_holds_outside_them():
    moving = layer(key(300, 400), key(100, 200))
    assert [value_at(moving, "x", at) for at in (0, 100, 150, 200, 300, 900)] == [200, 200, 250, 300, 400, 400]


def test_only_keyframes_of_the_property_count():
    assert value_at(layer(key(0, 7)), "y", 0) == 5_000


def test_of_two_keyframes_at_one_tick_the_later_rules_from_there():
    jump = layer(key(0, 0), key(100, 100), key(100, 500), key(200, 500))
    assert value_at(jump, "x", 99) == 99
    assert value_at(jump, "x", 100) == 500


def test_hold_waits_for_the_next_keyframe():
    step = layer(key(0, 1, "hold"), key(100, 9))
    assert [value_at(step, "x", at) for at in (0, 99, 100)] == [1, 1, 9]


@pytest.mark.parametrize("easing", ["linear", "ease-in", "ease-out", "ease-in-out"])
def test_easing_goes_from_nothing_to_all_without_turning_back(easing):
    way = [eased(easing, step / 100) for step in range(101)]
    assert (way[0], way[-1]) == (0, 1)
    assert way == sorted(way)


def test_easing_in_starts_slowly_and_easing_out_ends_slowly():
    assert eased("ease-in", 0.25) < 0.25 < eased("ease-out", 0.25)
    assert eased("ease-in-out", 0.25) == pytest.approx(1 - eased("ease-in-out", 0.75))
