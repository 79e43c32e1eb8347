"""An example document through the real engines, as a worker does it: voiced, quoted, drawn at 720p, marked."""

import os
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from render.media.marks import Authority, inspect
from render.timeline import captions, codec
from render.timeline.resolve import resolve
from roles import render, speech
from roles.base import claimed
from roles.house import House
from tests import exporting
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.tenant import Tenant
from webapp.services import exports, quotes

REPOSITORY = Path(__file__).parents[2]
MODELS = Path(os.environ.get("PIYING_MODELS") or REPOSITORY / ".models")
EXAMPLE = REPOSITORY / "bench" / "documents" / "serum-zh.json"
MARK = (slice(20, 98), slice(20, 208))
"""Rows and columns of the mark's plate at 720p."""

pytestmark = pytest.mark.soak


@pytest.fixture
def house(settings, queue_url, monkeypatch):
    house = House(replace(settings, models=MODELS, queue_url=queue_url, frames_url=queue_url), Database(settings.database_url))
    for role in (render, speech):
        monkeypatch.setattr(role, "house", lambda: house)
    yield house
    house.database.dispose()
    speech.engine.cache_clear()


def test_the_example_becomes_the_film_that_was_quoted(house):
    document = codec.read(EXAMPLE.read_bytes())
    with house.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
    project = exporting.keep(house.database, tenant, document)
    for digest in offered(house, tenant, project).missing:
        speech.voice(digest, project.id)
    quoted = offered(house, tenant, project).export
    with house.database.transaction() as session:
        ordered = exports.order(session, tenant, quoted.id, utc_now())
    with claimed(ordered.job_id, house.database) as running:
        render.export(running)

    with house.database.reading() as session:
        export = session.get_one(Export, ordered.id)
    assert export.state is ExportState.DONE
    timeline = resolve(document, quotes.manifest_from_json(export.manifest))
    files = {kind: house.settings.artefacts / export.files[kind][:2] / export.files[kind] for kind in ("video", "srt", "vtt", "cover")}
    with av.open(str(files["video"])) as film:
        length_s = film.duration / av.time_base
        luma = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
    assert len(luma) == timeline.duration * 25 // 240_000 == export.files["frame_count"]
    assert luma[0].shape == (1280, 720)
    assert abs(length_s - export.quote["milliseconds"] / 1000) <= 1 / 25
    assert all(np.ptp(frame[MARK].astype(int)) > 150 for frame in luma[:50])
    report = inspect(files["video"], Authority(house.settings.authority))
    assert (report.aigc["Label"], report.c2pa, report.trusted) == ("1", "valid", True)
    assert files["srt"].read_text("utf-8") == captions.srt(timeline.cues)
    assert files["vtt"].read_text("utf-8") == captions.vtt(timeline.cues)
    cover = np.asarray(Image.open(files["cover"]).convert("L")).astype(int)
    assert cover.shape == (1280, 720)
    assert cover.mean() > 20
    assert np.ptp(cover[MARK]) > 150


def offered(house, tenant, project):
    with house.database.transaction() as session:
        return quotes.make(session, tenant, project.id, preset="720p", language="zh", now=utc_now())
