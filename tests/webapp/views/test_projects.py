import pytest
from sqlmodel import select

from render.timeline import codec
from render.timeline.starters import SCRIPT_LENGTH_MAX
from webapp.models.project import Project, Snapshot
from webapp.services import projects

WISHES = {"title": "夏日", "shape": "16:9", "frame_rate": "30", "language": "zh", "presenter": "jun", "script": "你好。\r\n\r\n再见。"}


@pytest.fixture
def create(signed_in):
    return lambda **changed: signed_in.client.post("/projects", data=WISHES | changed)


@pytest.fixture
def stored(database):
    """The only project with its first document."""

    def read():
        with database.reading() as session:
            snapshot = session.exec(select(Snapshot)).one()
            return session.exec(select(Project)).one(), codec.read(snapshot.document)

    return read


def test_a_script_becomes_a_project_and_opens_in_the_editor(create, stored, signed_in):
    answer = create()
    project, document = stored()

    assert answer.location == f"/projects/{project.id}/edit"
    assert (project.tenant_id, project.revision, project.title) == (signed_in.tenant.id, 0, "夏日")
    assert (document.canvas.width_px, document.canvas.height_px, document.canvas.frame_rate) == (1920, 1080, 30)
    assert [scene.blocks[0].texts["zh"].text for scene in document.scenes] == ["你好。", "再见。"]
    assert {scene.blocks[0].voices["zh"] for scene in document.scenes} == {"zm_yunxi"}


@pytest.mark.parametrize("script", ["", "  \n\n ", "👩‍👩‍👧", "……"])
def test_a_script_with_nothing_to_say_is_refused_in_words(create, script):
    answer = create(script=script)

    assert answer.status_code == 422
    assert "nothing in this script that can be said" in answer.text


def test_without_a_title_the_script_s_first_words_stand_in(create, stored):
    create(title=" ", script="Hello there.\n\nMore.", language="en")

    assert stored()[0].title == "Hello there."


@pytest.mark.parametrize(
    "script", ["50% off", "{{ 7*7 }}", "<script>alert(1)</script>", "Wow 👩‍👩‍👧!", "مرحبا עברית", "a\x00b\x1b[0m", "it's 5:30"]
)
def test_odd_words_are_words(create, stored, script):
    assert create(script=script, title=script[:20]).status_code == 302

    kept = stored()[1].scenes[0].blocks[0].texts["zh"].text
    assert kept == script.replace("\x00", "").replace("\x1b", "")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"shape": "2:1"}, "offered shapes"),
        ({"frame_rate": "23"}, "offered frame rates"),
        ({"language": "xx"}, "offered languages"),
        ({"presenter": "../../etc"}, "offered presenters"),
        ({"title": "x" * 201}, "at most 200"),
        ({"script": "x" * 100_000}, f"at most {SCRIPT_LENGTH_MAX}"),
    ],
)
def test_a_wish_that_cannot_be_had_is_named_and_the_script_is_kept(create, database, changed, words):
    answer = create(**changed)

    assert answer.status_code == 422
    assert words in answer.text
    assert "再见。" in answer.text or "script" in changed
    with database.reading() as session:
        assert session.exec(select(Project)).all() == []


def test_the_shelf_shows_the_tenant_s_own_projects_latest_first(create, signed_in, stranger, clock):
    create(title="first")
    clock.forward(minutes=1)
    create(title="second")

    text = signed_in.client.get("/projects").text
    assert text.index("second") < text.index("first")
    assert "first" not in stranger.client.get("/projects").text


def test_an_empty_shelf_leads_to_a_new_project(signed_in):
    text = signed_in.client.get("/projects").text

    assert "the stage is yours" in text
    assert 'href="/projects/new"' in text


def test_a_project_gets_another_title(create, signed_in, stored):
    create()
    signed_in.client.post(f"/projects/{stored()[0].id}/title", data={"title": "  <b>秋</b>   天 "})

    assert stored()[0].title == "<b>秋</b> 天"
    assert "&lt;b&gt;秋" in signed_in.client.get("/projects").text


@pytest.fixture
def project_id(create, stored):
    create()
    return stored()[0].id


@pytest.fixture
def shelf_of(signed_in):
    """The shelf as the page shows it, for what its address asks."""
    return lambda **asked: signed_in.client.get("/projects", query_string=asked).text


def folder_named(signed_in, name):
    return signed_in.client.post("/folders", data={"name": name}).location.rsplit("=")[1]


def test_a_project_in_the_trash_leaves_the_shelf_and_can_be_put_back(project_id, signed_in, shelf_of):
    signed_in.client.post(f"/projects/{project_id}/trash")
    assert "夏日" not in shelf_of()
    assert signed_in.client.post(f"/projects/{project_id}/title", data={"title": "x"}).status_code == 404

    assert "夏日" in shelf_of(trashed=1)
    signed_in.client.post(f"/projects/{project_id}/restore")
    assert "夏日" in shelf_of()
    assert "夏日" not in shelf_of(trashed=1)


def test_only_what_lies_in_the_trash_is_deleted_for_good(project_id, signed_in, database):
    assert signed_in.client.post(f"/projects/{project_id}/delete").status_code == 404

    signed_in.client.post(f"/projects/{project_id}/trash")
    assert signed_in.client.post(f"/projects/{project_id}/delete").status_code == 302
    with database.reading() as session:
        assert session.exec(select(Project)).all() == session.exec(select(Snapshot)).all() == []


def test_the_trash_is_emptied_after_thirty_days(project_id, signed_in, database, clock):
    signed_in.client.post(f"/projects/{project_id}/trash")
    for days, left in ((29, 1), (2, 0)):
        clock.forward(days=days)
        with database.transaction() as session:
            projects.delete_all(session, projects.expired(session, clock()))
        with database.reading() as session:
            assert len(session.exec(select(Project)).all()) == left


def test_a_copy_goes_its_own_way(project_id, signed_in, database, shelf_of):
    signed_in.client.post(f"/projects/{project_id}/copy")
    with database.reading() as session:
        first, second = session.exec(select(Project).order_by(Project.title)).all()

    assert (first.id, second.title) == (project_id, "夏日, copy")
    signed_in.client.post(f"/projects/{second.id}/title", data={"title": "冬"})
    assert "夏日" in shelf_of()
    assert "冬" in shelf_of()


def test_titles_are_searched_by_every_word(create, shelf_of):
    create(title="Summer tea, cold")
    create(title="Winter coffee")

    assert "Summer" in shelf_of(words="TEA summer")
    assert "Winter" not in shelf_of(words="TEA summer")
    assert "Nothing like that" in shelf_of(words="100%")


def test_projects_are_filed_into_folders(project_id, create, signed_in, shelf_of):
    create(title="Other")
    signed_in.client.post(f"/projects/{project_id}/folder", data={"folder": "new", "name": " Spring   sale "})
    folder = folder_named(signed_in, "Spring sale")

    assert "夏日" in shelf_of(folder=folder)
    assert "Other" not in shelf_of(folder=folder)
    signed_in.client.post(f"/projects/{project_id}/folder", data={"folder": ""})
    assert "This folder is empty" in shelf_of(folder=folder)


def test_a_folder_that_is_removed_leaves_its_projects(project_id, signed_in, shelf_of):
    folder = folder_named(signed_in, "Spring")
    signed_in.client.post(f"/projects/{project_id}/folder", data={"folder": folder})
    signed_in.client.post(f"/folders/{folder}/close")

    assert "夏日" in shelf_of()
    assert "Spring" not in shelf_of()


@pytest.mark.parametrize(("name", "words"), [(" ", "Give the folder a name"), ("x" * 61, "at most 60"), ("Autumn", "already")])
def test_a_folder_s_name_is_some_words_that_no_other_has(signed_in, name, words):
    folder_named(signed_in, "Autumn")
    folder = folder_named(signed_in, "Spring")

    answer = signed_in.client.post(f"/folders/{folder}/name", data={"name": name})
    assert answer.status_code in {409, 422}
    assert words in answer.text


def test_folders_and_trash_of_others_are_out_of_reach(project_id, signed_in, stranger):
    folder = folder_named(signed_in, "Spring")

    assert stranger.client.post(f"/folders/{folder}/name", data={"name": "x"}).status_code == 404
    assert stranger.client.post(f"/folders/{folder}/close").status_code == 404
    assert stranger.client.post(f"/projects/{project_id}/copy").status_code == 404
    signed_in.client.post(f"/projects/{project_id}/trash")
    assert stranger.client.post(f"/projects/{project_id}/restore").status_code == 404
    assert "夏日" not in stranger.client.get(f"/projects?folder={folder}").text


def test_presenters_are_shown_in_the_reader_s_language_with_their_pictures(signed_in):
    text = signed_in.client.get("/projects/new", headers={"Accept-Language": "th"}).text
    with signed_in.client.get("/presenters/mei/poster.webp") as poster:
        assert (poster.status_code, poster.mimetype) == (200, "image/webp")
    assert "/presenters/mei/poster.webp" in text
    assert signed_in.client.get("/gallery/..%2f..%2fsecret/poster.webp").status_code == 404
