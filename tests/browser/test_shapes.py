"""An ad in two shapes on one page: looked at, changed there alone, taken back; and a presenter chosen by her picture with the keyboard."""

import json

import pytest

from tests.browser.test_canvas import drag

pytestmark = pytest.mark.browser


def place(page):
    return json.loads(page.locator(".layer[open]").get_attribute("data-transform"))


def show(page, shape):
    page.locator(f"[data-shows-shape='{shape}']").click()
    page.locator(f"#shapes[data-shape='{shape}']").wait_for()
    page.locator("html[data-saved=saved]").wait_for()


def test_what_is_dragged_in_a_shape_stays_where_it_was_in_the_main_one(open_editor):
    page = open_editor(viewport={"width": 1440, "height": 900})
    page.locator("[id^=look-] summary").first.click()
    page.get_by_role("button", name="Add a rectangle").first.click()
    page.locator(".layer[open][data-kind=shape]").wait_for()
    main = place(page)

    page.locator("#more-shapes summary").click()
    page.get_by_role("button", name="1:1", exact=True).click()
    page.locator("#shapes:not([data-shape=''])").wait_for()
    shape = page.locator("#shapes").get_attribute("data-shape")
    page.wait_for_function("old => document.querySelector('.layer[open]').dataset.transform !== old", arg=json.dumps(main))
    assert f"shape={shape}" in page.url
    laid = place(page)
    page.locator(".canvas__chosen").wait_for()
    drag(page, page.locator(".box[aria-pressed=true]"), 40, 60)
    page.locator(".own-look").wait_for()
    moved = place(page)
    assert (moved["x"] > laid["x"], moved["y"] > laid["y"]) == (True, True)

    show(page, "")
    page.wait_for_function("y => JSON.parse(document.querySelector('.layer[open]').dataset.transform).y === y", arg=main["y"])
    assert place(page) == main
    assert page.locator(".own-look").count() == 0
    show(page, shape)
    page.wait_for_function("y => JSON.parse(document.querySelector('.layer[open]').dataset.transform).y === y", arg=moved["y"])
    page.locator(".own-look button").click()
    page.wait_for_function("y => JSON.parse(document.querySelector('.layer[open]').dataset.transform).y === y", arg=laid["y"])
    assert place(page) == laid


def test_a_presenter_is_chosen_by_picture_with_the_keyboard_on_a_phone(open_editor):
    page = open_editor(viewport={"width": 360, "height": 740})
    page.locator("[id^=look-] summary").first.click()
    page.locator("[data-casts]").first.press("Enter")
    page.locator("#casting-people input[value=mei]:checked").wait_for(state="attached")
    page.get_by_role("searchbox").fill("Anna")
    page.locator("#casting-people input[value=mei]").wait_for(state="detached")
    page.locator("#casting-people input[value=anna]").press("Space")
    page.locator("#casting-shot").select_option("close")
    page.get_by_role("button", name="Put in the scene").press("Enter")
    page.locator("[data-casts][data-picked=anna][data-shot=close]").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
