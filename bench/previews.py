"""P4 and P5: how long a frame takes from its worker to the screen, on a quick line and on a slow one, and several tabs at once.

A studio of its own, a film of three sentences, Chromium; frames carry the moment at which they were made, by the clock of this machine.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize, sync_playwright

from bench.places import ROOT
from tests.browser.journeys.studio import Stack, running_stack
from tests.browser.journeys.visitor import Visitor
from tests.plugins.browser import FLAGS

SCRIPT: Final = (
    "早上的时间总是不够用，孩子要上学，自己要赶车。"
    "这款米乳打开就能喝，不用煮也不用等，味道香甜不腻口。"
    "冷的热的都好喝，配面包配油条都合适，老人小孩都喜欢。"
)
SLOTS: Final = 3
PLAYING, IDLE = 3, 5
SCRUB_HZ: Final = 30
SCRUB_S: Final = 6
SETTLE_S: Final = 5.0
"""A line is known, and what is spared on it chosen, after a few seconds."""
BEGUN_S: Final = 2.0
"""Several tabs begin to play one after the other; none may be at the film's end while they are looked at."""
LOOK_S: Final = 6.0
VOICED_S: Final = 300
VIEWPORT: Final[ViewportSize] = {"width": 720, "height": 1_100}
QUICK: Final = (
    "--autoplay-policy=no-user-gesture-required",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
)
"""Every window draws, as those of several people do, not the one in front alone."""

WATCH: Final = """
  window.seen = { frames: [], late: [] };
  const here = () => performance.timeOrigin + performance.now();
  let newest = null;
  document.addEventListener("drawn", ({ detail }) => {
    newest = detail;
    const { made, received, timed, ticks } = detail;
    window.seen.frames.push({ made, received, drawn: here(), timed, ticks });
  }, true);
  document.addEventListener("piying:playhead", ({ detail }) => {
    if (newest?.timed && detail.playing) window.seen.late.push((detail.ticks - newest.ticks) / 240);
    newest = null;
  });
"""
"""Run before the page's own scripts: notes each frame that is drawn, and by how many milliseconds its sound is ahead of it."""

SCRUB: Final = """([hertz, seconds]) => new Promise((done) => {
  const range = document.querySelector("[data-player=range]");
  let step = 0;
  const timer = setInterval(() => {
    range.value = String(Math.round((range.max * ((step * 37) % 101)) / 101 / range.step) * range.step);
    range.dispatchEvent(new Event("input", { bubbles: true }));
    step += 1;
    if (step < hertz * seconds) return;
    clearInterval(timer);
    done();
  }, 1000 / hertz);
})"""

Figures = dict[str, Any]


def way_to_the_screen(*, device: str = "cpu") -> Figures:
    """P4: from the worker to the browser and to its screen; then over 2.4 Mbit/s with 300 ms there and back."""
    del device
    with _studio() as studio:
        with _tab(studio, studio.stack.address) as page:
            figures = {"scrubbing": _scrubbed(page), "playing": _played(page, 1)}
        with _slow_line(studio.stack.address) as address, _tab(studio, address) as page:
            figures["slow line, playing"] = _played(page, 2 * SETTLE_S)
    return figures | _load()


def several_at_once(*, device: str = "cpu") -> Figures:
    """P5: three tabs playing and five that wait: pictures a second in each, what the others are told, and what they cost at rest."""
    del device
    with _studio() as studio, ExitStack() as windows:
        pages = [_opened(windows.enter_context(studio.context()), studio.film, wait=number < SLOTS) for number in range(PLAYING + IDLE)]
        for page in pages[:PLAYING]:
            page.locator("[data-player=toggle]").click()
        time.sleep(BEGUN_S)
        played = _meanwhile(pages[:PLAYING], LOOK_S)
        told = [_told(page) for page in pages[PLAYING:]]
        for page in pages[:PLAYING]:
            page.locator("[data-player=toggle]").click()
        time.sleep(SETTLE_S)
        figures = {"playing": played, "waiting": told, "at rest, cores": _cores(studio.stack.launcher, LOOK_S)}
    return figures | _load()


def figures_of(frames: Sequence[dict[str, float]], seconds: float) -> Figures:
    """Frames a second, and the middle and the 95th of a hundred of how long they took to come here and to be drawn, in milliseconds."""
    if len(frames) < 2:  # noqa: PLR2004 - no spread of one
        return {"frames per second": round(len(frames) / seconds, 1)}
    ways = {"received": "received", "drawn": "drawn"}
    taken = {name: [frame[moment] - frame["made"] for frame in frames] for name, moment in ways.items()}
    spreads = {f"made to {name}, ms": spread(values) for name, values in taken.items()}
    return {"frames per second": round(len(frames) / seconds, 1), **spreads}


def spread(values: Sequence[float]) -> dict[str, float]:
    """The middle and the 95th of a hundred."""
    return {"p50": round(median(values), 1), "p95": round(quantiles(values, n=20, method="inclusive")[-1], 1)}


def _scrubbed(page: Page) -> Figures:
    _forget(page)
    page.evaluate(SCRUB, [SCRUB_HZ, SCRUB_S])
    return figures_of(_frames(page, timed=False), SCRUB_S)


def _played(page: Page, settle_s: float) -> Figures:
    """A film that plays, seen from a while after its start on."""
    page.locator("[data-player=toggle]").click()
    page.wait_for_timeout(settle_s * 1_000)
    _forget(page)
    began = time.perf_counter()
    page.wait_for_timeout(LOOK_S * 1_000)
    figures = figures_of(_frames(page, timed=True), time.perf_counter() - began)
    late = page.evaluate("window.seen.late")
    page.locator("[data-player=toggle]").click()
    width = page.evaluate("document.querySelector('[data-player=canvas]').width")
    return figures | {"sound ahead of its frame, ms": spread(late) if len(late) > 1 else None, "width, px": width}


def _meanwhile(pages: Sequence[Page], seconds: float) -> list[Figures]:
    """What plays in several tabs in the same time."""
    for page in pages:
        _forget(page)
    began = time.perf_counter()
    pages[0].wait_for_timeout(seconds * 1_000)
    return [figures_of(_frames(page, timed=True), time.perf_counter() - began) for page in pages]


def _told(page: Page) -> str:
    """What a tab says that has no slot."""
    state = page.locator(".player").get_attribute("data-state")
    return f"{state} {page.locator('[data-player=place]').inner_text()}"


def _forget(page: Page) -> None:
    page.evaluate("window.seen.frames = []; window.seen.late = []")


def _frames(page: Page, *, timed: bool) -> list[dict[str, float]]:
    frames: list[dict[str, float]] = page.evaluate("window.seen.frames")
    return [frame for frame in frames if frame["timed"] is timed]


@dataclass(frozen=True, slots=True)
class Studio:
    """A studio, a browser, who is signed in there, and the address of a voiced film's player."""

    stack: Stack
    browser: Browser
    cookies: StorageState
    film: str

    @contextmanager
    def context(self) -> Iterator[BrowserContext]:
        """A window of the one person there is; her cookies are good for any port of this machine."""
        context = self.browser.new_context(storage_state=self.cookies, locale="zh-CN", viewport=VIEWPORT)
        context.add_init_script(WATCH)
        yield context
        context.close()


@contextmanager
def _studio() -> Iterator[Studio]:
    with (
        TemporaryDirectory(prefix="piying-previews-") as home,
        sync_playwright() as playwright,
        running_stack(Path(home), preview_slots=SLOTS) as stack,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *QUICK])
        context = browser.new_context(base_url=stack.address, locale="zh-CN", viewport=VIEWPORT)
        visitor = Visitor(context.new_page())
        visitor.sign_in("bench@example.com")
        film = _film(visitor)
        cookies = context.storage_state()
        context.close()
        yield Studio(stack, browser, cookies, f"{stack.address}/projects/{film}/preview")
        browser.close()


def _film(visitor: Visitor) -> str:
    """The project's id, once all of it is voiced."""
    project = visitor.new_project(SCRIPT, language="zh", shape="9:16", presenter="mei")
    visitor.voiced(VOICED_S)
    return project


@contextmanager
def _tab(studio: Studio, address: str) -> Iterator[Page]:
    """One tab that reaches the studio at an address."""
    with studio.context() as context:
        yield _opened(context, studio.film.replace(studio.stack.address, address))


def _opened(context: BrowserContext, address: str, *, wait: bool = True) -> Page:
    """The player alone, once it shows something or is told to wait."""
    page = context.new_page()
    page.goto(address)
    if wait:
        visitor = Visitor(page)
        visitor.until(lambda: visitor.state() == "ready", "the player shows the film", 120)
        page.wait_for_timeout(3_000)
    return page


@contextmanager
def _slow_line(address: str) -> Iterator[str]:
    """The same studio at the far end of a slow line."""
    command = (sys.executable, "-m", "bench.slow_line", address.removeprefix("http://"))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as line:
        try:
            yield f"http://127.0.0.1:{int(next(iter(line.stdout or ())))}"
        finally:
            line.terminate()


def _cores(launcher: int, seconds: float) -> float:
    """How many cores the studio takes."""
    before = _tree_s(launcher)
    time.sleep(seconds)
    return round((_tree_s(launcher) - before) / seconds, 3)


def _tree_s(root: int) -> float:
    """Processor seconds of a process and all below it that live."""
    used, parents = dict[int, float](), dict[int, int]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(stat.parent.name)
        parents[pid], used[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return sum(spent for pid, spent in used.items() if _is_below(pid, root, parents.get))


def _is_below(pid: int | None, root: int, parent: Callable[[int], int | None]) -> bool:
    while pid and pid != root:
        pid = parent(pid)
    return pid == root


def _load() -> Figures:
    return {"load": round(os.getloadavg()[0], 1)}
