"""The whole way in a real Chromium, in production with a bucket: no two processes share a folder, and films come through nginx."""

import re
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser

from tests.browser.journeys.visitor import Visitor
from tests.plugins.bucket import Bucket
from tests.production.guests import ADDRESS, a_project
from tests.production.roles import admit, stripped
from tests.production.town import EVERYTHING, NGINX, Town

SCRIPT = "Good morning.\n\nThis cup keeps warm."


@pytest.fixture
def town(postgres_url: str, bucket: Bucket, tmp_path: Path) -> Iterator[Town]:
    if not NGINX.exists():
        pytest.skip("nginx is not installed")
    admit(postgres_url)
    with Town(tmp_path, stripped(postgres_url).render_as_string(hide_password=False), postgres_url, bucket, EVERYTHING) as running:
        yield running


@pytest.mark.soak
@pytest.mark.browser
@pytest.mark.timeout(1500)
def test_from_a_script_to_a_film_that_plays(town: Town, chromium: Browser, tmp_path: Path) -> None:
    a_project(town)
    context = chromium.new_context(base_url=town.address, locale="en-US", ignore_https_errors=True)
    visitor = Visitor(context.new_page())
    page = visitor.page
    page.goto(re.search(r"https://\S+", town.flask("operator", "link", ADDRESS))[0])
    page.locator(".signin__card [type=submit]").click()
    page.wait_for_url("**/projects")
    visitor.new_project(SCRIPT, language="en", shape="1:1", presenter="sofia", title="Cup")
    visitor.voiced()
    page.locator("[data-player=toggle]").click()
    visitor.until(lambda: visitor.loudest() > 0.01, "the voice is heard")
    assert len(set(visitor.canvas().reshape(-1, 3)[::97].sum(1).tolist())) > 20, "a picture, not a colour"

    visitor.order_export("720p")
    files = visitor.finished_export(tmp_path)
    with av.open(str(files[".mp4"])) as film:
        assert film.duration > 2_000_000
        assert {stream.type for stream in film.streams} == {"video", "audio"}
    assert "warm" in files[".srt"].read_text("utf-8")
    seen = page.evaluate(
        """async (address) => { const film = document.createElement('video'); film.muted = true; film.src = address; document.body.append(film);
        await film.play(); film.currentTime = 1; await new Promise((done) => film.addEventListener('seeked', done, { once: true }));
        return [film.videoWidth, film.currentTime]; }""",
        page.locator("#export-place a[download]").first.get_attribute("href").replace("save=1", ""),
    )
    assert seen[0] == 720
    assert visitor.complaints == []
    context.close()
    said = "".join("\n".join(town.log(name)) for name in town.processes)
    assert not any(secret in said for secret in ("key-of-tests", "secret-of-tests", "X-Amz-Signature"))
