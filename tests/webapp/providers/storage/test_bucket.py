"""What is special about a bucket: near files make room, addresses are signed, refusals have a name, and two webs may write one upload."""

import os
import time
from pathlib import Path

import pytest
import requests

from tests.plugins.bucket import KEYS, Bucket
from tools.stack.ports import free_port
from webapp.errors import StorageAway
from webapp.providers.storage.asking import PART_BYTES
from webapp.providers.storage.bucket import BucketStorage, Place
from webapp.providers.storage.near import LOOK_EVERY_S, Near
from webapp.providers.storage.port import Wrapping


@pytest.fixture
def storage(bucket: Bucket, tmp_path: Path) -> BucketStorage:
    return BucketStorage(Place(tmp_path, bucket.name, "studio", bucket.endpoint), 10**9, 0.0)


def kept(storage: BucketStorage, name: str, content: bytes = b"0123456789") -> Path:
    path = storage.home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    storage.keep(path)
    return path


def test_a_signed_address_gives_the_file_in_parts_under_its_name(storage: BucketStorage) -> None:
    path = kept(storage, "artefacts/ab/film.mp4")
    wrapping = Wrapping("video/mp4", "attachment; filename*=UTF-8''%E7%81%AF.mp4", "private, max-age=60")
    answer = requests.get(storage.signed(path, wrapping, outside=True), headers={"Range": "bytes=2-4"}, timeout=10)

    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["Content-Disposition"].endswith("%E7%81%AF.mp4")
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_browsers_get_no_address_where_none_is_configured(bucket: Bucket, tmp_path: Path) -> None:
    storage = BucketStorage(Place(tmp_path, bucket.name), 10**9, 0.0)

    assert storage.signed(tmp_path / "film.mp4", Wrapping(), outside=True) is None
    assert storage.signed(tmp_path / "film.mp4", Wrapping(), outside=False) is not None


def test_a_server_that_does_not_answer_is_said_to_be_away_and_the_secret_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{free_port()}"}.items():
        monkeypatch.setenv(name, value)
    storage = BucketStorage(Place(tmp_path, "bucket"), 10**9, 0.0)
    (tmp_path / "film.mp4").write_bytes(b"film")

    for ask in (storage.check, lambda: storage.keep(tmp_path / "film.mp4"), lambda: storage.bring(tmp_path / "other.mp4")):
        with pytest.raises(StorageAway) as caught:
            ask()
        assert caught.value.facts["retry_after_s"] > 0
    assert not any(secret in capsys.readouterr().out for secret in KEYS.values())
    assert not (tmp_path / "other.mp4").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_bucket_that_is_not_there_is_no_empty_one(bucket: Bucket, tmp_path: Path) -> None:
    storage = BucketStorage(Place(tmp_path, f"{bucket.name}-not"), 10**9, 0.0)

    with pytest.raises(StorageAway):
        storage.check()


def test_of_near_files_the_longest_unused_go_and_none_that_was_just_used(tmp_path: Path) -> None:
    hours_ago = {"oldest": 30, "older": 20, "just-used": 40, "newer": 10}
    for name, hours in hours_ago.items():
        path = tmp_path / "artefacts" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(100))
        os.utime(path, (time.time() - hours * 3600,) * 2)
    near = Near(tmp_path, 250)
    assert near.touch(tmp_path / "artefacts" / "just-used")
    near.make_room()

    assert sorted(path.name for path in (tmp_path / "artefacts").iterdir()) == ["just-used", "newer"]
    near.bytes_max = 0
    near.make_room()
    assert len(list((tmp_path / "artefacts").iterdir())) == 2, f"looked again within {LOOK_EVERY_S} s"
    assert not near.touch(tmp_path / "artefacts" / "gone")


def test_a_file_whose_near_copy_went_is_fetched_again(storage: BucketStorage) -> None:
    path = kept(storage, "artefacts/ab/film.mp4")
    path.unlink()

    assert storage.bring(path)
    assert path.read_bytes() == b"0123456789"


def test_two_webs_that_are_sent_the_same_bytes_write_the_same_parts(storage: BucketStorage, bucket: Bucket, tmp_path: Path) -> None:
    other = BucketStorage(Place(tmp_path / "other", bucket.name, "studio"), 10**9, 0.0)
    content = os.urandom(2 * PART_BYTES + 1000)
    with storage.landing.receiving("upload", len(content)) as one, other.landing.receiving("upload", len(content)) as two:
        one.write(content[: PART_BYTES + 10])
        two.write(content[: PART_BYTES - 10])
        two.write(content[PART_BYTES - 10 : 2 * PART_BYTES])

    assert storage.landing.size("upload") == 2 * PART_BYTES, "the shorter one's tail counts no more"
    with other.landing.receiving("upload", len(content)) as arriving:
        arriving.write(content[2 * PART_BYTES :])
    target = storage.home / "assets/whole"
    storage.landing.settle("upload", lambda _: target)
    assert storage.bring(target)
    assert target.read_bytes() == content
