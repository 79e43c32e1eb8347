"""The whole way in a real Chromium, in production with a bucket: no two processes share a folder, and films come through nginx.

PostgreSQL behind its wall, a Valkey with password and TLS, a server that speaks S3, nginx with the shipped file, two webs, three workers and the clock.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.journeys.visitor import Visitor
from tests.plugins.bucket import Bucket
from tests.production.guests import ADDRESS, tenant_of
from tests.production.roles import admit, stripped
from tests.production.town import METRICS_TOKEN, NGINX, Town

SCRIPT = "Good morning.\n\nThis cup keeps warm."
WORKERS = ("render", "preview", "speech", "clock")
PATIENCE_S = 600
"""A busy machine is slow, not wrong."""
PLAYED = """async (address) => {
  const film = document.createElement('video');
  film.muted = true;
  film.src = address;
  document.body.append(film);
  await film.play();
  film.currentTime = 1;
  await new Promise((done) => film.addEventListener('seeked', done, { once: true }));
  return film.videoWidth;
}"""


@pytest.fixture
def town(postgres_url: str, bucket: Bucket, tmp_path: Path) -> Iterator[Town]:
    if not NGINX.exists():
        pytest.skip("nginx is not installed")
    admit(postgres_url)
    with Town(tmp_path, stripped(postgres_url).render_as_string(hide_password=False), postgres_url, bucket, WORKERS) as running:
        tenant_of(running)
        yield running


@pytest.mark.browser
@pytest.mark.timeout(2400)
def test_from_a_script_to_a_film_that_plays(town: Town, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(base_url=town.address, locale="en-US", ignore_https_errors=True)
    visitor = Visitor(context.new_page())
    page = visitor.page
    page.goto(re.search(r"https://\S+", town.flask("operator", "link", ADDRESS))[0])
    page.locator(".signin__card [type=submit]").click()
    page.wait_for_url("**/projects")
    visitor.new_project(SCRIPT, language="en", shape="1:1", presenter="sofia", title="Cup")
    hear_and_see(visitor)
    visitor.order_export("720p")
    files = visitor.finished_export(tmp_path, PATIENCE_S)

    with av.open(str(files[".mp4"])) as film:
        assert film.duration > 2_000_000
        assert {stream.type for stream in film.streams} == {"video", "audio"}
    assert "warm" in files[".srt"].read_text("utf-8")
    address = page.locator("#export-place a[download]").first.get_attribute("href").replace("save=1", "")
    assert page.evaluate(PLAYED, address) == 720
    check_sent(page, address, files[".mp4"].read_bytes())
    assert visitor.complaints == []
    context.close()
    check_told(town)


def hear_and_see(visitor: Visitor) -> None:
    """The preview shows a picture and can be heard."""
    visitor.voiced(PATIENCE_S)
    player = visitor.page.locator(".player")
    visitor.until(lambda: player.get_attribute("data-sound") is not None, "the sound is mixed", PATIENCE_S)
    visitor.until(lambda: is_heard(visitor), "the voice is heard", PATIENCE_S)
    assert len(set(visitor.canvas().reshape(-1, 3)[::97].sum(1).tolist())) > 20, "a picture, not a colour"


def is_heard(visitor: Visitor) -> bool:
    """Play, and again where the short film was over before its sound had come."""
    if not visitor.playing():
        visitor.page.locator("[data-player=toggle]").click()
    return visitor.loudest() > 0.01


def check_sent(page: Page, address: str, whole: bytes) -> None:
    """The film comes from the bucket through nginx, in parts and with what a browser must be told of it."""
    part = page.request.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status, part.body()) == (206, whole[100:200])
    assert part.headers["content-type"] == "video/mp4"
    assert "sandbox" in part.headers["content-security-policy"]
    assert page.request.get("/stored/piying").status == 404
    assert page.request.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).status == 404


def check_told(town: Town) -> None:
    """Both webs were asked, their figures count the film, its worker says whose it was, and nobody says a secret."""
    figures = town.browser().get(f"{town.at('web-1')}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).text
    assert 'piying_jobs_ended{kind="export",state="done"} 1' in figures
    assert all(any("endpoint" in line for line in told(town, name)) for name in ("web-1", "web-2"))
    (done,) = (line for line in told(town, "render-0") if line["event"] == "export done")
    assert done["job_id"]
    assert done["tenant_id"]
    said = "".join("\n".join(town.log(name)) for name in town.processes)
    assert not any(secret in said for secret in ("key-of-tests", "secret-of-tests", "X-Amz-Signature"))


def told(town: Town, name: str) -> list[dict[str, Any]]:
    """What a process has said, event by event."""
    return [json.loads(line) for line in town.log(name) if line.startswith("{")]
