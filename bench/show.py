"""The show: `python -m bench show --json FILE --frames FOLDER` makes an ad of six scenes as its merchant would, in Chromium.

At the desk: own pictures, a clip, a voice-over, music, captions in two languages, three shapes. On the phone: a price put right. Then films
for three platforms, and of each a sheet with a frame of every second. Stages may be run by themselves (`--stages`) in a home that is kept
(`--home`); a stage that takes too long says so, and the next begins.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Error, sync_playwright
from sqlmodel import col, select

from bench import show_desk, show_films, show_long, show_material
from bench.journeys import machine
from bench.show_desk import Desk
from tests.browser.journeys.studio import Stack, running_stack, visiting
from tests.plugins.browser import FLAGS
from webapp.models.asset import Asset
from webapp.models.job import Job

WHO: Final = "merchant@example.com"
DESK: Final = {"viewport": {"width": 1440, "height": 900}}
PHONE: Final = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
FILMS: Final = (("douyin-1", "9:16"), ("taobao-1", "1:1"), ("youtube-1", "16:9"))
"""Platform and shape of each film."""
PROJECT, LOGIN = "show-project", "show-login.json"
"""Files of the home that tell later stages what earlier ones made."""


@dataclass
class Show:
    """What all stages share."""

    stack: Stack
    browser: Browser
    frames: Path
    stage_s: float
    figures: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def seated(self, wishes: dict[str, Any]) -> Iterator[Desk]:
        """The merchant with a browser of her own and so much time; she signs in once, as codes are sent sparingly."""
        login = self.stack.home / LOGIN
        kept = {"storage_state": login} if login.exists() else {}
        with visiting(self.stack, self.browser, "zh-CN", **wishes, **kept) as visitor:
            visitor.page.set_default_timeout(min(self.stage_s, 120) * 1_000)
            if not kept:
                visitor.sign_in(WHO)
                visitor.page.context.storage_state(path=login)
            yield Desk(visitor, time.monotonic() + self.stage_s)

    @property
    def project(self) -> str:
        """The ad's id; the stage that makes it keeps it in the home."""
        return (self.stack.home / PROJECT).read_text()

    @property
    def material(self) -> Path:
        """Where what she brings lies."""
        folder = self.stack.home / "show-material"
        folder.mkdir(exist_ok=True)
        return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stages and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench show", description=__doc__)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES), help="which of them (default: all)")
    parser.add_argument("--home", type=Path, help="keep the studio's state here, for stages that are run later")
    parser.add_argument("--frames", type=Path, default=Path("var/show"), metavar="FOLDER", help="films and sheets (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=900, help="the longest that a stage may take (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures here as well")
    options = parser.parse_args(arguments)
    options.frames.mkdir(parents=True, exist_ok=True)
    home = options.home or Path(tempfile.mkdtemp(prefix="piying-show-"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        figures = run(home, options.frames, options.stages, options.seconds)
    finally:
        if options.home is None:
            shutil.rmtree(home, ignore_errors=True)
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    return 0


def run(home: Path, frames: Path, stages: Sequence[str], stage_s: float) -> dict[str, Any]:
    """The figures of each stage; of one that failed, why."""
    with running_stack(home) as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        show = Show(stack, browser, frames, stage_s, {"machine": machine()})
        for name in stages:
            print(f"[{time.strftime('%H:%M:%S')}] {name}", file=sys.stderr, flush=True)
            show.figures[name] = _tried(partial(STAGES[name], show))
        browser.close()
        show.figures["load at the end"] = round(os.getloadavg()[0], 1)
        return show.figures


def _tried(measure: Callable[[], Any]) -> Any:
    """What was measured, or why it was not."""
    try:
        return measure()
    except (AssertionError, Error, OSError) as problem:
        return f"not measured: {str(problem)[:600]}"


def build(show: Show) -> dict[str, Any]:
    """At the desk: the ad, from its script to its three shapes."""
    pictures = show_material.pictures(show.material)
    clip = show_material.clip(show.material)
    voice_over = show_material.voice_over(show.material, show_desk.SCRIPT[show_desk.OWN_VOICE - 1])
    began = time.monotonic()
    with show.seated(DESK) as desk:
        (show.stack.home / PROJECT).write_text(show_desk.begin(desk))
        taken = show_desk.bring_material(desk, pictures, clip, voice_over)
        show_desk.write(desk)
        show_desk.arrange(desk)
        show_desk.add_shapes(desk)
        desk.visitor.page.screenshot(path=show.frames / "desk.png")
        desk.visitor.voiced(desk.left_s())
        return {
            "upload to usable, s": {"p50": round(statistics.median(taken.values()), 2)} | taken,
            "built in, s": round(time.monotonic() - began),
            "elements at most": desk.visitor.page.evaluate(show_long.ELEMENTS),
        }


def ingest(show: Show) -> dict[str, float]:
    """Bring a minute of 1080p to the library and wait until all is made of it."""
    film = show_material.minute(show.material, show.material / "clip.mp4")
    with show.seated(DESK) as desk:
        page = desk.visitor.page
        page.goto("/library")
        page.locator("#upload-files").set_input_files(film)
        desk.visitor.until(lambda: _seconds_of_work(show.stack) is not None, "the film is ready", desk.left_s())
    return {"seconds of a worker for a minute of 1080p": _seconds_of_work(show.stack) or 0.0}


def phone(show: Show) -> dict[str, Any]:
    """On the phone: the price put right; then all is voiced again."""
    with show.seated(PHONE) as desk:
        desk.visitor.page.goto(f"/projects/{show.project}/edit")
        desk.visitor.settle()
        wide = show_desk.correct(desk)
        desk.visitor.page.screenshot(path=show.frames / "phone.png")
        desk.visitor.voiced(desk.left_s())
    return {"wider than the screen by, px": wide}


def exports(show: Show) -> dict[str, Any]:
    """A film for each platform, and the first once more with its pieces kept; sheets of their frames."""
    told: dict[str, Any] = {}
    with show.seated(DESK) as desk:
        desk.visitor.page.goto(f"/projects/{show.project}/edit")
        desk.visitor.settle()
        for preset, shape in FILMS:
            told[preset] = _tried(partial(_film, show, desk, preset, shape))
        told[f"{FILMS[0][0]}, once more"] = _tried(partial(_film, show, desk, *FILMS[0]))
    return told


def long(show: Show) -> dict[str, Any]:
    """A project of 200 scenes and 2,000 clips."""
    with show.seated(DESK) as desk:
        return show_long.measure(desk, show_long.put_in(show.stack, WHO))


def _film(show: Show, desk: Desk, preset: str, shape: str) -> dict[str, Any]:
    film, seconds = _made(show, desk, preset, shape)
    facts = show_films.sheet(film, show.frames / f"{preset}.png")
    return facts | {"made in, s": round(seconds, 1), "made in / length": round(seconds / facts["seconds"], 2)}


def _made(show: Show, desk: Desk, preset: str, shape: str) -> tuple[Path, float]:
    """Order a film and take it home; the film, and seconds from its order to its files."""
    page = desk.visitor.page
    with page.expect_response("**/exports/dialog"):
        page.locator("[data-opens=export-dialog]").click()
    page.locator("#export-wish").wait_for()
    desk.visitor.open(page.locator(".export-platforms"))
    page.locator(f"#export-wish label:has(input[value='{preset}'])").click()
    for label in page.locator("#export-wish label:has(input[name=shape])").all():
        label.locator("input").set_checked(shape in label.inner_text())
    page.wait_for_timeout(1_000)
    page.locator("#export-place button.button--solid").first.click(timeout=desk.left_s() * 1_000)
    began = time.monotonic()
    page.locator("#export-place .export__ways, .export__ended").first.wait_for(timeout=desk.left_s() * 1_000)
    took = time.monotonic() - began
    film = show.frames / f"{preset}.mp4"
    with page.expect_download() as coming:
        page.locator("#export-place .export__ways a[download]").first.click()
    coming.value.save_as(film)
    page.keyboard.press("Escape")
    return film, took


def _seconds_of_work(stack: Stack) -> float | None:
    """How long a worker had the newest material; None until it is done."""
    with stack.database.reading() as session:
        asset = session.exec(select(Asset).order_by(col(Asset.created_at).desc())).first()
        job = session.exec(select(Job).where(Job.subject_id == asset.id)).first() if asset and asset.name.startswith("minute") else None
        return (job.finished_at - job.started_at).total_seconds() if job and job.finished_at and job.started_at else None


STAGES: Final[dict[str, Callable[[Show], Any]]] = {"build": build, "ingest": ingest, "phone": phone, "exports": exports, "long": long}

if __name__ == "__main__":
    sys.exit(main())
