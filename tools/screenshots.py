"""The pictures of the documents: `python -m tools.screenshots [--link LINK] [--folder FOLDER] [--only editor|phone|exports]`.

Starts a studio in a home that is thrown away afterwards, waits until its demo projects are voiced and the demo's film is made, and
takes the editor, the editor on a phone, and the exports, in every language of the interface. With `--link`, an unused sign-in link of
a studio that runs already (`flask operator link demo@example.com`), it starts none. The browser gets the fonts that set-up brought, since a
machine without people has none for half of the languages.
"""

import argparse
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from render.pixels.fonts import SANS, SIMPLIFIED, THAI
from roles.lifeline import tied
from webapp.services.demo_documents import cold_brew, summer_cup
from webapp.services.languages import LANGUAGES

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = REPOSITORY / "docs" / "pictures"
BYTES_MAX: Final = 150_000
QUALITIES: Final = range(88, 40, -6)
START_S: Final = 120
STOP_S: Final = 40
PLACE: Final = 0.31
"""Where the playhead stands, as a part of the film."""

FONTS_CONF: Final = '<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>{folders}</fontconfig>'
DESK: Final[Mapping[str, Any]] = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}
PHONE: Final[Mapping[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
NOT_OURS: Final = ("REDIS_URL", "FRAMES_URL", "DATABASE_URL", "PORT", "HOST", "PIYING_PUBLIC_URL")
SEEK: Final = """(range, place) => {
  range.value = String(Math.round((range.max * place) / range.step) * range.step);
  range.dispatchEvent(new Event("input", { bubbles: true }));
  return range.value;
}"""


class NothingToSee(Exception):
    """A studio that does not start; the message is what it said."""


def main() -> int:
    """Take the pictures and say how large they are; 1 when there is no studio to take them of."""
    options = _parser().parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        if options.link:
            _take(options.link, options.folder, options.only or SIGHTS, options.patience)
        else:
            with _studio() as link:
                _take(link, options.folder, options.only or SIGHTS, options.patience)
    except NothingToSee as problem:
        print(f"screenshots: {problem}", file=sys.stderr)
        return 1
    return 0


def editor(page: Page, patience_s: float) -> None:
    """A project in the editor, with its picture in the player."""
    title = summer_cup().title if (page.get_attribute("html", "lang") or "").startswith("zh") else cold_brew().title
    page.locator(".project__title a", has_text=title).click()
    page.wait_for_url("**/edit")
    page.locator(".player[data-state=ready]").wait_for(timeout=patience_s * 1000)
    page.locator("[data-player=voicing]").wait_for(state="hidden", timeout=patience_s * 1000)
    ticks = page.locator("[data-player=range]").evaluate(SEEK, PLACE)
    page.locator(f"[data-player=canvas][data-still$=' {ticks} fine']").wait_for(timeout=patience_s * 1000)


def exports(page: Page, patience_s: float) -> None:
    """What has been exported, once the demo's film is there."""
    page.goto("/exports")
    deadline = time.monotonic() + patience_s
    while page.locator(".export__ways").count() == 0:
        if time.monotonic() > deadline:
            raise NothingToSee(f"no film within {patience_s:.0f} s; --patience gives it longer")
        page.wait_for_timeout(2000)
        page.reload()


Sight = Callable[[Page, float], None]
SIGHTS: Final[Mapping[str, tuple[Sight, Mapping[str, Any]]]] = {
    "editor": (editor, DESK),
    "phone": (editor, PHONE),
    "exports": (exports, {**DESK, "viewport": {"width": 1280, "height": 960}}),
}


def _take(link: str, folder: Path, names: Iterable[str], patience_s: float) -> None:
    """Every sight in every language; a browser for each language, because one that has met Chinese may find no Thai letters any more."""
    with chromium() as browser:
        state = _sign_in(browser, link)
    for language in LANGUAGES:
        with chromium() as browser:
            for name in names:
                sight, screen = SIGHTS[name]
                context = browser.new_context(base_url=_address(link), locale=language, storage_state=state, **screen)
                page = context.new_page()
                page.goto("/projects")
                sight(page, patience_s)
                _keep(page, folder / f"{name}-{language}.webp")
                context.close()


def _address(link: str) -> str:
    return link.partition("/signin")[0]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with the fonts that set-up brought."""
    with tempfile.TemporaryDirectory(prefix="piying-") as folder, sync_playwright() as playwright:
        places = {str(Path(str(files(face.package) / face.file)).parent) for face in (SANS, THAI, SIMPLIFIED)}
        conf = Path(folder) / "fonts.conf"
        conf.write_text(FONTS_CONF.format(folders="".join(f"<dir>{place}</dir>" for place in sorted(places))))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
            env={**os.environ, "FONTCONFIG_FILE": str(conf)},
        )
        yield browser
        browser.close()


def _sign_in(browser: Browser, link: str) -> StorageState:
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("form[action*='/signin/link/'] [type=submit]").click()
    page.wait_for_url("**/projects")
    state = context.storage_state()
    context.close()
    return state


def _keep(page: Page, path: Path) -> None:
    """Write what is seen as WebP, as fine as `BYTES_MAX` allows."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in QUALITIES:
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=quality, method=6)
        if written.tell() <= BYTES_MAX:
            break
    path.write_bytes(written.getvalue())
    print(f"{path}: {picture.width} x {picture.height}, {written.tell() // 1000} kB")


@contextmanager
def _studio() -> Iterator[str]:
    """A studio of its own; gives the demo person's sign-in link."""
    with tempfile.TemporaryDirectory(prefix="piying-") as home:
        words = Path(home) / "terminal.log"
        environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS} | {"PIYING_HOME": home}
        with words.open("wb") as terminal:
            command = (sys.executable, "-m", "tools.stack")
            launcher = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=terminal, preexec_fn=tied(signal.SIGTERM))  # noqa: PLW1509 - we have one thread
        try:
            yield _link(words, launcher)
        finally:
            launcher.send_signal(signal.SIGINT)
            launcher.wait(STOP_S)


def _link(words: Path, launcher: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and launcher.poll() is None:
        if found := re.search(r"http\S+/signin/link/\S+", words.read_text()):
            return found[0]
        time.sleep(0.5)
    raise NothingToSee(words.read_text())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description="Take the pictures of the documents.")
    parser.add_argument("--link", help="an unused sign-in link of a studio that runs, with the demo projects")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="where they go (default docs/pictures)")
    parser.add_argument("--only", action="append", choices=list(SIGHTS), help="only these sights (may be repeated)")
    parser.add_argument("--patience", type=float, default=900, help="seconds to wait for voices and the film (default 900)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
