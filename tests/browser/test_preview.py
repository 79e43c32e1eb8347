"""The preview in a real Chromium, with real workers: pictures, sound, edits, the keyboard, a phone."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis

from roles.lifeline import tied
from tests.browser.conftest import Studio
from tests.serving import served
from webapp import create_app
from webapp.extensions import detach
from webapp.models.columns import utc_now
from webapp.services import previews
from webapp.settings import Settings

REPOSITORY = Path(__file__).parents[2]
PATIENCE_S = 90

LISTEN = """
window.heard = { contexts: [], peaks: [] };
const Context = window.AudioContext;
window.AudioContext = class extends Context { constructor(...wishes) { super(...wishes); window.heard.contexts.push(this); } };
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.heard.peaks.push(Math.max(...this.buffer.getChannelData(0).map(Math.abs)));
  return start.apply(this, when);
};
"""
CORNER = """() => {
  const canvas = document.querySelector('[data-player=canvas]');
  return [canvas.width, [...canvas.getContext('2d').getImageData(Math.floor(canvas.width / 2), 3, 1, 1).data].slice(0, 3)];
}"""
LIKENESS = """() => {
  const canvas = document.querySelector('[data-player=canvas]');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let index = 0; index < data.length; index += 4) sum = (sum * 31 + data[index]) >>> 0;
  return sum;
}"""
EDIT = """async ([project, base, colour]) => {
  const edit = { kind: 'set-field', target: 'scene-1', field: 'background.colour', value: colour };
  const body = new URLSearchParams({ id: crypto.randomUUID().replaceAll('-', ''), base, edit: JSON.stringify(edit) });
  const headers = JSON.parse(document.body.getAttribute('hx-headers'));
  return (await fetch(`/projects/${project}/edits`, { method: 'POST', headers, body })).status;
}"""
HIDDEN = """(hidden) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(queue_server, blank_database, tmp_path_factory):
    """One studio for the tests of this file, with a preview worker and its spare, and the voice."""
    home = tmp_path_factory.mktemp("studio")
    shutil.copy(blank_database, home / "piying.sqlite3")
    previews.at.cache_clear()
    environment = {**os.environ, "PIYING_HOME": str(home), "REDIS_URL": queue_server}
    for name in ("DATABASE_URL", "FRAMES_URL"):
        environment.pop(name, None)
    with Redis.from_url(queue_server) as client:
        client.flushall()

    def made(address):
        environment["PIYING_PUBLIC_URL"] = address
        return create_app(Settings.from_environment(environment), utc_now)

    with served(made) as app:
        commands = [(sys.executable, "worker.py", "preview", "--count", "2"), (sys.executable, "worker.py", "speech")]
        running = [subprocess.Popen(command, cwd=REPOSITORY, env=environment, preexec_fn=tied()) for command in commands]  # noqa: PLW1509
        yield Studio(app)
        for process in running:
            process.kill()
            process.wait()
    detach(app)


@pytest.fixture
def opened(site, chromium):
    """The editor on a project of two scenes, once its preview shows something; complaints of the page fail the test."""
    _, tenant, token = site.open_login("mei@example.com")
    project = site.start(tenant, "Hello there.\n\nGood evening to you all.", language="en", presenter="sofia", shape="1:1")
    context = site.context(chromium, token, viewport={"width": 1280, "height": 800})
    context.add_init_script(LISTEN)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/projects/{project.id}/edit")
    until(page, "document.querySelector('[data-player=canvas]').width > 2")
    yield page, project
    context.close()
    assert complaints == []


def until(page, truth, patience_s=PATIENCE_S):
    """Wait for an expression of the page to be true."""
    end = time.monotonic() + patience_s
    while not page.evaluate(f"() => Boolean({truth})"):
        assert time.monotonic() < end, truth
        page.wait_for_timeout(50)


def shown_seconds(page):
    minutes, seconds = re.match(r"(\d+):([\d.]+)", page.locator("[data-player=time]").inner_text()).groups()
    return int(minutes) * 60 + float(seconds)


def test_a_project_is_seen_heard_and_edited_live(opened):
    page, project = opened
    player = page.locator(".player")
    until(page, "document.querySelector('[data-player=voicing]').hidden && document.querySelector('.player').dataset.sound")

    still, clock = page.evaluate(LIKENESS), page.locator("[data-player=time]").inner_text()
    page.get_by_role("button", name="Play", exact=True).click()
    pictures = set()
    for _ in range(12):
        page.wait_for_timeout(100)
        pictures.add(page.evaluate(LIKENESS))
    assert len(pictures - {still}) > 5
    assert page.evaluate("window.heard.contexts[0].currentTime") > 0.5
    assert max(page.evaluate("window.heard.peaks")) > 0.05
    assert page.locator("[data-player=time]").inner_text() != clock

    page.get_by_role("button", name="Pause", exact=True).click()
    assert page.evaluate(EDIT, [project.id, 0, "#00c000"]) == 200
    until(page, "document.querySelector('.player').dataset.revision === '1'")
    page.locator("[data-player=range]").press("Home")
    until(page, f"(({CORNER})()[1][1] > 150)")
    assert player.get_attribute("data-state") == "ready"

    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(300)
    before = shown_seconds(page)
    assert page.evaluate(EDIT, [project.id, 1, "#c00000"]) == 200
    until(page, "document.querySelector('.player').dataset.revision === '2'")
    assert shown_seconds(page) >= before


def test_the_player_is_moved_by_keyboard_and_stops_where_the_film_ends(opened):
    page, _ = opened
    scrub = page.locator("[data-player=range]")
    scrub.focus()
    page.keyboard.press("End")
    assert shown_seconds(page) > 1
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    assert shown_seconds(page) == 0
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert shown_seconds(page) == 0.2

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    until(page, "document.querySelector('.player').hasAttribute('data-playing')")
    page.keyboard.press("Space")
    until(page, "!document.querySelector('.player').hasAttribute('data-playing')")

    page.get_by_role("button", name="Play scene 1").click()
    until(page, "document.querySelector('.player').hasAttribute('data-playing')")
    until(page, "!document.querySelector('.player').hasAttribute('data-playing')")
    first = page.evaluate("document.querySelector('[data-player=scenes] span').style.insetInlineStart")
    share = float(scrub.input_value()) / (float(scrub.get_attribute("max")) + float(scrub.get_attribute("step")))
    assert abs(share - float(first.rstrip("%")) / 100) < 0.03


def test_the_player_alone_fits_a_phone_and_a_lost_connection_is_told_and_mended(opened):
    page, project = opened
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/projects/{project.id}/preview")
    until(page, "document.querySelector('[data-player=canvas]').width > 2")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = "[...document.querySelectorAll('.player :is(button, summary, input[type=range])')].filter(one => one.checkVisibility())"
    assert page.evaluate(f"{small}.every(one => one.getBoundingClientRect().height >= 44)")

    socket = "performance.getEntriesByType('resource').find((one) => one.name.endsWith('js/socket.js')).name"
    page.evaluate(f"import({socket}).then(({{ connection }}) => connection().io.engine.close())")
    until(page, "document.querySelector('.player').dataset.state === 'lost'", 10)
    until(page, "document.querySelector('.player').dataset.state === 'ready'")


def test_who_leaves_the_page_gives_her_place_back_at_once(opened, site):
    page, project = opened
    settings = site.settings
    shown = previews.at(settings.frames_url, settings.preview_slots)
    assert shown.watched([project.id])

    with page.expect_navigation():
        page.evaluate("location.assign('/projects')")

    until(page, "location.pathname === '/projects'")
    left = time.monotonic() + previews.RECORD_MS / 2_000
    while shown.watched([project.id]):
        assert time.monotonic() < left
        page.wait_for_timeout(50)
    page.go_back()
    until(page, "document.querySelector('.player').dataset.state === 'ready'")


def test_who_comes_back_after_rests_sees_where_she_goes(opened):
    page, _ = opened
    page.evaluate("window.setTimeout = ((real) => (act, ms) => real(act, ms === 8000 ? 0 : ms))(window.setTimeout)")  # a hidden tab's rest
    for _ in range(2):
        for key in ("End", "Home", "End", "Home"):
            go(page, key)
        page.evaluate(HIDDEN, True)
        until(page, "document.querySelector('.player').dataset.state === 'resting'")
        page.evaluate(HIDDEN, False)
        until(page, "document.querySelector('.player').dataset.state === 'ready'")
    go(page, "End")


def go(page, key):
    """Press a key of the playhead, and wait for the fine picture there."""
    page.locator("[data-player=range]").press(key)
    ticks = page.locator("[data-player=range]").input_value()
    until(page, f"document.querySelector('[data-player=canvas]').dataset.still?.endsWith(' {ticks} fine')")
