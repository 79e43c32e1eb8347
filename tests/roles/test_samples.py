"""A presenter's sample is made by the worker, marked like every film, and kept under the digest that the page asks for."""

import os
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from render.media.marks import Authority, inspect
from render.media.wav import write_wav
from render.timeline.spoken import SpokenTimes
from render.timeline.time import TICKS_PER_SECOND
from render.timeline.voicing import times_to_json
from roles import samples
from roles.base import claimed
from roles.house import House
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.tenant import Tenant
from webapp.services import artefacts, linking, presenter_samples

MODELS = Path(os.environ.get("PIYING_MODELS") or Path(__file__).parents[2] / ".models")


@pytest.fixture
def house(settings, monkeypatch):
    house = House(replace(settings, models=MODELS), Database(settings.database_url))
    monkeypatch.setattr(samples, "house", lambda: house)
    yield house
    house.database.dispose()


def asked(house, tenant):
    with house.database.transaction() as session:
        return presenter_samples.sample(session, tenant, "mei", "zh", storage=house.storage, now=utc_now())


def voice(house, digest):
    """A second of silence, as the speech worker would keep it."""
    with artefacts.publishing(artefacts.place(house.settings.artefacts, digest, "wav")) as wav:
        write_wav(wav, np.zeros(48_000, np.float32))
    with house.database.transaction() as session:
        linking.voiced(session, digest, times_to_json(SpokenTimes(TICKS_PER_SECOND)), 1, utc_now())


def test_the_film_that_was_ordered_stands_where_it_is_asked_for(house):
    with house.database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
    for digest in asked(house, tenant).missing:
        voice(house, digest)
    with claimed(asked(house, tenant).job.id, house.database) as running:
        samples.make(running)

    film = asked(house, tenant)
    assert film.ready
    with av.open(str(film.path)) as opened:
        stream = opened.streams.video[0]
        assert (stream.width, stream.height) == (480, 640)
        assert sum(1 for _ in opened.decode(video=0)) >= 25
    report = inspect(film.path, Authority(house.settings.authority))
    assert (report.aigc["Label"], report.c2pa) == ("1", "valid")
    assert list((house.settings.home / "work").iterdir()) == []
