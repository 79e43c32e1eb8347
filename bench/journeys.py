"""What a person waits for: `python -m bench.journeys [--edits 40]` starts a studio of its own and sits down in front of it in Chromium.

Words pasted to a talking picture with sound; a title's colour to its frame; the playhead dragged to its frame; frames per second while
playing; an order to its film, the first time and when its pictures are kept. Prints one JSON object.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from bench.preview_latency import seeks_in_worker, spread
from tests.browser.journeys.studio import running_stack, visiting
from tests.browser.journeys.visitor import Visitor
from tests.plugins.browser import FLAGS

SENTENCES: Final = (
    "早上的时间总是不够用，孩子要上学，自己要赶车。",
    "这款米乳打开就能喝，不用煮也不用等，味道香甜不腻口。",
    "每一盒都有五百毫升，够一家人分着喝，价格只要十九块九。",
    "冷的热的都好喝，配面包配油条都合适，老人小孩都喜欢。",
    "放进书包不怕洒，带到公司也方便，下午饿了再来一杯。",
    "我们用的是东北的新米，慢慢磨，慢慢熬，没有加一勺糖。",
    "今天下单明天就到，买两箱再送一箱，名额真的不太多。",
    "喜欢的话就点下面的链接，明天早上，让全家人多睡十分钟。",
)
CHARACTERS: Final = 200
SOUNDING: Final = 0.02

NOTE: Final = """
  const paint = CanvasRenderingContext2D.prototype.drawImage;
  window.painted = { count: 0, at: 0, width: 0 };
  CanvasRenderingContext2D.prototype.drawImage = function (...what) {
    paint.apply(this, what);
    window.painted = { count: window.painted.count + 1, at: performance.now(), width: this.canvas.width };
  };
"""
"""Run before the page's own scripts: notes every frame that is drawn."""

UNTIL_DRAWN: Final = """([act, value]) => new Promise((done) => {
  const acts = {
    seek(place) {
      const range = document.querySelector("[data-player=range]");
      range.value = String(Math.round((range.max * place) / range.step) * range.step);
      range.dispatchEvent(new Event("input", { bubbles: true }));
    },
    colour(code) {
      const field = document.querySelector("input[id^=ink-]");
      field.value = code;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    },
  };
  const before = window.painted.count, began = performance.now();
  acts[act](value);
  const look = () => (window.painted.count > before ? done(window.painted.at - began) : setTimeout(look, 1));
  look();
})"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=40, help="edits and seeks to measure (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures here as well")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {"machine": machine(), "seek to JPEG in a worker, ms": seeks_in_worker(options.edits)}
    home = Path(tempfile.mkdtemp(prefix="piying-bench-"))
    try:
        with running_stack(home) as stack, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            wide = {"viewport": {"width": 1280, "height": 1400}, "device_scale_factor": 2}
            with visiting(stack, browser, "zh-CN", **wide) as visitor:
                visitor.page.add_init_script(NOTE)
                figures |= journey(visitor, options.edits, home)
            browser.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    figures["load at the end"] = round(os.getloadavg()[0], 1)
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    return 0


def machine() -> dict[str, Any]:
    """What it is measured on."""
    return {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine(), "load": round(os.getloadavg()[0], 1)}


def journey(visitor: Visitor, edits: int, home: Path) -> dict[str, Any]:
    """All that is measured in Chromium."""
    visitor.sign_in("bench@example.com")
    figures: dict[str, Any] = {"200 characters to talking with sound, s (cold, then warm)": [talking(visitor, run) for run in range(3)]}
    visitor.voiced()
    add_title(visitor)
    figures["title colour to drawn, ms"] = spread(list(drawn(visitor.page, "colour", colours(edits))))
    figures["seek to drawn, ms"] = spread(list(drawn(visitor.page, "seek", places(edits))))
    figures["playing"] = playing(visitor)
    visitor.page.keyboard.press("Escape")
    figures["export, wall / length"] = {preset: exported(visitor, preset, home) for preset in ("720p", "1080p")}
    return figures


def script(run: int) -> str:
    """Two hundred characters that nobody has said before."""
    order = [*SENTENCES[run:], *SENTENCES[:run]]
    text = f"第{'一二三四五'[run]}回。" + "".join(order)
    return text[:CHARACTERS]


def talking(visitor: Visitor, run: int) -> float:
    """Seconds from sending a pasted script to a picture that moves and can be heard."""
    page = visitor.page
    page.goto("/projects/new")
    visitor.pick("language", "zh")
    page.locator("#script").fill(script(run))
    visitor.pick("presenter", "mei")
    visitor.pick("shape", "9:16")
    began = time.time()
    page.locator(".new__foot [type=submit]").click()
    page.wait_for_url("**/edit", wait_until="commit")
    visitor.until(lambda: missing(visitor) is not None, "the player knows its words")
    unvoiced = missing(visitor) or 0
    visitor.until(lambda: (missing(visitor) or 0) < max(1, unvoiced), "the first words have a voice", 300)
    page.locator("[data-player=toggle]").click()
    frames = page.evaluate("window.painted.count")
    visitor.until(lambda: visitor.loudest() > SOUNDING and page.evaluate("window.painted.count") > frames, "it talks", 120)
    took = time.time() - began
    if visitor.playing():
        page.locator("[data-player=toggle]").click()
    return round(took, 2)


def missing(visitor: Visitor) -> int | None:
    """How many passages have no voice yet, once the player knows."""
    number = visitor.page.locator(".player").get_attribute("data-missing")
    return int(number) if number else None


def add_title(visitor: Visitor) -> None:
    """A title in the first scene, whose colour is to be changed."""
    page = visitor.page
    visitor.open(page.locator("details.look").first)
    page.locator("[id^=add-title-]").first.click()
    page.locator("textarea[id^=words-]").first.fill("米乳早餐")
    visitor.settle()
    visitor.seek(0)
    visitor.voiced()
    visitor.rested_canvas(0)


def colours(count: int) -> Iterator[str]:
    """So many different ones."""
    for number in range(count):
        yield f"#ff{number * 5 % 256:02x}{(255 - number * 5) % 256:02x}"


def places(count: int) -> Iterator[float]:
    """Places all over the film, in no order."""
    for number in range(count):
        yield number * 7_919 % 1_000 / 1_000


def drawn(page: Page, act: str, values: Iterator[Any]) -> Iterator[float]:
    """Milliseconds from each gesture to the first frame drawn after it, everything at rest before."""
    for value in values:
        page.wait_for_timeout(900)
        yield page.evaluate(UNTIL_DRAWN, [act, value])


def playing(visitor: Visitor) -> dict[str, float]:
    """Frames drawn per second, and how wide they are in pixels, over six seconds from a second after the start."""
    page = visitor.page
    visitor.seek(0)
    visitor.rested_canvas(0)
    page.locator("[data-player=toggle]").click()
    visitor.until(visitor.playing, "it plays")
    page.wait_for_timeout(1_000)
    first, began = page.evaluate("window.painted.count"), time.perf_counter()
    page.wait_for_timeout(6_000)
    count, seconds = page.evaluate("window.painted.count") - first, time.perf_counter() - began
    width = page.evaluate("window.painted.width")
    page.locator("[data-player=toggle]").click()
    return {"frames per second": round(count / seconds, 1), "width, px": width}


def exported(visitor: Visitor, preset: str, home: Path) -> dict[str, float]:
    """Wall time of an export through the length of its film: made anew, and with everything kept."""
    lengths = visitor.page.locator("#total").inner_text()
    minutes, seconds = lengths.split("\n")[-1].strip("≈ ").split(":")
    length_s = 60 * int(minutes) + float(seconds)
    ratios = {"length, s": length_s}
    for name in ("first", "cached"):
        began = time.perf_counter()
        visitor.order_export(preset)
        visitor.finished_export(home, 1_200)
        ratios[name] = round((time.perf_counter() - began) / length_s, 2)
        visitor.page.keyboard.press("Escape")
    return ratios


if __name__ == "__main__":
    sys.exit(main())
