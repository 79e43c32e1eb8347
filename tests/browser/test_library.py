"""The library in a real Chromium: files come in by every way, are made ready by a real ingest, and arrive in the editor from a phone."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image
from sqlmodel import col, select

from roles import media_ingest
from roles.base import claimed
from roles.house import House
from roles.registry import KINDS, resolve
from webapp import nudges
from webapp.models.job import Job, JobState

pytestmark = pytest.mark.browser

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """() => [...document.querySelectorAll(":is(a, button, summary, select, label.button)")]
  .filter(element => element.checkVisibility() && !element.closest(".unseen, header, p, li li") && element.getBoundingClientRect().height < 44)
  .map(element => element.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """A picture, a clip with sound, and a text that claims to be a picture."""
    folder = tmp_path_factory.mktemp("files")
    Image.effect_mandelbrot((640, 480), (-2, -1, 1, 1), 60).convert("RGB").save(folder / "cup.jpg")
    picture, sound = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=2"), ("-f", "lavfi", "-i", "sine=d=2")
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, *sound, "-pix_fmt", "yuv420p", folder / "clip.mp4"], check=True
    )
    (folder / "not.jpg").write_text("<svg/>" * 40)
    return folder


def told(app, *what):
    """A nudge on the server that the studio listens to."""
    with app.app_context():
        nudges.nudge_tenant(*what)


@pytest.fixture
def work(studio, monkeypatch):
    """Does what an ingest worker does with everything that waits, and with what follows from it."""
    house = House(studio.settings, studio.database)
    monkeypatch.setattr(media_ingest, "house", lambda: house)
    monkeypatch.setattr(media_ingest, "nudge_tenant", lambda *what: told(studio.app, *what))

    def run():
        with studio.database.reading() as session:
            waiting = session.exec(select(Job).where(col(Job.kind).in_(("material", "film")), Job.state == JobState.QUEUED)).all()
        for job in waiting:
            with claimed(job.id, studio.database) as running:
                resolve(KINDS[job.kind].work)(running)
        if waiting:
            run()
        return len(waiting)

    return run


@pytest.fixture
def visit(studio, chromium):
    """Opens a page as somebody, at a width; complains about errors in the console at the end."""
    contexts, complaints = [], []

    def opened(token, address, width=1440, **options):
        context = studio.context(chromium, token, viewport={"width": width, "height": 800 if width > 500 else 740}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield opened
    told = list(complaints)  # what is under way when the page goes is broken off, and complained about
    for context in contexts:
        context.close()
    assert [complaint for complaint in told if "422" not in complaint and "ERR_FAILED" not in complaint] == []


@pytest.mark.parametrize("width", [1440, 360])
def test_files_come_in_are_made_ready_renamed_searched_thrown_away_and_taken_back(studio, visit, work, files, width):
    _, _, token = studio.open_login("mei@example.com")
    page = visit(token, "/library", width)

    page.set_input_files("#upload-files", [files / "cup.jpg", files / "clip.mp4", files / "not.jpg"])
    page.get_by_text("This is not a file we can use").wait_for()
    page.locator(".asset").nth(1).wait_for()
    assert work() == 2
    page.locator(".asset[data-state=ready]").nth(1).wait_for()
    page.locator(".asset__open", has_text="clip.mp4").click()
    page.get_by_label("Name", exact=True).fill("Pouring tea")
    page.get_by_role("button", name="Rename").click()
    page.locator(".asset__name", has_text="Pouring tea").wait_for()
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(TOO_SMALL) == []
    page.get_by_role("searchbox").fill("tea")
    page.locator(".asset__name", has_text="cup.jpg").wait_for(state="detached")

    page.get_by_role("button", name="Into the trash").click()
    page.locator(".asset").wait_for(state="detached")
    page.get_by_label("Trash").check()
    page.get_by_role("button", name="Put back").click()
    page.get_by_role("heading", name="The trash is empty").wait_for()


def test_what_changes_while_a_card_is_on_its_way_is_seen(studio, visit, work, files):
    _, tenant, token = studio.open_login("mei@example.com")
    page = visit(token, "/library")
    page.set_input_files("#upload-files", [files / "cup.jpg"])
    page.locator(".asset").wait_for()
    work()
    page.locator(".asset[data-state=ready]").wait_for()
    asset = page.locator(".asset").get_attribute("data-asset")
    waiting = []
    page.route(f"**/library/{asset}", lambda route: waiting.append((route, route.fetch())), times=1)
    told(studio.app, tenant.id, "asset", asset)
    while not waiting:
        page.wait_for_timeout(20)
    page.get_by_role("button", name="Into the trash").click()
    page.locator(".asset").wait_for(state="detached")
    page.wait_for_timeout(300)
    route, response = waiting[0]
    with page.expect_response(f"**/library/{asset}", timeout=10_000):
        route.fulfill(response=response)
        page.wait_for_timeout(600)

    assert page.locator(".asset").count() == 0


@pytest.mark.parametrize("width", [1440])
def test_an_upload_goes_on_by_itself_after_a_break_and_after_a_reload(studio, visit, work, tmp_path, width):
    _, _, token = studio.open_login("mei@example.com")
    page = visit(token, "/library", width)
    Image.effect_noise((2_000, 1_800), 90).save(tmp_path / "noise.png")
    content = (tmp_path / "noise.png").read_bytes() + bytes(18_000_000)
    (tmp_path / "noise.png").write_bytes(content)
    pieces = []

    def break_off(route):
        pieces.append(route.request.headers["upload-offset"])
        if len(pieces) == 2:
            return route.abort()
        return route.continue_()

    page.route("**/uploads/*", lambda route: break_off(route) if route.request.method == "PATCH" else route.continue_())
    page.set_input_files("#upload-files", [tmp_path / "noise.png"])
    page.get_by_text("Broken off").wait_for()
    page.unroute("**/uploads/*")
    page.reload()
    page.locator(".asset").wait_for()
    assert work() == 1
    page.locator(".asset[data-state=ready]").wait_for()

    assert pieces[:2] == ["0", str(8 * 1024 * 1024)]
    stored = next(path for path in studio.settings.assets.rglob("*") if path.is_file())
    assert stored.read_bytes() == content


def test_a_cancelled_upload_is_gone_on_both_sides(studio, visit, tmp_path):
    _, _, token = studio.open_login("mei@example.com")
    page = visit(token, "/library")
    (tmp_path / "big.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(20_000_000))
    page.route("**/uploads/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    page.set_input_files("#upload-files", [tmp_path / "big.mp4"])
    page.get_by_text("Broken off").wait_for()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as ended:
        page.get_by_role("button", name="Cancel").click()

    assert ended.value.status == 204
    assert page.locator("[data-upload]").count() == 0


def test_what_a_phone_sends_arrives_in_the_open_editor_and_is_put_into_the_scene(studio, visit, work, files):
    _, tenant, token = studio.open_login("mei@example.com")
    project = studio.start(tenant, "你好。")
    page = visit(token, f"/projects/{project.id}/edit")
    page.locator("[id^=look-] summary").first.click()
    page.locator("[id^=look-] [data-pictures]").first.click()
    page.get_by_role("button", name="From my phone").click()
    address = page.get_by_label("Address for the phone").input_value()

    phone = visit("nobody", address, 360, has_touch=True, is_mobile=True)
    assert phone.evaluate(OVERFLOW) <= 0
    assert phone.evaluate(TOO_SMALL) == []
    phone.set_input_files("#upload-camera", [files / "cup.jpg"])
    phone.locator("[data-done]").wait_for()
    assert work() == 1
    page.locator("#picture-list [data-picture]").click()
    page.get_by_text("revision 1").wait_for()
