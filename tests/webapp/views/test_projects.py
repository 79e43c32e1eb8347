import pytest
from sqlmodel import select

from render.timeline import codec
from render.timeline.starters import SCRIPT_LENGTH_MAX
from webapp.models.project import Project, Snapshot

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


def test_a_deleted_project_leaves_the_shelf(create, signed_in, stored):
    create()
    project = stored()[0]
    signed_in.client.post(f"/projects/{project.id}/delete")

    assert "夏日" not in signed_in.client.get("/projects").text
    assert signed_in.client.post(f"/projects/{project.id}/title", data={"title": "x"}).status_code == 404


def test_presenters_are_shown_in_the_reader_s_language_with_their_pictures(signed_in):
    text = signed_in.client.get("/projects/new", headers={"Accept-Language": "th"}).text
    with signed_in.client.get("/presenters/mei/poster.webp") as poster:
        assert (poster.status_code, poster.mimetype) == (200, "image/webp")
    assert "/presenters/mei/poster.webp" in text
    assert signed_in.client.get("/gallery/..%2f..%2fsecret/poster.webp").status_code == 404
