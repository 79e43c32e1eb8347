"""From the editor to a film on a phone, in a real Chromium, with a real worker's work between."""

import pytest

from roles import render
from roles.base import claimed
from roles.house import House
from tests import exporting
from webapp.services import exports

pytestmark = pytest.mark.browser

PLAYED = """async () => {
  const film = document.querySelector("video");
  film.muted = true;
  await film.play();
  await new Promise((resolve) => film.addEventListener("timeupdate", () => film.currentTime > 0.2 && resolve()));
  return [film.duration, film.videoWidth, film.videoHeight];
}"""

TOO_SMALL = """() => [...document.querySelectorAll("dialog[open] :is(a, button, summary, select), article :is(a, button, summary)")]
  .filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 44)
  .map(element => element.outerHTML.slice(0, 80))"""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
DIALOG_OVERFLOW = """() => {
  const dialog = document.querySelector("dialog[open]");
  return Math.max(dialog.scrollWidth - dialog.clientWidth, dialog.getBoundingClientRect().right - innerWidth);
}"""


CANVASES = {
    "Tall": {"width_px": 1080, "height_px": 1920, "frame_rate": 25},
    "Wide": {"width_px": 1920, "height_px": 1080, "frame_rate": 25},
}


@pytest.fixture
def ordering(studio, chromium, request):
    """A page in the editor of a small project, at the width that the test asks for."""
    _, tenant, token = studio.open_login("mei@example.com")
    project = exporting.keep(studio.database, tenant, exporting.small_document("你好大家好", "再见各位"))
    context = studio.context(chromium, token, viewport={"width": request.param, "height": 740})
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"/projects/{project.id}/edit")
    yield page, tenant, project
    told = list(complaints)  # what is under way when the page goes is broken off, and complained about
    context.close()
    assert told == []


def work(studio, tenant, monkeypatch):
    """Do what a render worker does with the newest order."""
    monkeypatch.setattr(render, "house", lambda: House(studio.settings, studio.database))
    with studio.database.reading() as session:
        job = exports.all_of(session, tenant)[0].job
    with claimed(job.id, studio.database) as running:
        render.export(running)


@pytest.mark.parametrize("ordering", [1280, 360], indirect=True)
def test_a_film_is_ordered_with_the_keyboard_made_played_and_taken_along(ordering, studio, chromium, monkeypatch):
    page, tenant, project = ordering
    page.get_by_role("button", name="Export").focus()
    page.keyboard.press("Enter")
    page.get_by_text("0 of 2").wait_for()
    exporting.voice(studio.database, tenant, project.id, studio.settings.artefacts)
    page.get_by_role("button", name="Make the video").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Waiting for its turn").wait_for()
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(DIALOG_OVERFLOW) <= 0
    work(studio, tenant, monkeypatch)

    page.get_by_text("Ready").wait_for()
    duration, *size = page.evaluate(PLAYED)
    with studio.database.reading() as session:
        export = exports.all_of(session, tenant)[0].export
    assert abs(duration * 1000 - export.quote["milliseconds"]) <= 40
    assert size == [720, 720]
    page.get_by_text("Send to a phone").click()
    page.get_by_alt_text("A code to scan").wait_for()
    assert page.evaluate("() => document.querySelector('.export__code').decode().then(() => true)")
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(DIALOG_OVERFLOW) <= 0
    address = page.get_by_label("Address for the phone").input_value()
    phone = chromium.new_context(viewport={"width": 360, "height": 740}).new_page()
    phone.goto(address)
    assert phone.evaluate(PLAYED)[1:] == [720, 720]
    assert phone.evaluate(OVERFLOW) <= 0
    phone.context.close()


@pytest.mark.parametrize("ordering", [1280], indirect=True)
def test_an_order_that_is_cancelled_can_be_made_again(ordering, studio):
    page, tenant, project = ordering
    exporting.voice(studio.database, tenant, project.id, studio.settings.artefacts)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("button", name="Make the video").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Waiting for its turn").wait_for()

    with studio.database.reading() as session:
        states = [told.export.state.value for told in exports.all_of(session, tenant)]
    assert sorted(states) == ["cancelled", "queued"]


@pytest.mark.parametrize("ordering", [1280], indirect=True)
def test_another_size_is_quoted_anew(ordering, studio):
    page, tenant, project = ordering
    exporting.voice(studio.database, tenant, project.id, studio.settings.artefacts)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("button", name="Make the video").wait_for()
    with page.expect_response("**/offer"):
        page.get_by_label("1080p").check(force=True)
    page.get_by_role("button", name="Make the video").click()
    page.get_by_text("Waiting for its turn").wait_for()

    with studio.database.reading() as session:
        assert exports.all_of(session, tenant)[0].export.preset == "1080p"


@pytest.mark.parametrize("ordering", [1440, 360], indirect=True)
def test_three_shapes_are_ordered_at_one_price_paused_and_put_in_order(ordering, studio):
    page, tenant, project = ordering
    exporting.voice(studio.database, tenant, project.id, studio.settings.artefacts)
    shapes = [{"id": name, "name": name, "canvas": canvas} for name, canvas in CANVASES.items()]
    document = exporting.small_document("你好大家好", "再见各位")
    shaped = exporting.keep(studio.database, tenant, type(document).model_validate(document.model_dump() | {"variants": shapes}))
    page.goto(f"/projects/{shaped.id}/edit")
    page.get_by_role("button", name="Export").click()
    for name in CANVASES:
        page.get_by_label(name).check()
    page.get_by_text("More files").click()
    page.get_by_label("Sound alone").check()
    page.get_by_text("6 of 6").wait_for()
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(DIALOG_OVERFLOW) <= 0
    page.get_by_role("button", name="Make 3 videos").click()
    page.locator("dialog article").nth(2).wait_for()

    page.goto("/exports")
    page.get_by_role("button", name="Pause all").click()
    page.get_by_text("Paused").nth(2).wait_for()
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(TOO_SMALL) == []
    page.get_by_role("button", name="Resume all").click()
    page.get_by_text("Waiting for its turn").nth(2).wait_for()
    last = page.locator("article").last
    last.get_by_role("button", name="Make this one next").click()
    last.get_by_role("button", name="Pause").click()
    last.get_by_role("button", name="Resume").wait_for()
