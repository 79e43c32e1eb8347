"""Somebody in front of the studio: what she does on its pages, whatever language they are in."""

import base64
import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

LISTEN: Final = """
  const Real = window.AudioContext;
  window.heard = { peak: 0, contexts: [] };
  window.AudioContext = class extends Real {
    constructor(...wishes) { super(...wishes); window.heard.contexts.push(this); }
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      const analyser = this.context.createAnalyser(), samples = new Float32Array(analyser.fftSize);
      connect.call(this, analyser);
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        window.heard.peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), window.heard.peak);
      }, 30);
    }
    return connect.call(this, target, ...rest);
  };
"""
"""Run before the page's own scripts: keeps the page's sound clocks, and how loud it has been at most."""

CANVAS: Final = "() => document.querySelector('[data-player=canvas]').toDataURL('image/png')"
SOUND_CLOCK: Final = "() => Math.max(0, ...window.heard.contexts.map((context) => context.currentTime))"
WIDER: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """One tab. `complaints` are the errors that it has met."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.set_default_timeout(120_000)
        page.add_init_script(LISTEN)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("response", lambda answer: self.complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)

    def sign_in(self, address: str) -> None:
        """With the one-time code that the outbox shows."""
        page = self.page
        page.goto("/signin")
        page.locator("#address").fill(address)
        page.keyboard.press("Enter")
        page.wait_for_url("**/signin/code")
        outbox = page.context.new_page()
        outbox.goto("/outbox")
        letter = outbox.locator(".letter", has_text=address).first.inner_text()
        outbox.close()
        page.locator("#code").fill(re.search(r"\b\d{6}\b", letter)[0])  # type: ignore[index]
        page.keyboard.press("Enter")
        page.wait_for_url("**/projects")

    def new_project(self, script: str, *, language: str, shape: str, presenter: str, title: str = "") -> str:
        """Paste a script; the project's id."""
        page = self.page
        page.goto("/projects/new")
        self.pick("language", language)
        page.locator("#script").fill(script)
        page.locator("#title").fill(title)
        return self.create(shape=shape, presenter=presenter)

    def create(self, *, shape: str, presenter: str) -> str:
        """Fill in the rest of the form for a new project, and send it; the project's id."""
        self.pick("presenter", presenter)
        self.pick("shape", shape)
        self.page.locator(".new__foot [type=submit]").click()
        self.page.wait_for_url("**/edit")
        self.settle()
        return self.page.url.split("/")[-2]

    def pick(self, name: str, value: str) -> None:
        """Choose one of several; their boxes lie under what is seen."""
        self.page.locator(f"label:has(input[name={name}][value='{value}'])").click()

    def settle(self) -> None:
        """Wait until everything typed has been saved."""
        self.page.wait_for_timeout(200)
        self.until(lambda: self.page.evaluate("document.documentElement.dataset.saved") == "saved", "everything is saved")

    def revision(self) -> int:
        """What the editor says it has saved."""
        found = re.search(r"\d+", self.page.locator("#saved").inner_text())
        return int(found[0]) if found else -1

    def open(self, place: Locator) -> None:
        """Unfold a part that may be folded."""
        if place.get_attribute("open") is None:
            place.locator("> summary").click()

    def read_in(self, language: str) -> None:
        """Have the pages in another language."""
        self.page.goto("/projects")
        self.open(self.page.locator("#languages"))
        self.page.locator(f"#languages button[value={language}]").click()
        self.until(lambda: self.page.evaluate("document.documentElement?.lang") == language, f"the page is in {language}")

    # The player.

    def canvas(self) -> NDArray[np.uint8]:
        """The picture in the player, (H, W, 3)."""
        data = base64.b64decode(self.page.evaluate(CANVAS).partition(",")[2])
        return np.array(Image.open(io.BytesIO(data)).convert("RGB"))

    def rested_canvas(self, ticks: int) -> NDArray[np.uint8]:
        """The picture of these ticks, once it is the fine one."""
        canvas = self.page.locator("[data-player=canvas]")
        self.until(lambda: (canvas.get_attribute("data-still") or "").endswith(f" {ticks} fine"), f"the fine picture at {ticks}")
        return self.canvas()

    def seek(self, ticks: int) -> None:
        """Drag the playhead."""
        script = "(range, ticks) => { range.value = ticks; range.dispatchEvent(new Event('input', { bubbles: true })); }"
        self.page.locator("[data-player=range]").evaluate(script, ticks)

    def playhead(self) -> int:
        """Where it is, in ticks."""
        return int(self.page.locator("[data-player=range]").input_value())

    def playing(self) -> bool:
        """Whether the player plays."""
        return self.page.locator("[data-player=toggle]").get_attribute("aria-pressed") == "true"

    def sound_clock(self) -> float:
        """Seconds of the page's clock of sound."""
        return float(self.page.evaluate(SOUND_CLOCK))

    def loudest(self) -> float:
        """How loud the page has been at most, 0 to 1."""
        return float(self.page.evaluate("window.heard.peak"))

    def voiced(self, patience_s: float = 400) -> None:
        """Wait until the player shows the newest revision with all words voiced."""
        page = self.page

        def there() -> bool:
            newest = page.locator(".player").get_attribute("data-revision") == str(self.revision())
            return newest and page.locator("[data-player=voicing]").is_hidden() and self.state() == "ready"

        self.until(there, "the newest revision is voiced", patience_s)

    def state(self) -> str:
        """What the player says of itself."""
        return self.page.locator(".player").get_attribute("data-state") or ""

    # Exports.

    def order_export(self, preset: str = "720p") -> None:
        """Ask for a film of what is there now."""
        page = self.page
        with page.expect_response("**/exports/dialog"):
            page.locator("[data-opens=export-dialog]").click()
        page.wait_for_timeout(300)
        page.locator(f"#export-wish input[value='{preset}']").wait_for(state="attached")
        page.locator(f"#export-wish label:has(input[value='{preset}'])").click()
        page.locator("#export-place [hx-post*=order], #export-place button.button--solid").first.click(timeout=400_000)

    def finished_export(self, folder: Path, patience_s: float = 600) -> dict[str, Path]:
        """Wait for the film, and take home everything that is offered beside it, by suffix."""
        page = self.page
        page.locator("#export-place .export__ways, .export__ended").first.wait_for(timeout=patience_s * 1000)
        assert page.locator(".export__ended").count() == 0, page.locator(".export__ended").inner_text()
        files = {}
        for link in page.locator("#export-place .export__ways a[download]").all():
            with page.expect_download() as coming:
                link.click()
            name = coming.value.suggested_filename
            files[Path(name).suffix] = folder / name
            coming.value.save_as(folder / name)
        return files

    # Looking.

    def too_wide(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.page.evaluate(WIDER))

    def until(self, holds: Callable[[], bool], what: str, patience_s: float = 120) -> None:
        """Wait for something; Playwright's own way evaluates text in the page, which the policy forbids."""
        deadline = time.monotonic() + patience_s
        while not holds():
            assert time.monotonic() < deadline, f"not in time: {what}; the player says {self.facts()}"
            self.page.wait_for_timeout(50)

    def facts(self) -> dict[str, Any]:
        """What the player holds, for whoever reads a failure."""
        told = self.page.locator(".player").evaluate_all("(all) => all.map((one) => ({ ...one.dataset, text: one.innerText }))")
        return json.loads(json.dumps(told[0])) if told else {}
