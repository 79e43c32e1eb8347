"""The editor on a desk and on a phone: nothing too wide or too small, nothing refused, everything by key and by thumb."""

import pytest

pytestmark = pytest.mark.browser

TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox])")]
  .filter((one) => one.checkVisibility() && !one.matches(".unseen") && !one.closest("#player"))
  .filter((one) => one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 80))"""
UNNAMED = """() => [...document.querySelectorAll("#content :is(button, select, textarea, input:not([type=hidden])), #header :is(button, a, input)")]
  .filter((one) => !(one.ariaLabel || one.labels?.length || one.textContent.trim()))
  .map((one) => one.outerHTML.slice(0, 80))"""


def look_everywhere(page):
    for summary in page.locator("#scenes .look__head").all():
        summary.click()
    page.get_by_role("button", name="Add a title").first.click()
    page.locator(".title").wait_for()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_fits_and_every_control_is_within_reach_and_has_a_name(open_editor, width):
    page = open_editor(viewport={"width": width, "height": 740})
    look_everywhere(page)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(UNNAMED) == []


def test_settings_show_in_the_page_and_last(open_editor):
    page = open_editor()
    page.get_by_role("button", name="Settings of the video").click()
    page.get_by_label("Shape", exact=True).select_option(label="16:9")
    page.locator(".miniature[viewBox='0 0 1920 1080']").first.wait_for(state="attached")
    page.locator("#music-name").select_option("quiet-water")
    page.get_by_label("Softer while somebody speaks").wait_for()
    page.get_by_label("Show the spoken words in the picture").uncheck()
    page.locator("#saved", has_text="revision 3").wait_for()
    page.reload()

    assert page.get_by_label("Title").first.input_value() == "Cup"
    assert page.locator("#captions-visible").is_checked() is False
    assert page.locator("#music-name").input_value() == "quiet-water"


def test_a_deleted_scene_is_had_back_from_its_toast(open_editor):
    page = open_editor()
    page.locator("[id^=menu-] summary").first.click()
    page.get_by_role("button", name="Delete").first.click()
    page.get_by_text("Deleted.").wait_for()
    assert page.locator("[data-scene]").count() == 1

    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.locator("[data-scene]").nth(1).wait_for()
    assert page.locator("textarea[data-block]").first.input_value() == "Hello there, this is the first scene."


def test_a_scene_is_dragged_to_another_place(open_editor):
    page = open_editor(viewport={"width": 1280, "height": 900})
    grips = page.locator("[data-grip]")
    from_box, to_box = grips.nth(0).bounding_box(), grips.nth(1).bounding_box()
    page.mouse.move(from_box["x"] + 8, from_box["y"] + 20)
    page.mouse.down()
    page.mouse.move(to_box["x"] + 8, to_box["y"] + 60, steps=12)
    page.mouse.move(to_box["x"] + 8, to_box["y"] + 160, steps=6)
    page.mouse.up()
    page.locator("#saved", has_text="revision 1").wait_for()

    assert page.locator("textarea[data-block]").first.input_value() == "And this is the second."


def test_a_state_is_named_and_gone_back_to(open_editor):
    page = open_editor()
    page.get_by_role("button", name="Versions").click()
    page.get_by_label("Keep this state as").fill("First")
    page.keyboard.press("Enter")
    page.get_by_text("Present state").wait_for()
    page.keyboard.press("Escape")
    page.locator("textarea[data-block]").first.fill("Something else.")
    page.locator("#saved", has_text="revision 1").wait_for()
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("button", name="Go back to this").click()
    page.locator("#saved", has_text="revision 2").wait_for()

    assert page.locator("textarea[data-block]").first.input_value() == "Hello there, this is the first scene."
    assert page.locator("#versions[open]").count() == 0


def test_playing_one_scene_is_asked_of_the_player(open_editor):
    page = open_editor()
    page.evaluate("() => document.addEventListener('piying:play-scene', (event) => { document.title = event.detail.sceneId; })")
    page.get_by_role("button", name="Play scene 2").click()

    assert page.title() == "scene-2"
