"""Words by hand in a real browser: a second language, captions one by one, a recording; files dropped and pasted; a long project."""

import time

import pytest
from sqlmodel import select

from render.timeline import codec
from webapp.models.asset import Asset, AssetKind, AssetState
from webapp.models.project import Snapshot

pytestmark = pytest.mark.browser

ELEMENTS_MAX = 1_500
HELD = "[...document.querySelectorAll('.scene:not(.scene--away)')].map((card) => card.dataset.scene)"
BRING = """([kind, name]) => {
  const files = new DataTransfer();
  files.items.add(new File(["RIFF\\x24\\0\\0\\0WAVEfmt "], name, { type: "audio/wav" }));
  const event = kind === "drop" ? new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }) : new ClipboardEvent(kind, { clipboardData: files, bubbles: true });
  (kind === "drop" ? document.body : window).dispatchEvent(event);
}"""


def saved(page, revision):
    page.locator("#saved", has_text=f"revision {revision}").wait_for()


def asset_of(studio):
    """The sound that was brought, once all of it has come."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with studio.database.reading() as session:
            if asset := session.exec(select(Asset)).first():
                return asset
        time.sleep(0.1)
    raise AssertionError("nothing was brought")


def test_a_second_language_is_written_under_the_first_and_grows_old_with_it(open_editor):
    page = open_editor(viewport={"width": 360, "height": 740})
    page.locator("#beside").select_option("zh")
    second = page.locator("textarea[data-second]")
    second.first.fill("你好，这是第一幕。")
    page.locator("#tongues").get_by_text("Not written yet: 1").wait_for()
    page.locator("textarea[data-block]:not([data-second])").first.fill("Hello, this is another scene.")
    page.get_by_text("What is said was changed since").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="It is still right").click()
    page.locator("#tongues").get_by_text("Changed since").wait_for(state="detached")
    page.reload()
    assert second.first.input_value() == "你好，这是第一幕。"
    assert page.locator("#beside").input_value() == "zh"


def test_a_caption_is_changed_parted_at_the_caret_and_had_back_by_key(open_editor):
    page = open_editor(viewport={"width": 360, "height": 740})
    page.locator(".cues summary").first.click()
    words = page.locator(".cue__words input")
    words.first.focus()
    page.keyboard.press("Home")
    for _ in range(len("Hello there,")):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Split at the cursor").nth(0).focus()
    page.keyboard.press("Enter")
    saved(page, 1)
    assert [words.nth(number).input_value() for number in (0, 1)] == ["Hello there,", "this is the first scene."]

    words.nth(1).fill("The first scene")
    page.keyboard.press("Tab")
    saved(page, 2)
    page.locator(".cue", has_text="Changed").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#undo").click()
    saved(page, 3)
    assert words.nth(1).input_value() == "this is the first scene."


def test_a_passage_is_recorded_heard_and_used(open_editor, studio):
    page = open_editor(viewport={"width": 360, "height": 740}, permissions=["microphone"])
    page.get_by_role("button", name="Record…").first.click()
    page.locator("#recorder-words", has_text="Hello there").wait_for()
    page.locator("#recorder-record").click()
    page.locator("#recorder-stop").wait_for()
    page.wait_for_timeout(600)
    page.locator("#recorder-stop").click()
    page.locator("#recorder-heard").wait_for()
    page.locator("#recorder-use").click()
    asset = asset_of(studio)
    with studio.database.transaction() as session:
        row = session.get_one(Asset, asset.id)
        row.state, row.kind = AssetState.READY, AssetKind.AUDIO
    page.locator("#recorder-state", has_text="It is used").wait_for()
    page.get_by_label("Remove the recording").first.wait_for(state="attached")


def test_a_refused_microphone_is_told_and_a_file_taken_instead(open_editor):
    page = open_editor()
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }")
    page.get_by_role("button", name="Record…").first.click()
    page.locator("#recorder-record").click()
    page.locator("#recorder-refused").wait_for()
    page.locator("#recorder-file").set_input_files({"name": "said.wav", "mimeType": "audio/wav", "buffer": b"RIFF"})
    page.locator("#recorder-use").wait_for()


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_file_dropped_or_pasted_into_the_editor_is_brought(open_editor, studio, kind):
    page = open_editor()
    page.evaluate(BRING, [kind, f"{kind}.wav"])
    assert asset_of(studio).name == f"{kind}.wav"


def long_project(studio, project):
    titles = [{"id": "", "lane": 20, "content": {"kind": "text", "texts": {"en": "Line"}}}] * 9
    scenes = [
        {
            "id": f"s{number}",
            "blocks": [{"id": f"b{number}", "texts": {"en": {"text": f"This is sentence number {number}, and it goes on."}}}],
            "layers": [title | {"id": f"t{number}-{place}"} for place, title in enumerate(titles)],
        }
        for number in range(200)
    ]
    with studio.database.transaction() as session:
        snapshot = session.exec(select(Snapshot).where(Snapshot.project_id == project)).one()
        snapshot.document = codec.write(codec.read({"language": "en", "scenes": scenes})).decode()


def test_a_long_project_stays_small_and_all_of_it_is_within_reach(studio, chromium):
    _, tenant, token = studio.open_login("mei@example.com")
    project = studio.start(tenant, "Hello.", language="en")
    long_project(studio, project.id)
    context = studio.context(chromium, token, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"/projects/{project.id}/edit")
    page.locator("html[data-saved=saved]").wait_for()
    area = page.locator("#text-b0")
    area.fill("Something else is said.")
    page.evaluate("document.getElementById('scene-s150').scrollIntoView()")
    page.locator("#text-b150").wait_for()
    saved(page, 1)
    assert page.evaluate("document.querySelectorAll('*').length") <= ELEMENTS_MAX
    assert abs(page.locator("#scene-s150").bounding_box()["y"]) < 300
    assert len(page.evaluate(HELD)) < 15
    assert page.locator("#scene-list > li").count() == 200

    page.locator("#look-s150 summary").first.click()
    page.locator("#layer-t150-3 summary").click()
    page.locator("#words-t150-3").wait_for()
    assert page.evaluate("document.querySelectorAll('*').length") <= ELEMENTS_MAX
    page.locator("#scene-s0.scene--away", has_text="Something else is said.").wait_for()
    page.locator("#menu-s150 summary").click()
    page.locator("#down-s150").click()
    saved(page, 2)
    assert page.evaluate("document.getElementById('scene-s150').previousElementSibling.id") == "scene-s151"
    context.close()
