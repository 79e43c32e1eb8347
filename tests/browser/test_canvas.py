"""The picture on a desk and on a phone: layers are chosen, moved, scaled, turned and cut there, by pointer and by key."""

import json

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(open_editor):
    """An editor with a rectangle chosen in its first scene."""

    def opened(**options):
        page = open_editor(**options)
        page.locator("[id^=look-] summary").first.click()
        page.get_by_role("button", name="Add a rectangle").first.click()
        page.locator(".layer[open][data-kind=shape]").wait_for()
        page.locator(".canvas__chosen").wait_for()
        return page

    return opened


def place(page):
    return json.loads(page.locator(".layer[open]").get_attribute("data-transform"))


def drag(page, what, dx, dy):
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=3)
    page.mouse.move(x + dx, y + dy, steps=3)
    page.mouse.up()


def changed(page, act):
    """The place before and after something is done, once the server has it."""
    before = page.locator(".layer[open]").get_attribute("data-transform")
    act()
    page.wait_for_function("old => document.querySelector('.layer[open]').dataset.transform !== old", arg=before)
    return json.loads(before), place(page)


def test_a_layer_is_dragged_and_stops_at_the_middle(stage):
    page = stage(viewport={"width": 1440, "height": 900})

    before, after = changed(page, lambda: drag(page, page.locator(".box[aria-pressed=true]"), 70, 90))
    assert after["x"] > before["x"]
    assert after["y"] > before["y"]

    width = page.locator("#canvas").bounding_box()["width"]
    back = -(after["x"] - 5_000) / 10_000 * width + 4
    _, centred = changed(page, lambda: drag(page, page.locator(".box[aria-pressed=true]"), back, 40))
    assert centred["x"] == 5_000


def test_handles_scale_stretch_and_turn(stage):
    page = stage(viewport={"width": 1440, "height": 900})

    before, after = changed(page, lambda: drag(page, page.locator(".handle--se"), 40, 20))
    assert after["scale"] > before["scale"]
    assert after["width"] == before["width"]
    before, after = changed(page, lambda: drag(page, page.locator(".handle--e"), 30, 0))
    assert after["width"] > before["width"]
    assert after["scale"] == before["scale"]
    _, after = changed(page, lambda: drag(page, page.locator(".handle--turn"), 300, 60))
    assert after["rotation"] == 90_000


def test_keys_move_scale_turn_and_take_out_what_is_chosen(stage):
    page = stage(viewport={"width": 1440, "height": 900})
    page.locator(".box[aria-pressed=true]").focus()

    before, after = changed(page, lambda: page.keyboard.press("ArrowRight"))
    assert after["x"] == before["x"] + 50
    before, after = changed(page, lambda: page.keyboard.press("Shift+ArrowUp"))
    assert after["y"] == before["y"] - 500
    _, after = changed(page, lambda: page.keyboard.press("]"))
    assert after["rotation"] == 5_000
    page.keyboard.press("Delete")
    page.locator(".layer[data-kind=shape]").wait_for(state="detached")


def test_numbers_are_exact_and_the_box_follows(stage):
    page = stage(viewport={"width": 1440, "height": 900})
    field = page.locator(".layer[open]").get_by_label("Across")
    _, after = changed(page, lambda: (field.fill("12.5"), field.press("Enter")))
    assert after["x"] == 1_250
    assert "12.5%" in page.locator(".canvas__chosen").get_attribute("style")


def test_on_a_phone_a_chosen_layer_is_dragged_by_touch_and_the_page_is_no_wider(stage):
    page = stage(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#canvas").scroll_into_view_if_needed()
    box = page.locator(".box[aria-pressed=true]").bounding_box()
    cdp = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def swipe():
        for kind, points in [("touchStart", [(x, y)]), ("touchMove", [(x + 15, y)]), ("touchMove", [(x + 30, y + 20)]), ("touchEnd", [])]:
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]})

    before, after = changed(page, swipe)
    assert after["x"] > before["x"]
