"""A filmed presenter's line in a real Chromium: scrubbed, its part chosen by edge, key and button, an action added and played."""

import json
import subprocess

import imageio_ffmpeg
import pytest

from tests.browser.test_two_tabs import until
from webapp.models.columns import utc_now
from webapp.models.presenter import Consent, Presenter, PresenterKind, PresenterState
from webapp.services import presenters

pytestmark = pytest.mark.browser

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PLACES = """() => [...document.querySelectorAll("[data-edge]")].map((edge) => edge.getAttribute("aria-valuetext"))"""
PAINTED = """() => {
  const canvas = document.querySelector(".filmline__pictures");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
}"""


@pytest.fixture
def filmed(studio):
    """Somebody's presenter from a film of four seconds: the address of her page, and the token of a login."""
    _, tenant, token = studio.open_login("mei@example.com")
    root = studio.settings.presenters
    with studio.database.transaction() as session:
        consent = Consent(tenant_id=tenant.id, subject_name="Mei Lin", language="en", created_at=utc_now())
        session.add(consent)
        session.flush()
        state = {"kind": PresenterKind.CLIP, "state": PresenterState.READY, "consent_id": consent.id}
        presenter = Presenter(tenant_id=tenant.id, name="Mei", **state)
        session.add(presenter)
        session.flush()
        described = presenters.folder_of(root, presenter.id, 1) / "avatar.json"
        described.parent.mkdir(parents=True)
        described.write_text(json.dumps({"clip": {"frames": 100, "actions": {}}, "id": presenter.id}))
        film = presenters.original_of(root, presenter.id)
        picture = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=4", "-pix_fmt", "yuv420p", "-f", "mp4")
        subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, film], check=True)
        return f"/presenters/{presenter.id}", token


@pytest.mark.parametrize("width", [1280, 360])
def test_an_action_is_found_on_the_line_named_and_played(studio, chromium, filmed, width):
    address, token = filmed
    page = studio.context(chromium, token, viewport={"width": width, "height": 740}).new_page()
    page.goto(address)
    place = page.get_by_label("Place in the film")
    place.wait_for()
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(PLACES) == ["0.00", "2.00"]

    place.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    until(page, "Math.abs(document.querySelector('video').currentTime - 0.14) < 0.001")
    page.get_by_role("button", name="From the film").first.click()
    page.get_by_role("slider", name="End of the action").focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACES) == ["0.12", "1.04"]
    edge, line = page.get_by_role("slider", name="End of the action").bounding_box(), page.locator("[data-film-line]").bounding_box()
    page.mouse.move(edge["x"] + edge["width"] / 2, edge["y"] + 20)
    page.mouse.down()
    page.mouse.move(line["x"] + line["width"] * 0.75, edge["y"] + 20)
    page.mouse.up()
    assert page.evaluate(PLACES) == ["0.12", "3.00"]

    page.get_by_label("Name of the action").fill("Wave")
    page.get_by_label("Until second").fill("9")
    page.get_by_role("button", name="Add the action").click()
    page.locator("#act-end:invalid").wait_for()
    page.get_by_label("Until second").fill("3")
    page.get_by_role("button", name="Add the action").click()
    page.locator(".filmline__act", has_text="Wave").wait_for()
    page.get_by_role("button", name="Play: Wave").click()
    until(page, "document.querySelector('video').paused && document.querySelector('[data-film-place]').value === '74'")
    until(page, f"({PAINTED})()")
    assert page.evaluate(OVERFLOW) <= 0
    page.context.close()
