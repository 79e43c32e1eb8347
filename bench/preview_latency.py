"""How quick the preview is: `python -m bench.preview_latency [--runs 30]` starts a whole stack in a folder of its own and measures it.

In the worker: a seek, to its JPEG. In Chromium: an edit that voices nothing, from its POST to the drawn frame; a seek, to the drawn frame;
frames drawn per second while playing; and 200 Chinese characters, from opening the project to the first talking frame with sound.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from playwright.sync_api import Page, sync_playwright

from render.avatar.engine import WarpEngine
from render.graph.compile import compile_program
from render.link import FolderSources
from render.pixels.jpeg import jpeg
from render.presets.voices import SPEECH_ENGINE
from render.timeline import codec
from render.timeline.resolve import resolve
from render.timeline.voicing import link
from roles.lifeline import tied

REPOSITORY = Path(__file__).parents[1]
MODELS = Path(os.environ.get("PIYING_MODELS", REPOSITORY / ".models"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"]
SCRIPT = "这只随行杯，内胆用的是不锈钢，早上装满冰水，下午打开，还是冰的。杯盖一按就开，单手也能喝。" * 5
DRAWN = """() => new Promise((done) => {
  const canvas = document.querySelector('[data-player=canvas]'), paint = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...what) {
    paint.apply(this, what); CanvasRenderingContext2D.prototype.drawImage = paint; done(performance.now());
  };
  window.benchStart = performance.now();
  window.benchAct();
}).then((at) => at - window.benchStart)"""
SEEK = """(place) => { window.benchAct = () => {
  const range = document.querySelector('[data-player=range]');
  range.value = String(Math.round(range.max * place / range.step) * range.step);
  range.dispatchEvent(new Event('input'));
}; }"""
EDIT = """([project, base, colour]) => { window.benchAct = () => {
  const edit = { kind: 'set-field', target: 'scene-1', field: 'background.colour', value: colour };
  const body = new URLSearchParams({ id: crypto.randomUUID().replaceAll('-', ''), base, edit: JSON.stringify(edit) });
  fetch(`/projects/${project}/edits`, { method: 'POST', headers: JSON.parse(document.body.getAttribute('hx-headers')), body });
}; }"""
COUNT = """() => { window.drawn = 0; const paint = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...what) { window.drawn += 1; return paint.apply(this, what); }; }"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {"load": os.getloadavg()[0], "worker seek to JPEG, ms": seeks_in_worker(options.runs)}
    with stack() as (address, sign_in_link):
        figures |= in_browser(address, sign_in_link, options.runs)
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0


def spread(values: Sequence[float]) -> dict[str, float]:
    """The least, the middle and the 95th of a hundred."""
    ordered = sorted(values)
    return {"min": round(ordered[0], 1), "p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(len(ordered) * 0.95)], 1)}


def seeks_in_worker(runs: int) -> dict[str, float]:
    """Random frames at 540x960 with a presenter, everything warm."""
    torch.set_num_threads(1)
    document = codec.read((REPOSITORY / "bench/documents/serum-zh.json").read_bytes())
    timeline = resolve(document, link(document, document.language, SPEECH_ENGINE, {}))
    sources = FolderSources(music_folder=MODELS / "music")
    program = compile_program(timeline, size_px=(540, 960), sources=sources, avatars=WarpEngine(MODELS), label="AI 生成")
    indexes = [(number * 7_919) % program.frame_count for number in range(runs)]
    for index in indexes:
        program.frame(index)
    took = []
    for index in [(index + 3) % program.frame_count for index in indexes]:
        began = time.perf_counter()
        jpeg(program.frame(index))
        took.append((time.perf_counter() - began) * 1_000)
    return spread(took)


@contextmanager
def stack() -> Iterator[tuple[str, str]]:
    """A stack in a folder of its own: its address and a sign-in link."""
    home = Path(tempfile.mkdtemp(prefix="piying-bench-"))
    environment = {**os.environ, "PIYING_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = (sys.executable, "-m", "tools.stack")
    process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True, preexec_fn=tied())  # noqa: PLW1509 - one thread
    try:
        lines = iter(process.stdout or ())
        signed = next(line for line in lines if "/signin/link/" in line)
        link_address = "http" + signed.split("http")[1].strip()
        yield link_address.split("/signin")[0], link_address
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def in_browser(address: str, sign_in_link: str, runs: int) -> dict[str, Any]:
    """Everything that is measured in Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(base_url=address, viewport={"width": 1280, "height": 1100}, locale="en-US").new_page()
        page.goto(sign_in_link)
        page.locator("form button").last.click()
        page.wait_for_url("**/projects")
        figures = {"200 characters to talking frame, s (cold, then warm)": [round(talking(page, number), 2) for number in (1, 2)]}
        project = page.url.split("/projects/")[1].split("/")[0]
        page.wait_for_timeout(3_000)
        figures |= {"seek to drawn, ms": spread(list(seeks(page, runs))), "edit to drawn, ms": spread(list(edits(page, project, runs)))}
        figures["playing, frames per second"] = played(page)
        browser.close()
    return figures


def talking(page: Page, number: int) -> float:
    """Open a new project of 200 characters; seconds until the first passage has its voice and its pieces of sound are there."""
    page.goto("/projects/new")
    page.locator("textarea[name=script]").fill(f"第{'一二三'[number]}次。" + SCRIPT[:195])
    page.get_by_role("button", name="Create project").click()
    began = time.perf_counter()
    page.wait_for_url("**/edit")
    wait_for(page, "document.querySelector('.player')?.dataset.missing")
    all_missing = page.evaluate("document.querySelector('.player').dataset.missing")
    wait_for(page, f"document.querySelector('.player').dataset.missing !== '{all_missing}'")
    silent = page.evaluate("document.querySelector('.player').dataset.sound")
    wait_for(page, f"document.querySelector('.player').dataset.sound !== '{silent}'")
    return time.perf_counter() - began


def seeks(page: Page, runs: int) -> Iterator[float]:
    """Milliseconds from moving the bar to the drawn frame."""
    for number in range(runs):
        page.evaluate(SEEK, ((number * 7_919) % 1_000) / 1_000)
        yield page.evaluate(DRAWN)
        page.wait_for_timeout(600)


def edits(page: Page, project: str, runs: int) -> Iterator[float]:
    """Milliseconds from the POST of another background colour to the drawn frame."""
    page.evaluate(SEEK, 0)
    page.evaluate(DRAWN)
    for number in range(runs):
        page.wait_for_timeout(700)
        page.evaluate(EDIT, [project, number, f"#{number * 4:02x}4060"])
        yield page.evaluate(DRAWN)


def played(page: Page) -> float:
    """Frames drawn per second over four seconds of playing."""
    page.evaluate(SEEK, 0)
    page.evaluate(DRAWN)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1_000)
    page.evaluate(COUNT)
    page.wait_for_timeout(4_000)
    return page.evaluate("window.drawn") / 4  # type: ignore[no-any-return]


def wait_for(page: Page, truth: str, seconds: float = 240) -> None:
    """Wait until an expression of the page holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if page.evaluate(f"() => Boolean({truth})"):
                return
        except Exception:  # noqa: BLE001, S110 - the page is on its way to another address
            pass
        page.wait_for_timeout(20)
    raise TimeoutError(truth)


if __name__ == "__main__":
    sys.exit(main())
