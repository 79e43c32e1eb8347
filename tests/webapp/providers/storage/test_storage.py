"""What every storage does: what one machine kept, another brings. A folder shared by both is one storage, a bucket the other."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from webapp.models.columns import utc_now
from webapp.providers.storage.asking import PART_BYTES
from webapp.providers.storage.bucket import BucketStorage, Place
from webapp.providers.storage.folder import FolderStorage
from webapp.providers.storage.port import Storage

FILM = b"film" * 1000


@dataclass(frozen=True)
class Machines:
    """Two machines with one storage."""

    here: Storage
    there: Storage

    def put(self, name: str, content: bytes = FILM) -> Path:
        """A file that is kept here."""
        path = self.here.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.here.keep(path)
        return path


@pytest.fixture(params=["folder", "bucket"])
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> Machines:
    if request.param == "folder":
        return Machines(FolderStorage(tmp_path), FolderStorage(tmp_path))
    bucket = request.getfixturevalue("bucket")
    return Machines(*(BucketStorage(Place(tmp_path / name, bucket.name, "studio"), 10**9, 0.0) for name in ("a", "b")))


def test_what_one_machine_kept_another_brings(machines: Machines) -> None:
    machines.put("artefacts/ab/film.mp4")
    path = machines.there.home / "artefacts/ab/film.mp4"

    assert machines.there.has(path)
    assert machines.there.bring(path)
    assert path.read_bytes() == FILM


def test_what_nobody_kept_is_not_there(machines: Machines) -> None:
    path = machines.there.home / "artefacts/ab/none.mp4"

    assert not machines.there.has(path)
    assert not machines.there.bring(path)
    assert not machines.there.bring_folder(path.parent)
    assert not machines.there.copy(path, path.with_name("copy.mp4"))
    assert not path.exists()


def test_a_film_larger_than_a_part_comes_whole(machines: Machines) -> None:
    content = bytes(range(256)) * (3 * PART_BYTES // 256)
    machines.put("artefacts/ab/large.mp4", content)
    path = machines.there.home / "artefacts/ab/large.mp4"

    assert machines.there.bring(path)
    assert sha256(path.read_bytes()).digest() == sha256(content).digest()


def test_a_moved_file_has_one_place_and_a_copied_one_two(machines: Machines) -> None:
    made = machines.put("work/export-1/video.mp4")
    film, copy = (machines.here.home / "artefacts" / name for name in ("film.mp4", "copy.mp4"))
    machines.here.move(made, film)
    machines.here.copy(film, copy)

    assert [machines.here.has(path) for path in (made, film, copy)] == [False, True, True]
    assert film.read_bytes() == FILM


def test_a_folder_is_brought_as_it_is_now(machines: Machines) -> None:
    machines.put("presenters/mei/1/avatar.json", b"{}")
    machines.put("presenters/mei/1/sets/red/film.mp4")
    folder = machines.there.home / "presenters/mei/1"
    assert machines.there.bring_folder(folder)
    machines.put("presenters/mei/1/avatar.json", b'{"clip": 1}')
    assert machines.there.bring_folder(folder)

    assert (folder / "avatar.json").read_bytes() == b'{"clip": 1}'
    assert (folder / "sets/red/film.mp4").read_bytes() == FILM
    assert machines.there.bring(folder / "avatar.json", anew=True)


def test_a_folder_that_is_kept_again_has_nothing_of_the_one_before(machines: Machines) -> None:
    machines.put("presenters/mei/trials/screen.mp4")
    folder = machines.here.home / "presenters/mei/trials"
    (folder / "screen.mp4").unlink()
    (folder / "person.mp4").write_bytes(FILM)
    machines.here.keep(folder)

    assert not machines.there.has(machines.there.home / "presenters/mei/trials/screen.mp4")
    assert machines.there.has(machines.there.home / "presenters/mei/trials/person.mp4")


def test_what_is_removed_is_gone_here_and_there(machines: Machines) -> None:
    paths = [machines.put(name) for name in ("assets/ab/one", "work/export-1/a", "work/export-2/b", "presenters/mei/1/c", "assets/ab/two")]
    machines.here.remove(paths[0], machines.here.home / "assets/ab/never")
    machines.here.remove_folders(machines.here.home / "work", "export-")
    machines.here.remove_folder(machines.here.home / "presenters/mei")

    assert [machines.here.has(path) for path in paths] == [False] * 4 + [True]
    assert [path.exists() for path in paths] == [False] * 4 + [True]


def test_an_upload_that_breaks_off_keeps_what_had_come_and_becomes_a_file_of_its_digest(machines: Machines) -> None:
    content, target = bytes(range(256)) * 40_000, machines.here.home / "assets/ab/film"
    middle = 3_000_000

    with suppress(ConnectionError), machines.here.landing.receiving("u" * 32, len(content)) as arriving:
        arriving.write(content[:middle])
        raise ConnectionError
    assert machines.there.landing.size("u" * 32) == middle
    with machines.there.landing.receiving("u" * 32, len(content)) as arriving:
        arriving.write(content[middle:])

    assert machines.here.landing.size("u" * 32) == len(content)
    assert machines.here.landing.head("u" * 32, 300) == content[:300]
    digest, size = machines.here.landing.settle("u" * 32, lambda _: target)
    assert (digest, size) == (sha256(content).hexdigest(), len(content))
    path = machines.there.home / "assets/ab/film"
    assert machines.there.bring(path)
    assert path.read_bytes() == content
    assert machines.here.landing.size("u" * 32) == 0


def test_an_upload_that_nobody_knows_is_swept_away_and_one_given_up_is_gone(machines: Machines) -> None:
    for upload in ("unknown", "known", "given-up"):
        with machines.here.landing.receiving(upload, 100) as arriving:
            arriving.write(b"half")
    machines.here.landing.remove("given-up")
    machines.here.landing.sweep({"known"}, utc_now() + timedelta(minutes=1))

    assert [machines.there.landing.size(upload) for upload in ("unknown", "known", "given-up")] == [0, 4, 0]
