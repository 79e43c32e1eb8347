"""What a person waits for: `python -m bench journeys [--edits 20]` starts a studio of its own and sits down in front of it in Chromium.

Words pasted to a talking picture with sound; a sentence changed until it is heard; a title's colour to its frame; the playhead dragged to
its frame; frames per second while playing; an order to its film, the first time and when its pictures are kept. Says on the way where it
is, prints one JSON object, and ends within `--seconds`: what was not measured by then says so.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch
from playwright.sync_api import Error, Page, sync_playwright

from bench.stand import MODELS, ROOT
from render.avatar.engine import WarpEngine
from render.graph.compile import compile_program
from render.link import FolderSources
from render.pixels.jpeg import jpeg
from render.presets.voices import SPEECH_ENGINE
from render.timeline import codec
from render.timeline.resolve import resolve
from render.timeline.sentences import sentences
from render.timeline.spoken import SpeechRequest
from render.timeline.voicing import link
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
NUMBERS: Final = "六七八九十百千万"
SECONDS: Final = 340
TALK_S: Final = 90
"""The longest to wait for a talking picture."""
SOUNDING: Final = 0.02

NOTE: Final = """
  const paint = CanvasRenderingContext2D.prototype.drawImage;
  window.painted = { count: 0, at: 0, width: 0 };
  CanvasRenderingContext2D.prototype.drawImage = function (...what) {
    paint.apply(this, what);
    window.painted = { count: window.painted.count + 1, at: performance.now(), width: this.canvas.width };
  };
  document.addEventListener("drawn", ({ detail }) => { window.painted.frame = detail; }, true);
"""
"""Run before the page's own scripts: notes every frame that is drawn, with the moments that it carries."""

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
  const stages = ({ at, frame }) => {
    const since = (moment) => moment - performance.timeOrigin - began;
    return { begun: since(frame.begun), made: since(frame.made), received: since(frame.received), drawn: at - began };
  };
  acts[act](value);
  const look = () => {
    const took = performance.now() - began;
    if (window.painted.count > before) done(stages(window.painted));
    else if (took > 5000) done({ begun: took, made: took, received: took, drawn: took });
    else setTimeout(look, 1);
  };
  look();
})"""


@dataclass
class Stopwatch:
    """The time there is for everything, and what has been measured in it."""

    ends: float
    began: float = field(default_factory=time.monotonic)
    figures: dict[str, Any] = field(default_factory=dict)

    def measure(self, name: str, measure: Callable[[], Any]) -> None:
        """Measure one thing if there is time left; what fails or takes too long is written down as that."""
        now = time.monotonic()
        print(f"[{now - self.began:4.0f} s] {name}", file=sys.stderr, flush=True)
        try:
            self.figures[name] = measure() if now < self.ends else "no time left"
        except (AssertionError, Error) as problem:
            self.figures[name] = f"not measured: {str(problem).splitlines()[0][:200]}"

    def left_s(self, most: float) -> float:
        """How long to wait for something at most."""
        return min(most, max(1.0, self.ends - time.monotonic()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench journeys", description=__doc__)
    parser.add_argument("--edits", type=int, default=20, help="edits and seeks to measure (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="be done within (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures here as well")
    options = parser.parse_args(arguments)
    watch = Stopwatch(time.monotonic() + options.seconds)
    watch.figures["machine"] = machine()
    watch.measure("seek to JPEG in a worker, ms", lambda: seeks_in_worker(options.edits))
    home = Path(tempfile.mkdtemp(prefix="piying-bench-"))
    try:
        watch.measure("in front of the studio", lambda: sit_down(home, options.edits, watch))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    watch.figures["load at the end"] = round(os.getloadavg()[0], 1)
    text = json.dumps(watch.figures, ensure_ascii=False, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    return 0


def spread(values: Sequence[float]) -> dict[str, float]:
    """The least, the middle and the 95th of a hundred."""
    ordered = sorted(values)
    return {"min": round(ordered[0], 1), "p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(len(ordered) * 0.95)], 1)}


def seeks_in_worker(runs: int) -> dict[str, float]:
    """Random frames at 540x960 with a presenter, everything warm."""
    torch.set_num_threads(1)
    document = codec.read((ROOT / "bench/documents/serum-zh.json").read_bytes())
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


def sit_down(home: Path, edits: int, watch: Stopwatch) -> str:
    """Start the studio and the browser and measure all that is seen there."""
    with running_stack(home) as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        wide = {"viewport": {"width": 1280, "height": 1400}, "device_scale_factor": 2}
        with visiting(stack, browser, "zh-CN", **wide) as visitor:
            visitor.page.add_init_script(NOTE)
            visitor.page.set_default_timeout(60_000)
            journey(visitor, edits, home, watch)
        browser.close()
    return f"{time.monotonic() - watch.began:.0f} s in all"


def machine() -> dict[str, Any]:
    """What it is measured on."""
    return {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine(), "load": round(os.getloadavg()[0], 1)}


def journey(visitor: Visitor, edits: int, home: Path, watch: Stopwatch) -> None:
    """All that is measured in Chromium."""
    visitor.sign_in("bench@example.com")
    watch.measure("200 characters to talking with sound, cold, s", lambda: talking(visitor, 0, watch))
    watch.measure("200 characters to talking with sound, warm, while others are voiced, s", lambda: talking(visitor, 1, watch))
    watch.measure("all words voiced", lambda: all_voiced(visitor, watch))
    watch.measure("200 characters to talking with sound, warm, s", lambda: talking(visitor, 2, watch))
    watch.measure("all words voiced again", lambda: all_voiced(visitor, watch))
    watch.measure("a sentence changed to heard, s", lambda: revoiced(visitor, min(edits, len(NUMBERS)), watch))
    watch.measure("all words voiced again", lambda: visitor.voiced(watch.left_s(TALK_S)))
    watch.measure("a title", lambda: add_title(visitor))
    watch.measure("title colour to drawn, ms", lambda: stages(drawn(visitor.page, "colour", colours(edits))))
    watch.measure("seek to drawn, ms", lambda: stages(drawn(visitor.page, "seek", places(edits))))
    watch.measure("playing", lambda: playing(visitor))
    watch.measure("while an export runs: title colour to drawn, ms", lambda: beside_export(visitor, edits))
    watch.measure("a short film's words", lambda: short_film(visitor, watch))
    for preset in ("720p", "1080p"):
        watch.measure(f"export {preset}, wall / length", partial(exported, visitor, preset, home, watch))


def script(run: int) -> str:
    """Two hundred characters that nobody has said before."""
    order = [*SENTENCES[run:], *SENTENCES[:run]]
    return "".join(f"{'一二三四五'[run]}，{sentence}" for sentence in order)[:CHARACTERS]


def started(visitor: Visitor, text: str) -> float:
    """Paste a script and send it; the moment at which it was sent."""
    page = visitor.page
    page.goto("/projects/new")
    visitor.pick("language", "zh")
    page.locator("#script").fill(text)
    visitor.pick("presenter", "mei")
    visitor.pick("shape", "9:16")
    began = time.monotonic()
    page.locator(".new__foot [type=submit]").click()
    page.wait_for_url("**/edit", wait_until="commit")
    return began


def talking(visitor: Visitor, run: int, watch: Stopwatch) -> dict[str, float]:
    """Seconds from sending a pasted script to its page, to its first words voiced, and to a picture that moves and can be heard."""
    page, text = visitor.page, script(run)
    began, took = started(visitor, text), dict[str, float]()

    def reached(name: str) -> None:
        took[name] = round(time.monotonic() - began, 2)

    reached("page")
    visitor.until(lambda: missing(visitor) is not None, "the player knows its words", watch.left_s(TALK_S))
    reached("words known")
    unvoiced = max(missing(visitor) or 0, len(sentences(SpeechRequest(SPEECH_ENGINE, "zh", "", text))))
    visitor.until(lambda: (missing(visitor) or 0) < unvoiced, "the first words have a voice", watch.left_s(TALK_S))
    reached("first words voiced")
    visitor.until(lambda: has_sound(visitor), "their sound is there", watch.left_s(TALK_S))
    reached("their sound there")
    frames = page.evaluate("window.painted.count")
    heard(visitor, watch, lambda: page.evaluate("window.painted.count") > frames)
    reached("talking")
    return took


def heard(visitor: Visitor, watch: Stopwatch, also: Callable[[], bool] = lambda: True) -> None:
    """Play until it can be heard, and stop."""
    toggle = visitor.page.locator("[data-player=toggle]")
    toggle.click()
    visitor.until(lambda: visitor.loudest() > SOUNDING and also(), "it talks", watch.left_s(TALK_S))
    if visitor.playing():
        toggle.click()


def all_voiced(visitor: Visitor, watch: Stopwatch) -> None:
    """Wait until nothing is left to be said, of the projects left behind either; then back to the newest."""
    page, newest = visitor.page, visitor.page.url
    page.goto("/projects")
    others = page.locator(".project a[href$='/edit']").evaluate_all("(links) => [...new Set(links.map((link) => link.href))]")
    for project in (*others, newest):
        page.goto(project)
        visitor.voiced(watch.left_s(TALK_S))


def revoiced(visitor: Visitor, edits: int, watch: Stopwatch) -> dict[str, dict[str, float]]:
    """Seconds from a letter changed in the first sentence, all others voiced, until the sentence can be heard again, by stages."""
    return stages(changed_to_heard(visitor, number, watch) for number in range(edits))


def changed_to_heard(visitor: Visitor, number: int, watch: Stopwatch) -> dict[str, float]:
    """The playhead stands at the sentence; play is pressed as soon as its sound is there."""
    page, revision = visitor.page, visitor.revision()
    visitor.voiced(watch.left_s(TALK_S))
    visitor.seek(0)
    page.evaluate("window.heard.peak = 0")
    began, took = time.monotonic(), dict[str, float]()

    def reached(name: str) -> None:
        took[name] = time.monotonic() - began

    page.locator("textarea[data-block]").first.fill(f"第{NUMBERS[number]}天，{SENTENCES[0]}")
    visitor.until(lambda: shown(visitor) > revision, "the changed words are known", watch.left_s(TALK_S))
    reached("words known")
    visitor.until(lambda: missing(visitor) == 0, "the changed sentence has a voice", watch.left_s(TALK_S))
    reached("voiced")
    visitor.until(lambda: has_sound(visitor), "its sound is there", watch.left_s(TALK_S))
    reached("its sound there")
    heard(visitor, watch)
    reached("heard")
    return took


def shown(visitor: Visitor) -> int:
    """The revision that the player shows."""
    return int(visitor.page.locator(".player").get_attribute("data-revision") or -1)


def has_sound(visitor: Visitor) -> bool:
    """Whether the player has the sound of the very program that it shows."""
    player = visitor.page.locator(".player")
    return player.get_attribute("data-sound") == player.get_attribute("data-program")


def missing(visitor: Visitor) -> int | None:
    """How many passages have no voice yet, once the player knows."""
    number = visitor.page.locator(".player").get_attribute("data-missing")
    return int(number) if number else None


def add_title(visitor: Visitor) -> None:
    """A title in the first scene, whose colour is to be changed."""
    page = visitor.page
    visitor.open(page.locator("details[id^=look-]").first)
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


def drawn(page: Page, act: str, values: Iterator[Any]) -> Iterator[dict[str, float]]:
    """Milliseconds from each gesture to the first frame after it: begun and made by its worker, received, drawn; all at rest before."""
    for value in values:
        page.wait_for_timeout(900)
        yield page.evaluate(UNTIL_DRAWN, [act, value])


def stages(taken: Iterable[dict[str, float]]) -> dict[str, dict[str, float]]:
    """How each moment is spread."""
    found = list(taken)
    return {moment: spread([one[moment] for one in found]) for moment in found[0]}


def beside_export(visitor: Visitor, edits: int) -> dict[str, Any]:
    """Colours changed again while a film is being made of all this, which is then not wanted any more."""
    page = visitor.page
    visitor.order_export("1080p")
    page.keyboard.press("Escape")
    taken = stages(drawn(page, "colour", colours(edits)))
    cancel = page.locator("[id^=export-cancel-]").first
    running = cancel.count() > 0
    if running:
        cancel.evaluate("(button) => button.click()")
    return taken | {"still being made at the end": running}


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


def short_film(visitor: Visitor, watch: Stopwatch) -> None:
    """A film of three sentences, to be exported."""
    started(visitor, "".join(SENTENCES[:3]))
    visitor.voiced(watch.left_s(TALK_S))


def exported(visitor: Visitor, preset: str, home: Path, watch: Stopwatch) -> dict[str, float]:
    """Wall time of an export through the length of its film: made anew, and with everything kept."""
    lengths = visitor.page.locator("#total").inner_text()
    minutes, seconds = lengths.split("\n")[-1].strip("≈ ").split(":")
    length_s = 60 * int(minutes) + float(seconds)
    ratios = {"length, s": length_s}
    for name in ("first", "cached"):
        began = time.perf_counter()
        visitor.order_export(preset)
        visitor.finished_export(home, watch.left_s(SECONDS))
        ratios[name] = round((time.perf_counter() - began) / length_s, 2)
        visitor.page.keyboard.press("Escape")
    return ratios


if __name__ == "__main__":
    sys.exit(main())
