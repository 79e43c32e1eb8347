"""Quotes: exact, because the words are voiced before."""

import pytest
from sqlmodel import select

from render.presets.platforms import OFFERED
from render.timeline.document import Canvas, Layer, VideoContent
from render.timeline.resolve import resolve
from tests import exporting
from tests.webapp.material import keep
from webapp.errors import Invalid, NotFound
from webapp.models.asset import Asset, AssetState
from webapp.models.columns import utc_now
from webapp.models.speech import Voiced
from webapp.models.tenant import Tenant
from webapp.services import documents, linking, quotes


@pytest.fixture
def tenant(any_database):
    with any_database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        return tenant


@pytest.fixture
def project(any_database, tenant):
    return exporting.keep(any_database, tenant, exporting.small_document("你好大家好", "再见", "再见"))


def offered(database, tenant, project, preset="720p", language="zh"):
    with database.transaction() as session:
        return quotes.make(session, tenant, project.id, preset=preset, language=language, now=utc_now())


def test_nothing_is_quoted_before_every_word_is_voiced(any_database, tenant, project):
    offer = offered(any_database, tenant, project)

    assert offer.export is None
    assert (offer.voiced, offer.passages, len(offer.missing)) == (0, 3, 2)
    with any_database.reading() as session:
        assert all(linking.wanted(session, digest) for digest in offer.missing)


def test_a_quote_says_what_the_timeline_is(any_database, tenant, project):
    exporting.voice(any_database, tenant, project.id)
    export = offered(any_database, tenant, project).export

    with any_database.reading() as session:
        document = documents.current(session, tenant, project.id).document
    timeline = resolve(document, quotes.manifest_from_json(export.manifest))
    assert timeline.complete
    assert export.quote["milliseconds"] * 240 == timeline.duration
    assert sum(export.quote["scenes"]) == export.quote["milliseconds"]


def test_a_manifest_comes_back_as_it_was(any_database, tenant, project):
    exporting.voice(any_database, tenant, project.id)
    with any_database.reading() as session:
        manifest = linking.gather(session, documents.current(session, tenant, project.id).document, "zh").manifest

    assert quotes.manifest_from_json(quotes.manifest_to_json(manifest)) == manifest


def test_asking_again_gives_the_same_quote_and_another_size_another(any_database, tenant, project):
    exporting.voice(any_database, tenant, project.id)
    first, second = offered(any_database, tenant, project), offered(any_database, tenant, project)
    larger = offered(any_database, tenant, project, preset="1080p")

    assert first.export.id == second.export.id != larger.export.id


def test_words_that_cannot_be_said_are_told_by_their_scene(any_database, tenant, project):
    missing = offered(any_database, tenant, project).missing
    with any_database.transaction() as session:
        linking.refuse(session, missing[1], "unspeakable")
    problem = offered(any_database, tenant, project).problem

    assert (problem.code, problem.facts["scene"]) == ("export-unspeakable", 2)


def in_thai(document, recorded=()):
    """The document with Thai words, which no embedded voice speaks; those blocks that are `recorded` have a sound of somebody saying them."""
    scenes = document.model_dump()["scenes"]
    for scene in scenes:
        (block,) = scene["blocks"]
        block["texts"]["th"] = {"text": "สวัสดี"}
        block["recordings"] = {"th": "a" * 64} if block["id"] in recorded else {}
    return type(document).model_validate(document.model_dump() | {"scenes": scenes})


def test_words_that_no_voice_speaks_are_told_before_anybody_is_asked_to_say_them(any_database, tenant):
    project = exporting.keep(any_database, tenant, in_thai(exporting.small_document("你好", "再见"), recorded=["b0"]))

    offer = offered(any_database, tenant, project, language="th")

    assert offer.problem == quotes.Problem("export-voiceless", {"language": "th", "scene": 2})
    assert not offer.missing
    with any_database.reading() as session:
        assert not session.exec(select(Voiced)).all()


def test_words_that_somebody_recorded_need_no_voice(any_database, tenant):
    project = exporting.keep(any_database, tenant, in_thai(exporting.small_document("你好", "再见"), recorded=["b0", "b1"]))

    offer = offered(any_database, tenant, project, language="th")

    assert (offer.problem, len(offer.missing)) == (None, 1)


def test_an_empty_project_is_a_problem_and_no_crash(any_database, tenant):
    empty = exporting.keep(any_database, tenant, exporting.small_document())
    assert offered(any_database, tenant, empty).problem.code == "export-empty"


@pytest.mark.parametrize("wish", [{"preset": "8k"}, {"preset": ""}, {"language": "th"}, {"language": ""}])
def test_what_is_not_on_offer_is_refused(any_database, tenant, project, wish):
    with pytest.raises(Invalid):
        offered(any_database, tenant, project, **wish)


def test_another_tenant_s_project_is_not_found(any_database, project):
    with pytest.raises(NotFound):
        offered(any_database, Tenant(name="stranger"), project)


def test_nothing_is_quoted_while_a_film_in_it_is_still_being_made(any_database, settings, tenant):
    now = utc_now()
    film = keep(settings, any_database, tenant, now, name="film.mp4", kind="video", state=AssetState.USABLE)
    document = exporting.small_document("你好")
    layer = Layer(id="film", content=VideoContent(asset=film.digest))
    scene = document.scenes[0].model_copy(update={"layers": (layer,)})
    project = exporting.keep(any_database, tenant, document.model_copy(update={"scenes": (scene,)}))
    exporting.voice(any_database, tenant, project.id)

    problem = offered(any_database, tenant, project).problem
    assert (problem.code, problem.facts) == ("export-material", {"name": "film.mp4"})
    with any_database.transaction() as session:
        session.get_one(Asset, film.id).state = AssetState.READY
    assert offered(any_database, tenant, project).problem is None


def test_a_film_for_a_platform_has_a_frame_rate_that_it_takes(any_database, tenant):
    document = exporting.small_document("你好").model_copy(update={"canvas": Canvas(width_px=1080, height_px=1080, frame_rate=60)})
    project = exporting.keep(any_database, tenant, document)
    exporting.voice(any_database, tenant, project.id)
    made = [offered(any_database, tenant, project, preset=name).export for name in ("1080p", "taobao-1")]

    frames = [resolve(quotes.as_made(document, "", OFFERED[export.preset]), quotes.manifest_from_json(export.manifest)) for export in made]
    assert [timeline.canvas.frame_rate for timeline in frames] == [60, 30]
    assert [export.quote["milliseconds"] * 240 for export in made] == [timeline.duration for timeline in frames]
