"""The library in a real Chromium: files come in by every way, are made ready by a real ingest, and arrive in the editor from a phone."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image
from sqlmodel import select

from roles import media_ingest
from roles.base import claimed
from roles.house import House
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


@pytest.fixture
def work(studio, monkeypatch):
    """Does what an ingest worker does with everything that waits."""
    house = House(studio.settings, studio.database)
    monkeypatch.setattr(media_ingest, "house", lambda: house)

    def run():
        with studio.database.reading() as session:
            waiting = session.exec(select(Job).where(Job.kind == "material", Job.state == JobState.QUEUED)).all()
        for job in waiting:
            with claimed(job.id, studio.database) as running:
                media_ingest.ingest(running)
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
    for context in contexts:
        context.close()
    assert [complaint for complaint in complaints if "422" not in complaint] == []


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
