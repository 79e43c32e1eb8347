"""Scene view on a phone, by finger: scenes are put in another order, and a scene is made longer; the page stays as narrow."""

import pytest

from tests.browser.test_two_tabs import Desk, until

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def desk(studio, chromium):
    desk = Desk(studio, chromium)
    yield desk
    for context in chromium.contexts:
        context.close()
    assert desk.complaints == []


def carry(page, handle, target):
    """A finger takes hold of a handle, goes beyond a target, and leaves."""
    handle.scroll_into_view_if_needed()
    box, goal = handle.bounding_box(), target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    by = goal["y"] + goal["height"] * 0.75 - y
    touch = page.context.new_cdp_session(page)
    send = lambda kind, points: touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})  # noqa: E731
    send("touchStart", [{"x": x, "y": y}])
    page.wait_for_timeout(400)
    for step in range(1, 13):
        send("touchMove", [{"x": x, "y": y + by * step / 12}])
        page.wait_for_timeout(40)
    send("touchEnd", [])


def test_a_scene_is_carried_below_the_next_one(desk):
    page = desk.tab(**PHONE)
    order = [scene.id for scene in desk.document().scenes]
    cards = page.locator("[data-scene]")
    page.set_viewport_size({"width": 360, "height": 2400})
    carry(page, cards.nth(0).locator(".scene__grip"), cards.nth(1))
    until(page, f"document.querySelector('[data-scene]').id !== 'scene-{order[0]}'")
    page.wait_for_timeout(100)
    until(page, "document.documentElement.dataset.saved === 'saved'")

    assert [scene.id for scene in desk.document().scenes][:2] == [order[1], order[0]]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
