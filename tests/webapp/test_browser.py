"""The pages in a real Chromium: nothing refused by the policy, nothing wider than a phone, everything within reach of a thumb and a key."""

import re
from dataclasses import replace

import pytest

from tests.serving import served
from webapp import create_app
from webapp.models.columns import utc_now

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}

TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden], [type=radio], label [type=checkbox])")]
  .filter(element => element.checkVisibility() && !element.matches(".unseen, .project__title a, .segments a"))
  .filter(element => element.getBoundingClientRect().height < 44)
  .map(element => element.outerHTML.slice(0, 80))"""

pytestmark = pytest.mark.browser


@pytest.fixture
def site(settings):
    """The application on a port of its own, by the real clock."""
    with served(lambda address: create_app(replace(settings, public_url=address), utc_now)) as app:
        yield app.extensions["piying"][0].public_url
    app.extensions["piying"][1].dispose()


@pytest.fixture
def page(chromium, site):
    """A page that fails the test when anything is refused, broken or missing; the editor has tests of its own."""
    context = chromium.new_context(base_url=site, viewport=WIDE, locale="en-US")
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if complains(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)) if not page.url.endswith("/edit") else None)
    yield page
    context.close()
    assert complaints == []


def complains(message):
    return message.type in {"error", "warning"} and not message.location["url"].endswith("/edit")


def sign_in(page):
    page.goto("/signin")
    page.get_by_label("E-mail address").fill("mei@example.com")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signin/code")
    outbox = page.context.new_page()
    outbox.goto("/outbox")
    code = re.search(r"\d{6}", outbox.locator(".letter h2").first.inner_text())[0]
    outbox.close()
    page.get_by_label("Code", exact=True).fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects")


def start_project(page, title):
    page.get_by_role("link", name="New project").first.click()
    page.get_by_label("Script", exact=True).fill("Hello there.\n\nAnd goodbye.")
    page.get_by_label("Title").fill(title)
    page.get_by_text("16:9").click()
    page.get_by_role("button", name="Create project").click()
    page.wait_for_url("**/edit")
    page.goto("/projects")


def test_somebody_signs_in_starts_a_project_renames_it_and_throws_it_away(page):
    sign_in(page)
    start_project(page, "Cold brew")

    page.get_by_label("More about Cold brew").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Title", exact=True).fill("Iced tea")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Iced tea").wait_for()

    page.get_by_label("More about Iced tea").click()
    page.get_by_role("button", name="Into the trash").click()
    page.get_by_text("the stage is yours").wait_for()

    page.goto("/projects?trashed=1")
    page.get_by_role("button", name="Put back").click()
    page.get_by_role("heading", name="The trash is empty").wait_for()
    page.wait_for_load_state()
    page.get_by_label("Trash").uncheck()
    page.get_by_role("link", name="Iced tea").wait_for()


def test_the_language_switch_and_the_menus_work_by_keyboard(page):
    page.goto("/signin")
    page.locator("#languages summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator("#languages[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    page.keyboard.press("Enter")
    page.get_by_role("button", name="繁體中文").press("Enter")
    page.wait_for_function("document.documentElement.lang === 'zh-Hant'")


def test_every_page_fits_a_phone(page):
    sign_in(page)
    start_project(page, "A title of a length that nobody in her right mind would ever give to anything " * 2)
    page.set_viewport_size(NARROW)

    for path in ("/projects", "/projects/new", "/outbox"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(TOO_SMALL) == [], path


@pytest.mark.parametrize(("locale", "told"), [("zh-CN", "2026年3月5日 04:00"), ("th-TH", "5 มี.ค. 2026 04:00")])
def test_a_moment_that_counts_is_told_in_the_reader_s_own_time(chromium, site, locale, told):
    context = chromium.new_context(base_url=site, locale=locale, timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto("/signin")
    page.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", '<time id="when" datetime="2026-03-04T20:00:00+00:00" data-exact>…</time>');
        document.dispatchEvent(new Event("htmx:afterSettle"));
    }""")

    assert page.locator("#when").inner_text() == told
    context.close()


def test_a_refusal_of_an_htmx_request_becomes_a_toast_that_can_be_closed(chromium, site):
    context = chromium.new_context(base_url=site, locale="en-US")
    page = context.new_page()
    page.goto("/signin")
    page.evaluate("htmx.ajax('GET', '/nothing-here', '#content')")
    page.get_by_text("There is nothing here").wait_for()
    assert page.get_by_label("E-mail address").count() == 1

    page.get_by_role("button", name="Close").click()
    assert page.locator("#toasts .toast").count() == 0
    context.close()


def test_a_lost_connection_is_told(chromium, site):
    context = chromium.new_context(base_url=site, locale="en-US")
    page = context.new_page()
    page.goto("/signin")
    context.set_offline(True)
    page.evaluate("htmx.ajax('GET', '/signin', '#content').catch(() => null)")
    page.get_by_text("cannot be reached").wait_for()
    context.close()


def test_a_browser_that_has_been_here_asks_for_no_style_or_script_again(page):
    page.goto("/signin")
    page.goto("/signin/code")
    page.goto("/signin", wait_until="networkidle")
    asked = """() => performance.getEntriesByType("resource").filter((one) => one.name.includes("/static/"))
      .map((one) => [one.name, one.transferSize])"""

    found = page.evaluate(asked)

    assert len(found) > 10
    assert [name for name, size in found if size] == []
    assert page.locator("link[rel=modulepreload]").count() == 0
