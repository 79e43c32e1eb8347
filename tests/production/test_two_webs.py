"""The journey of a film in production: signed in at one web, ordered at the other, drawn by one of several workers, sent by nginx."""

import json
import re

import pytest

from tests.production.guests import a_project, enter, press
from tests.production.town import METRICS_TOKEN, Town, until

FILM_S = 600


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_film_is_made_and_sent_whichever_web_is_asked(town: Town) -> None:
    project = a_project(town)
    browser = enter(town)
    page = browser.get(f"{town.address}/projects/{project}/exports").text
    offer = press(browser, f"{town.address}/projects/{project}/exports/offer", page, preset="720p", language="zh").text
    order = re.search(r"/exports/([0-9a-f]{32})/order", offer)
    press(browser, f"{town.address}{order[0]}", page)
    card = f"{town.address}/exports/{order[1]}"
    video = f"{card}/files/video"
    until(lambda: browser.get(video).ok, FILM_S)

    whole = browser.get(video)
    part = browser.get(video, headers={"Range": "bytes=100-199"})
    assert whole.content[4:8] == b"ftyp"
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert whole.headers["Content-Type"] == "video/mp4"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert "immutable" in whole.headers["Cache-Control"]
    assert town.browser().get(f"{town.address}/handed/{whole.url[-2:]}").status_code == 404
    assert browser.get(f"{town.address}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).status_code == 404
    figures = browser.get(f"{town.at('web-1')}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).text
    assert 'piying_jobs_ended{kind="export",state="done"} 1' in figures

    said = {
        name: [json.loads(line) for line in town.log(name) if line.startswith("{")] for name in ("web-1", "web-2", "render-0", "render-1")
    }
    asked = {name: sum(line.get("endpoint") == "exports.file" for line in said[name]) for name in ("web-1", "web-2")}
    assert all(asked.values()), asked
    (done,) = (line for name in ("render-0", "render-1") for line in said[name] if line["event"] == "export done")
    assert done["job_id"]
    assert done["tenant_id"]
