"""A disk that is really full: a file system of four megabytes in memory. Only root may mount one."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlmodel import select

from tests.conftest import sign_in
from tests.webapp.views.test_uploads import TUS, announced, sent
from webapp import create_app
from webapp.extensions import detach
from webapp.models.asset import Asset
from webapp.services import assets

pytestmark = pytest.mark.soak

DISK_BYTES = 4 * 2**20
LEFT_BYTES = 300_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)), check=True)
    yield folder
    subprocess.run(("umount", str(folder)), check=True)


def test_an_upload_onto_a_full_disk_is_said_and_goes_on_where_it_was_once_there_is_room(settings, database, clock, disk: Path) -> None:
    app = create_app(replace(settings, home=disk, database_url=str(database.url)), clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    mei = sign_in(app, database, clock, "mei@example.com")
    picture = BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (600, 600, 3), dtype=np.uint8)).save(picture, "PNG")
    content = picture.getvalue()
    filler = disk / "filler"
    filler.write_bytes(bytes(DISK_BYTES - LEFT_BYTES - 8192))
    address = announced(mei.client, len(content))

    full = sent(mei.client, address, content)
    here = int(mei.client.head(address, headers=TUS).headers["Upload-Offset"])
    with database.reading() as session:
        assert session.exec(select(Asset)).first() is None
    filler.unlink()
    rest = sent(mei.client, address, content[here:], here)
    detach(app)

    assert (full.status_code, full.json["code"]) == (503, "disk-full")
    assert 0 < here < len(content)
    assert rest.status_code == 204
    with database.reading() as session:
        asset = session.exec(select(Asset)).one()
    assert assets.path_of(disk / "assets", asset.digest).read_bytes() == content
    assert os.listdir(disk / "uploads") == []  # noqa: PTH208 - names
