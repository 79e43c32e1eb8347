"""Captions are moved where they are seen: all of them or one, by pointer, key and touch; another tab follows."""

import json

import pytest

from tests.browser.test_canvas import drag

pytestmark = pytest.mark.browser

CAPTION = "#canvas .box[data-box^=caption]"
SPOT = "document.querySelector('#caption-spots > li')"


def spot(page):
    """Where the caption at the playhead stands, and whether that is its own place."""
    page.wait_for_function(f"() => {SPOT}")
    place, own = page.evaluate(f"[{SPOT}.dataset.transform, 'own' in {SPOT}.dataset]")
    return json.loads(place) | {"own": own}


def moved(page, act):
    """Where it stands once the server has what was done."""
    before = page.evaluate(f"() => {SPOT}.dataset.transform")
    act()
    page.wait_for_function(f"old => {SPOT} && {SPOT}.dataset.transform !== old", arg=before)
    return spot(page)


def test_all_captions_are_moved_or_one_alone_and_another_tab_shows_it(open_editor):
    page = open_editor(viewport={"width": 1440, "height": 900})
    caption = page.locator(CAPTION)
    caption.wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(CAPTION).wait_for()

    all_of_them = moved(page, lambda: drag(page, caption, 3, -120))
    assert (all_of_them["x"], all_of_them["own"]) == (5_000, False)
    assert all_of_them["y"] < 8_300
    page.locator("[data-caption-scope=one]").click()
    caption.focus()
    one = moved(page, lambda: page.keyboard.press("Shift+ArrowUp"))
    assert (one["y"], one["own"]) == (all_of_them["y"] - 500, True)
    other.wait_for_function(f"y => JSON.parse({SPOT}.dataset.transform).y === y", arg=one["y"])

    back = moved(page, lambda: page.locator("[data-caption-back]").click())
    assert back == all_of_them
    larger = moved(page, lambda: drag(page, page.locator(".handle--se"), 30, 15))
    assert larger["height"] > back["height"]
    for undone in (back, one, all_of_them):
        assert moved(page, lambda: page.keyboard.press("Control+z")) == undone
    page.locator("#tongues").click()
    page.locator("#caption-scope").wait_for(state="hidden")


def test_on_a_phone_the_caption_comes_into_sight_and_is_dragged_by_touch(open_editor):
    page = open_editor(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    caption = page.locator(CAPTION)
    caption.wait_for()
    page.locator("#platform-menu > summary").tap()
    page.locator("#platform-douyin").check()
    page.locator("#platform-menu > summary").tap()
    seen = moved(page, lambda: page.locator("#into-sight-douyin").tap())
    assert seen["y"] < 7_200
    caption.scroll_into_view_if_needed()
    caption.tap()
    page.locator("[data-caption-scope=one]").tap()
    small = page.evaluate(
        "[...document.querySelectorAll('#caption-scope button')].filter((one) => one.checkVisibility() && one.offsetHeight < 44).length"
    )
    assert small == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = caption.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    cdp = page.context.new_cdp_session(page)

    def swipe():
        for kind, points in [("touchStart", [(x, y)]), ("touchMove", [(x, y - 20)]), ("touchMove", [(x, y - 60)]), ("touchEnd", [])]:
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]})

    place = moved(page, swipe)
    assert place["own"]
    assert place["y"] < seen["y"]
