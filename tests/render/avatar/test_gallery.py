"""The presenters that come with the studio."""

import subprocess
import sys
from hashlib import sha256

import pytest
from PIL import Image

from render.avatar.folder import read_folder
from render.avatar.gallery import GALLERY, people, person
from render.errors import MissingSource


def test_there_are_at_least_six_people_named_in_all_four_languages():
    assert len(people()) >= 6
    for someone in people():
        assert set(someone.names) == {"zh-Hans", "zh-Hant", "en", "th"}
        assert all(someone.names.values())
    assert {someone.sex for someone in people()} == {"female", "male"}


def test_ids_are_folder_names_and_none_is_taken_twice():
    assert [someone.id for someone in people()] == sorted({someone.folder.name for someone in people()})


def test_every_picture_is_what_its_description_says():
    for someone in people():
        for picture in read_folder(someone.folder).pictures.values():
            file = someone.folder / picture.file
            assert sha256(file.read_bytes()).hexdigest() == picture.sha256
            with Image.open(file) as opened:
                assert (opened.size, opened.mode) == ((picture.width_px, picture.height_px), "RGBA")


def test_everybody_has_both_shots_and_a_poster():
    for someone in people():
        assert {"medium", "close"} <= set(read_folder(someone.folder).shots)
        assert someone.poster.is_file()


def test_the_gallery_stays_small():
    assert sum(file.stat().st_size for file in GALLERY.rglob("*") if file.is_file()) < 10_000_000


def test_somebody_unknown_is_named():
    with pytest.raises(MissingSource) as refusal:
        person("nobody")
    assert refusal.value.facts == {"what": "presenter", "name": "nobody"}


def test_listing_the_gallery_loads_no_machinery():
    code = "import sys; from render.avatar.gallery import people; people(); print('torch' in sys.modules or 'numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
