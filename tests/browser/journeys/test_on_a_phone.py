"""A phone, 360 by 740, touched and not clicked: everything can be done, and nothing is wider than the screen."""

import secrets
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.browser.journeys.studio import Stack, visiting
from tests.browser.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "th")
SCRIPT = "早安。"


@pytest.fixture
def phone(stack: Stack, chromium: Browser) -> Iterator[Visitor]:
    """Somebody signed in on her phone."""
    with visiting(stack, chromium, "zh-CN", **PHONE) as visitor:
        visitor.sign_in(f"phone-{secrets.token_hex(4)}@example.com")
        yield visitor


def test_a_word_is_changed_played_and_exported_by_touch(phone: Visitor, tmp_path):
    page = phone.page
    phone.new_project(SCRIPT, language="zh", shape="9:16", presenter="jun", title="早")
    words = page.locator("textarea[data-block]").first
    words.tap()
    words.press("Control+End")
    words.press_sequentially("你好。", delay=20)
    phone.settle()
    phone.voiced()
    before = phone.canvas()
    page.locator("[data-player=toggle]").tap()
    phone.until(phone.playing, "it plays")
    phone.until(lambda: not np.array_equal(phone.canvas(), before), "the picture moves")
    phone.until(lambda: not phone.playing(), "it ends")
    assert phone.loudest() > 0.05
    assert phone.too_wide() == 0

    phone.order_export()
    assert phone.too_wide() == 0
    files = phone.finished_export(tmp_path)
    assert set(files) == {".mp4", ".srt", ".vtt", ".jpg"}
    assert "你好" in files[".srt"].read_text("utf-8")


def test_every_page_fits_in_every_language(phone: Visitor):
    page = phone.page
    project = phone.new_project(SCRIPT, language="zh", shape="9:16", presenter="jun")
    exports, editor = f"/projects/{project}/exports", f"/projects/{project}/edit"
    pages = ("/projects", "/projects/new", "/copywriting", "/presenters", "/presenters/new", "/exports", "/outbox", exports, editor)
    for language in LANGUAGES:
        phone.read_in(language)
        for path in pages:
            page.goto(path)
            assert page.evaluate("document.documentElement.lang") == language
            assert phone.too_wide() == 0, (language, path)
        for drawer in ("settings", "versions", "export-dialog"):
            page.locator(f"[data-opens={drawer}]").tap()
            page.locator(f"#{drawer}[open]").wait_for()
            assert phone.too_wide() == 0, (language, drawer)
            page.locator(f"#{drawer} [data-closes]").first.tap()
