"""The track view in a browser: by pointer, by keys, by touch, in two tabs, offline; and as fast and small as it must be."""

import pytest

from render.timeline import codec
from render.timeline.document import Anchor, AudioContent, ImageContent, Layer, ShapeContent, Span, TextContent, Track, Transform
from render.timeline.edits import InsertItem, SetField
from tests.bench.large_document import large_document
from tests.browser.test_two_tabs import Desk, until
from tests.webapp.views.test_clips import part
from webapp.models.columns import utc_now
from webapp.models.project import Snapshot
from webapp.services import editing, lanes, placings, shapes
from webapp.services.editing import Seat, Sent

pytestmark = pytest.mark.browser
SECOND = 240_000
AWAY = "() => { window.fetch = () => Promise.reject(new TypeError('still away')); }"
BUSY_DISK = """async () => {
  const opening = indexedDB.open("piying-editor");
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  const entries = opening.result.transaction("outbox", "readwrite").objectStore("outbox");
  let held = true;
  window.letGo = () => { held = false; };
  const again = () => { if (held) entries.count().onsuccess = again; };
  again();
}"""


class Bench(Desk):
    """Somebody's tabs at the track view of a project with a title, a picture and a sound in its first scene."""

    def __init__(self, studio, chromium):
        super().__init__(studio, chromium)
        scene = self.document().scenes[0].id
        self.send(SetField(target=scene, field="duration", value={"kind": "fixed", "fixed": 6 * SECOND, "least": SECOND}))
        for layer in (
            Layer(id="title", lane=20, span=part(1, 2), content=TextContent(texts={"zh": "冰爽一夏"})),
            Layer(id="picture", lane=5, span=part(2, 4), content=ImageContent(asset="a" * 64)),
            Layer(id="sound", lane=0, span=part(0, 5), content=AudioContent(asset="music:calm-1")),
        ):
            self.send(InsertItem(parent=scene, collection="layers", item=layer.model_dump(mode="json")))

    def send(self, edit):
        with self.studio.database.transaction() as session:
            seat = Seat(self.tenant, self.user, self.project.id, utc_now())
            editing.submit(session, seat, Sent(f"given-{self.revision()}", self.revision(), edit))

    def tab(self, chosen="", **options):
        page = self.studio.context(self.chromium, self.token, **({"viewport": {"width": 1440, "height": 900}} | options)).new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"/projects/{self.project.id}/tracks?chosen={chosen}")
        until(page, "document.documentElement.dataset.saved === 'saved'")
        until(page, "document.documentElement.dataset.followed === 'yes'")
        return page

    def place(self, clip_id):
        with self.studio.database.reading() as session:
            clip, base = lanes.layout(placings.of(session, self.document())).clip(clip_id)
        return round((base + clip.start) / SECOND, 2), round(clip.duration / SECOND, 2)

    def reach(self, page, clip_id, place):
        """Wait until a clip stands somewhere, for the server and on the page."""
        page.wait_for_timeout(60)
        until(page, "document.documentElement.dataset.saved === 'saved'")
        assert self.place(clip_id) == place
        at = "(c) => [c.dataset.at / 240000, c.dataset.for / 240000].map((s) => Math.round(s * 100) / 100)"
        assert page.locator(f"#clip-{clip_id}").evaluate(at) == [place[0], place[1]]


@pytest.fixture
def bench(studio, chromium):
    bench = Bench(studio, chromium)
    yield bench
    for context in chromium.contexts:
        context.close()
    assert bench.complaints == []


def clip(page, name):
    return page.locator(f"#clip-{name}")


def drag(page, box, by_px, *, at=0.5, down_px=0):
    """Drag from a place in a box, sideways."""
    x, y = box["x"] + box["width"] * at, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + by_px * step / 5, y + down_px * step / 5)
    page.mouse.up()


def scale(page):
    return float(page.evaluate("() => getComputedStyle(document.getElementById('timeline')).getPropertyValue('--scale')"))


def test_a_clip_is_moved_and_trimmed_by_pointer_and_taken_back_by_key(bench):
    page = bench.tab()
    page.keyboard.press("n")
    drag(page, clip(page, "title").bounding_box(), scale(page) * 1.2)
    bench.reach(page, "title", (2.2, 1))
    drag(page, clip(page, "title").bounding_box(), scale(page) * 1.2, at=0.98)
    bench.reach(page, "title", (2.2, 2.2))
    page.locator("body").press("Control+z")
    page.wait_for_timeout(200)
    bench.reach(page, "title", (2.2, 1))


def test_a_clip_of_a_track_is_placed_in_a_shape_by_hand_and_by_number_and_goes_back(bench):
    edges = [Anchor(kind="project", offset=second * SECOND) for second in (0, 5)]
    disc = Layer(id="disc", span=Span(start=edges[0], end=edges[1]), transform=Transform(width=3_000, height=2_000), content=ShapeContent())
    bench.send(InsertItem(parent="document", collection="tracks", item=Track(id="over", layers=(disc,)).model_dump(mode="json")))
    bench.send(shapes.add(bench.document(), "1:1"))
    main, shape = bench.document().tracks, bench.document().variants[0].id
    page = bench.tab("disc")
    page.locator(f"[data-shows-shape='{shape}']").click()
    page.locator(f"#shapes[data-shape='{shape}']").wait_for()

    def own():
        until(page, "document.documentElement.dataset.saved === 'saved'")
        return shapes.seen(bench.document(), shape).tracks[0].layers[0].transform

    laid = own()
    drag(page, page.locator(".box[aria-pressed=true]").bounding_box(), 40, down_px=30)
    page.locator("#own-disc").wait_for()
    moved = own()
    assert (moved.x > laid.x, moved.y > laid.y) == (True, True)
    drag(page, page.locator(".handle--se").bounding_box(), 30, down_px=30)
    page.get_by_label("Turned, °").fill("15")
    page.get_by_label("Turned, °").press("Tab")
    until(page, "JSON.parse(document.querySelector('#layer-disc').dataset.transform).rotation === 15000")
    assert (own().scale > moved.scale, bench.document().tracks) == (True, main)

    page.get_by_role("link", name="Scenes").click()
    page.locator(f"#shapes[data-shape='{shape}'] #back-disc").wait_for(state="attached")
    page.go_back()
    page.locator("#own-disc").click()
    page.locator("#own-disc").wait_for(state="detached")
    assert own() == laid


def test_a_clip_of_a_track_has_its_handles_in_either_view_and_the_playhead_goes_into_it(bench):
    edges = [Anchor(kind="project", offset=second * SECOND) for second in (2, 5)]
    disc = Layer(id="disc", span=Span(start=edges[0], end=edges[1]), transform=Transform(width=3_000, height=2_000), content=ShapeContent())
    bench.send(InsertItem(parent="document", collection="tracks", item=Track(id="over", layers=(disc,)).model_dump(mode="json")))
    before = bench.document().tracks
    page = bench.tab("disc")
    chosen = page.locator("#canvas-box-disc[aria-pressed=true]")
    chosen.wait_for()

    page.get_by_role("link", name="Scenes").click()
    page.locator("[id^=look-] > summary").first.click()
    page.locator("#layer-disc > summary").click()
    chosen.wait_for()
    page.locator("#piece-disc").wait_for()
    page.locator("#canvas").scroll_into_view_if_needed()
    drag(page, chosen.bounding_box(), 40, down_px=30)
    until(page, "JSON.parse(document.querySelector('#layer-disc').dataset.transform).x > 5000")
    dragged = bench.document().tracks[0].layers[0].transform
    chosen.press("ArrowRight")
    until(page, f"JSON.parse(document.querySelector('#layer-disc').dataset.transform).x === {dragged.x + 50}")

    for _ in range(2):
        page.locator("body").press("Control+z")
    until(page, "JSON.parse(document.querySelector('#layer-disc').dataset.transform).x === 5000")
    assert bench.document().tracks == before


def test_an_edge_snaps_to_a_neighbour_and_says_so(bench):
    page = bench.tab()
    box = clip(page, "title").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + 10)
    page.mouse.move(box["x"] + 30 + 3 * scale(page) - 5, box["y"] + 10)
    assert page.locator("#snap-line").is_visible()
    page.mouse.up()

    bench.reach(page, "title", (4, 1))


def test_everything_is_done_by_keys(bench):
    page = bench.tab("title")
    page.locator("#clip-title").focus()
    page.keyboard.press(".")
    page.keyboard.press(".")
    bench.reach(page, "title", (1.08, 1))
    page.keyboard.press(">")
    bench.reach(page, "title", (1.48, 1))
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.classList.contains('tracks-clip')")
    page.locator("#clip-picture").focus()
    page.keyboard.press("Enter")
    page.locator("#inspector").get_by_role("heading", name="Picture", exact=True).wait_for()
    page.locator("#clip-start").fill("0:00.40")
    page.locator("#clip-start").press("Tab")
    bench.reach(page, "picture", (0.4, 2))
    page.locator("#clip-picture").focus()
    page.keyboard.press("Delete")
    page.get_by_text("Deleted.").wait_for()
    until(page, "!document.getElementById('clip-picture')")


def test_a_clip_is_split_where_the_ruler_was_pressed(bench):
    page = bench.tab("sound")
    ruler = page.locator("#ruler").bounding_box()
    page.mouse.click(ruler["x"] + scale(page) * 2, ruler["y"] + 12)
    page.keyboard.press("s")
    until(page, "document.querySelectorAll('.tracks-clip--audio').length === 2")

    bench.reach(page, "sound", (0, 2))


def test_points_of_an_envelope_are_added_moved_and_removed(bench):
    page = bench.tab("sound")
    box = clip(page, "sound").bounding_box()
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, "document.querySelectorAll('#clip-sound .envelope path').length === 1")
    page.locator("#points summary").click()
    page.locator("#point-value-1").fill("40")
    page.locator("#point-value-1").press("Tab")
    until(page, "document.getElementById('clip-sound').dataset.points?.includes(',400')")
    page.locator("#add-point").click()
    until(page, "document.querySelectorAll('#clip-sound .envelope path').length === 2")
    page.locator("#point-remove-2").click()
    until(page, "document.querySelectorAll('#clip-sound .envelope path').length === 1")


def test_a_tab_follows_what_another_does_in_either_view(bench):
    one, other = bench.tab("title"), bench.tab()
    one.locator("#clip-length").fill("3")
    one.locator("#clip-length").press("Tab")
    until(other, "document.getElementById('clip-title').dataset.for === '720000'")
    scenes = bench.studio.context(bench.chromium, bench.token).new_page()
    scenes.goto(f"/projects/{bench.project.id}/edit")
    area = scenes.locator("textarea[data-block]").first
    area.press("Control+End")
    area.type("真的。")
    other.get_by_text("真的。").first.wait_for()


def test_what_is_cut_offline_is_kept_and_sent_after_a_reload(bench):
    page = bench.tab("title")
    page.context.set_offline(True)
    page.locator("#clip-title").focus()
    for _ in range(5):
        page.keyboard.press(">")
    page.get_by_text("Offline – kept here").wait_for()
    until(page, "document.documentElement.dataset.saved === 'offline'")
    page.context.set_offline(False)
    page.evaluate(AWAY)
    page.reload()
    until(page, "document.getElementById('clip-title').dataset.at === '720000'")

    bench.reach(page, "title", (3, 1))


def test_nothing_is_told_to_be_kept_before_the_disk_has_it(bench):
    page = bench.tab("title")
    page.evaluate(AWAY)
    page.evaluate(BUSY_DISK)
    page.locator("#clip-title").focus()
    page.keyboard.press(">")
    page.wait_for_timeout(400)
    assert page.locator("html").get_attribute("data-saved") == "saving"
    page.evaluate("() => window.letGo()")
    page.get_by_text("Offline – kept here").wait_for()


def test_what_a_closed_tab_could_not_send_is_sent_by_one_that_was_open_beside_it(bench):
    one = bench.tab("title")
    one.evaluate(AWAY)
    one.locator("#clip-title").focus()
    one.keyboard.press(">")
    one.get_by_text("Offline – kept here").wait_for()
    with one.context.expect_page() as opened:
        one.evaluate("() => void open(location.href)")
    other = opened.value
    until(other, "document.documentElement.dataset.followed === 'yes'")
    assert bench.place("title") == (1, 1)
    one.close()
    until(other, "document.getElementById('clip-title').dataset.at === '336000'")

    bench.reach(other, "title", (1.4, 1))


def test_on_a_phone_a_clip_is_trimmed_and_a_scene_moved_by_touch(bench):
    page = bench.tab(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("[data-tool=snap]").tap()
    clip(page, "title").tap()
    page.locator("#inspector #clip-start").wait_for()
    touch = page.context.new_cdp_session(page)
    slide(touch, page, clip(page, "title").bounding_box(), scale(page) * 0.8, at=0.95)
    bench.reach(page, "title", (1, 1.8))
    order = [scene.id for scene in bench.document().scenes]
    for _ in range(3):
        page.locator("[data-tool=farther]").tap()
    page.wait_for_timeout(300)
    head = page.locator(f"#choose-{order[0]}")
    head.tap()
    page.locator("#scene-length").wait_for()
    slide(touch, page, head.bounding_box(), scale(page) * 7)
    page.wait_for_timeout(100)
    until(page, "document.documentElement.dataset.saved === 'saved'")
    assert [scene.id for scene in bench.document().scenes] == [order[1], order[0], order[2]]


def slide(touch, page, box, by_px, *, at=0.5):
    """A finger goes sideways from a place in a box."""
    x, y = box["x"] + box["width"] * at, box["y"] + box["height"] / 2
    send = lambda kind, points: touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})  # noqa: E731
    send("touchStart", [{"x": x, "y": y}])
    for step in range(1, 6):
        send("touchMove", [{"x": x + by_px * step / 5, "y": y}])
        page.wait_for_timeout(20)
    send("touchEnd", [])


def test_a_very_large_project_is_carried_by_few_elements(bench):
    document = large_document()
    with bench.studio.database.transaction() as session:
        project = session.merge(bench.project)
        project.revision = bench.revision() + 1
        session.add(
            Snapshot(project_id=project.id, revision=project.revision, document=codec.write(document).decode(), created_at=utc_now())
        )
    page = bench.tab()
    count = "document.querySelectorAll('*').length"
    assert page.evaluate(count) <= 1_500
    page.locator("[data-tool=whole]").click()
    until(page, "document.querySelectorAll('.tracks-column--coarse').length === 200")
    assert page.evaluate(count) <= 1_500
    for _ in range(12):
        page.locator("[data-tool=closer]").click()
    until(page, "document.querySelectorAll('.tracks-clip[data-clip]').length > 20")
    assert page.evaluate(count) <= 1_500
    page.evaluate("() => { document.getElementById('scroll').scrollLeft = 15000; }")
    until(page, "document.querySelector('.tracks-column')?.dataset.scene !== 'large-scene-0'")
    assert page.evaluate(count) <= 1_500
