"""The library: found by name and kind, thrown away and taken back, used in projects, replaced in all of them."""

from datetime import timedelta

import pytest

from render.timeline.document import AudioContent, Background, Document, ImageContent, Layer, Scene, Track, VideoContent
from tests.webapp.material import keep
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.asset import AssetState
from webapp.services import assets, documents, library, projects, quota, uses
from webapp.services.library import Wanted


@pytest.fixture
def kept(settings, database, signed_in, clock):
    """Puts material into the library, a minute after the last."""

    def put(name="cup.png", kind="image", person=signed_in, **given):
        clock.forward(minutes=1)
        return keep(settings, database, person.tenant, clock(), name=name, kind=kind, **given)

    return put


@pytest.fixture
def film(database, signed_in, clock):
    """Makes a project with a picture, a clip and a sound in it."""

    def make(image, video, audio, person=signed_in):
        layers = (
            Layer(id="picture", content=ImageContent(asset=image.digest)),
            Layer(id="clip", content=VideoContent(asset=video.digest)),
            Layer(id="again", content=ImageContent(asset=image.digest)),
        )
        scene = Scene(id="scene", background=Background(image=image.digest), layers=layers)
        track = Track(id="track", kind="audio", layers=(Layer(id="music", content=AudioContent(asset=audio.digest)),))
        with database.transaction() as session:
            return projects.keep(session, person.tenant, Document(title="Cup", scenes=(scene,), tracks=(track,)), clock())

    return make


def names(database, person, wanted, after=""):
    with database.reading() as session:
        return [asset.name for asset in library.search(session, person.tenant, wanted, after).assets]


def test_material_is_found_by_words_of_its_name_and_by_kind_the_newest_first(database, signed_in, stranger, kept):
    kept("Red cup.jpg")
    kept("red tea.mp4", "video")
    kept("100% silk_scarf.png")
    kept("song.mp3", "audio")
    kept("red car.png", person=stranger)

    assert names(database, signed_in, Wanted()) == ["song.mp3", "100% silk_scarf.png", "red tea.mp4", "Red cup.jpg"]
    assert names(database, signed_in, Wanted("RED")) == ["red tea.mp4", "Red cup.jpg"]
    assert names(database, signed_in, Wanted("cup red")) == ["Red cup.jpg"]
    assert names(database, signed_in, Wanted("%")) == ["100% silk_scarf.png"]
    assert names(database, signed_in, Wanted(kind="clips")) == ["red tea.mp4"]
    assert names(database, signed_in, Wanted(kind="nonsense")) == names(database, signed_in, Wanted())


def test_a_long_library_comes_in_pages_without_a_gap(database, signed_in, kept, monkeypatch):
    monkeypatch.setattr(library, "PAGE_ROWS", 3)
    for number in range(8):
        kept(f"{number}.png")
    seen, after = [], ""
    while True:
        with database.reading() as session:
            shelf = library.search(session, signed_in.tenant, Wanted(), after)
        seen += [asset.name for asset in shelf.assets]
        after = shelf.following
        if not after:
            break

    assert seen == [f"{number}.png" for number in reversed(range(8))]


def test_a_name_is_tidied_and_cannot_be_empty(database, signed_in, kept):
    asset = kept()
    with database.transaction() as session:
        assert library.rename(session, signed_in.tenant, asset.id, " ../tea\u202e.png ").name == "tea.png"
        with pytest.raises(Invalid):
            library.rename(session, signed_in.tenant, asset.id, " \n")


def test_what_lies_in_the_trash_is_not_offered_and_comes_back(database, signed_in, clock, kept):
    asset = kept()
    with database.transaction() as session:
        library.throw_away(session, signed_in.tenant, asset.id, clock())
    assert names(database, signed_in, Wanted()) == []
    assert names(database, signed_in, Wanted(trashed=True)) == ["cup.png"]
    with database.reading() as session:
        assert assets.pictures_of(session, signed_in.tenant) == []

    with database.transaction() as session:
        library.take_back(session, signed_in.tenant, asset.id)
    assert names(database, signed_in, Wanted()) == ["cup.png"]


def test_the_same_file_brought_again_comes_out_of_the_trash(database, signed_in, clock, kept):
    asset = kept(content=b"same")
    with database.transaction() as session:
        library.throw_away(session, signed_in.tenant, asset.id, clock())
    kept(content=b"same")

    assert names(database, signed_in, Wanted()) == ["cup.png"]


def test_what_a_project_uses_cannot_be_deleted_for_good(database, signed_in, clock, kept, film):
    used, clip, sound, unused = kept("a"), kept("b", "video"), kept("c", "audio"), kept("d")
    film(used, clip, sound)
    with database.transaction() as session:
        for asset in (used, unused):
            library.throw_away(session, signed_in.tenant, asset.id, clock())
        with pytest.raises(Conflict) as refused:
            library.delete(session, signed_in.tenant, used.id)
        assert refused.value.facts["projects"] == 1
        assert library.delete_expired(session, clock() + timedelta(days=29)) == []
        assert library.delete_expired(session, clock() + timedelta(days=31)) == [unused.digest]


def test_where_material_is_used_is_told_with_every_place(database, signed_in, stranger, kept, film):
    cup, clip, sound = kept("a"), kept("b", "video"), kept("c", "audio")
    project = film(cup, clip, sound)
    film(cup, clip, sound, stranger)

    with database.reading() as session:
        told = {
            asset.name: [(use.project.id, use.places) for use in uses.of(session, signed_in.tenant, asset.digest)]
            for asset in (cup, clip, sound)
        }
    assert told == {"a": [(project.id, 3)], "b": [(project.id, 1)], "c": [(project.id, 1)]}


def test_something_else_stands_in_its_place_everywhere_and_it_can_be_undone(database, signed_in, clock, kept, film):
    cup, clip, sound, other = kept("a"), kept("b", "video"), kept("c", "audio"), kept("d")
    films = [film(cup, clip, sound), film(cup, clip, sound)]
    with database.transaction() as session:
        done = uses.replace_everywhere(session, signed_in.tenant, signed_in.user, cup.id, other.id, now=clock())

    assert {project.id for project, _ in done} == {project.id for project in films}
    with database.reading() as session:
        for project in films:
            loaded = documents.current(session, signed_in.tenant, project.id)
            assert (loaded.project.revision, list(uses.places(loaded.document, cup.digest))) == (1, [])
            assert [field for _, field in uses.places(loaded.document, other.digest)] == [
                "background.image",
                "content.asset",
                "content.asset",
            ]
            assert uses.of(session, signed_in.tenant, cup.digest) == []


def test_a_project_in_the_trash_keeps_what_it_uses_as_it_is(database, signed_in, clock, kept, film):
    cup, other = kept("a"), kept("d")
    project = film(cup, kept("b", "video"), kept("c", "audio"))
    with database.transaction() as session:
        projects.throw_away(session, signed_in.tenant, project.id, clock())
        assert uses.replace_everywhere(session, signed_in.tenant, signed_in.user, cup.id, other.id, now=clock()) == []
        library.throw_away(session, signed_in.tenant, cup.id, clock())
        with pytest.raises(Conflict):
            library.delete(session, signed_in.tenant, cup.id)


@pytest.mark.parametrize("by", ["itself", "a clip", "not ready", "a stranger's"])
def test_only_another_usable_one_of_the_same_kind_can_stand_in_its_place(database, signed_in, stranger, clock, kept, by):
    cup = kept("a")
    others = {
        "itself": lambda: cup,
        "a clip": lambda: kept("b", "video"),
        "not ready": lambda: kept("c", state=AssetState.CHECKING),
        "a stranger's": lambda: kept("d", person=stranger),
    }
    other = others[by]()
    with database.transaction() as session, pytest.raises(NotFound if by == "a stranger's" else Invalid):
        uses.replace_everywhere(session, signed_in.tenant, signed_in.user, cup.id, other.id, now=clock())


def test_storage_counts_a_tenants_own_originals_only(database, signed_in, stranger, kept):
    kept(content=b"x" * 700)
    kept(content=b"y" * 300, person=stranger)

    with database.reading() as session:
        usage = quota.usage(session, signed_in.tenant, 1_000)
    assert (usage.used_bytes, usage.free_bytes, usage.percent) == (700, 300, 70)
