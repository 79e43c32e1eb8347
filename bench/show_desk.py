"""The show at the desk and on the phone: what a merchant does to make an ad of six scenes, by the pages alone."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator

from tests.browser.journeys.visitor import Visitor

SCRIPT: Final = (
    "每天早上出门，最怕的就是水凉了。这一只暖杯，装满热水，到了晚上还是热的，一整天都能喝上一口暖的。",
    "杯身只有三百克，单手就能拿。真空双层，外面摸着不烫，里面能泡茶，也能装咖啡。",
    "一按就开，一扣就紧。放在包里倒过来，一滴也不会漏，开车走路都放心。",
    "四种颜色，红的热闹，蓝的安静，白的干净，绿的像春天。总有一只适合你，也适合你的家人。",
    "我用了三个月，每天洗，颜色还是新的。送给妈妈一只，她也很喜欢。",
    "现在下单，只要六十九元，再送一只茶漏。点下面的链接，今天就发货，七天之内可以退换。",
)
ENGLISH: Final = (
    "Nothing is worse in the morning than water gone cold. Fill this flask, and it is still hot at night.",
    "It weighs three hundred grams. Two walls of steel: cool outside, tea or coffee hot inside.",
    "One press opens it, one click shuts it. Upside down in a bag, not a drop comes out.",
    "Four colours: lively red, quiet blue, clean white, and green like spring. One of them is yours.",
    "I have washed it every day for three months, and the colour is still new. My mother has one too.",
    "Order today for sixty-nine yuan, with a tea strainer. Tap the link below; we ship the same day.",
)
OWN_VOICE: Final = 5
"""The scene that the merchant says herself."""
PRICE: Final = ("六十九元", "五十九元")
ENGLISH_PRICE: Final = ("sixty-nine", "fifty-nine")
TITLES: Final = {1: "暖一整天", 4: "四种颜色", 6: "限时 69 元"}
NEW_TITLE: Final = "限时 59 元"
MUSIC: Final = "bright-morning"
SHAPES: Final = ("1:1", "16:9")
BEHIND: Final = {2: "lid", 4: "colours", 5: "gift"}
"""Which picture stands behind which scene."""
TOGETHER: Final = 6
"""The scene in which the product stands beside the presenter."""


class TimeUp(AssertionError):
    """The stage took longer than it may."""


@dataclass(frozen=True)
class Desk:
    """Somebody before an open editor, until `ends` (of the monotonic clock)."""

    visitor: Visitor
    ends: float

    def left_s(self) -> float:
        """What time there is. Raises TimeUp."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeUp("no time left")
        return left

    def scene(self, number: int) -> Locator:
        """A scene's card."""
        return self.visitor.page.locator("#scene-list > li").nth(number - 1)

    def part(self, number: int, name: str) -> Locator:
        """Something in a scene's card, by what its id begins with."""
        return self.scene(number).locator(f"[id^='{name}']").first

    def saved(self) -> None:
        """Wait until the server has everything. Raises TimeUp."""
        self.left_s()
        self.visitor.settle()

    def look(self, number: int) -> None:
        """Unfold what is seen in a scene."""
        self.visitor.open(self.part(number, "look-"))

    def set(self, number: int, name: str, value: str) -> None:
        """Choose a value of one of a scene's selections."""
        self.part(number, name).select_option(value)
        self.saved()

    def bring(self, button: Locator, path: Path) -> float:
        """Open the drawer of material, bring a file and choose it; seconds from bringing it until it could be chosen."""
        page = self.visitor.page
        button.click()
        page.locator("#pictures[open]").wait_for()
        began = time.monotonic()
        page.locator("#upload-files").set_input_files(path)
        brought = page.locator(f"#picture-list [title='{path.stem}'], #picture-list [title='{path.name}']").first
        brought.wait_for(timeout=self.left_s() * 1_000)
        taken = round(time.monotonic() - began, 2)
        brought.click()
        self.saved()
        return taken


def begin(desk: Desk) -> str:
    """A project from the script; its id."""
    return desk.visitor.new_project("\n\n".join(SCRIPT), language="zh", shape="9:16", presenter="mei", title="暖杯")


def bring_material(desk: Desk, pictures: dict[str, Path], clip: Path, voice_over: Path) -> dict[str, float]:
    """Put pictures, a clip and a voice-over where they belong; by name, seconds until each could be used."""
    taken = {}
    for number, name in BEHIND.items():
        desk.look(number)
        taken[name] = desk.bring(desk.part(number, "picture-"), pictures[name])
        desk.set(number, "zoom-", '{"from_scale": 1000, "to_scale": 1120, "focus_x": 5000, "focus_y": 5000}')
    desk.look(3)
    taken["clip"] = desk.bring(desk.part(3, "film-"), clip)
    taken["voice-over"] = desk.bring(desk.part(OWN_VOICE, "recording-"), voice_over)
    desk.look(TOGETHER)
    taken["flask"] = desk.bring(desk.part(TOGETHER, "add-material-"), pictures["flask"])
    for number in (2, 3, 4):
        desk.part(number, "no-presenter-").click()
        desk.saved()
    return taken


def write(desk: Desk) -> None:
    """Titles, the second language with its captions, marked words, music, and another way from scene to scene."""
    page = desk.visitor.page
    for number, words in TITLES.items():
        desk.look(number)
        desk.part(number, "add-title-").click()
        desk.part(number, "words-").fill(words)
        desk.saved()
        desk.part(number, "place-").select_option("1500")
        desk.saved()
    page.locator("#beside").select_option("en")
    for number, words in enumerate(ENGLISH, start=1):
        desk.scene(number).locator("textarea[data-second]").fill(words)
        desk.saved()
    page.locator("#beside-captions").check()
    page.locator("[data-opens=settings]").click()
    page.locator("#captions-highlight").select_option("word")
    page.locator("#music-name").select_option(MUSIC)
    page.keyboard.press("Escape")
    desk.saved()
    page.locator("[id^=transition-] > summary").nth(2).click()
    desk.set(3, "way-", "push")


def arrange(desk: Desk) -> None:
    """Draw the product smaller by its handle, and aside, so that the presenter is seen; the price goes to the other side."""
    page = desk.visitor.page
    desk.look(TOGETHER)
    desk.scene(TOGETHER).locator(".layer[data-kind=image] > summary").click()
    for target, by in ((".handle--se", (-60, -80)), (".box[aria-pressed=true]", (70, -150))):
        drag(desk, target, by)
    desk.scene(TOGETHER).locator(".layer[data-kind=text] > summary").click()
    drag(desk, ".box[aria-pressed=true]", (-80, -20))
    page.keyboard.press("Escape")


def drag(desk: Desk, target: str, by: tuple[int, int]) -> None:
    """Draw something in the picture by so many pixels, and wait until it is saved."""
    page = desk.visitor.page
    handle = page.locator(f"#canvas {target}").first
    handle.wait_for(timeout=desk.left_s() * 1_000)
    box = handle.bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] / 2, y + by[1] / 2)
    page.mouse.move(x + by[0], y + by[1])
    page.mouse.up()
    desk.saved()


def add_shapes(desk: Desk) -> None:
    """A square and a wide one, each looked at; then back to the upright one."""
    page = desk.visitor.page
    for shape in SHAPES:
        page.locator("#more-shapes > summary").click()
        page.locator("#more-shapes .menu__item", has_text=shape).click()
        desk.saved()
        desk.visitor.until(lambda: desk.visitor.state() == "ready", "the shape is shown", desk.left_s())
    page.locator("#shape-main").click()
    page.wait_for_timeout(500)


def correct(desk: Desk) -> dict[str, int]:
    """On the phone: captions out from under an app, the price in words, title and second language; pixels by which places are too wide."""
    page, wide = desk.visitor.page, {}
    page.locator("#platform-menu > summary").tap()
    page.locator("#platform-douyin").check()
    page.locator("#platform-menu > summary").tap()
    page.locator("#into-sight-douyin").tap()
    desk.saved()
    for area, (old, new) in (("textarea[data-block]:not([data-second])", PRICE), ("textarea[data-second]", ENGLISH_PRICE)):
        words = desk.scene(len(SCRIPT)).locator(area)
        words.tap()
        words.fill(words.input_value().replace(old, new))
        desk.saved()
    desk.part(6, "look-").locator("> summary").tap()
    title = desk.scene(6).locator(".layer[data-kind=text]").first
    title.locator("> summary").tap()
    title.locator("textarea[id^=words-]").fill(NEW_TITLE)
    desk.saved()
    wide["editor"] = desk.visitor.too_wide()
    for drawer in ("settings", "versions", "export-dialog"):
        page.locator(f"[data-opens={drawer}]").tap()
        page.locator(f"#{drawer}[open]").wait_for()
        wide[drawer] = desk.visitor.too_wide()
        page.locator(f"#{drawer} [data-closes]").first.tap()
    return wide
