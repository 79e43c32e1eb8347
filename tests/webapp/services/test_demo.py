"""The demo: whole documents, made once, and a film ordered when its words are voiced."""

import pytest
from sqlmodel import select

from render.presets.tracks import TRACKS
from render.presets.voices import BY_ID, SPEECH_ENGINE
from render.timeline import codec
from render.timeline.checks import check
from render.timeline.voicing import estimate, sentence_requests, speech_requests, times_to_json
from webapp.models.export import Export, ExportState
from webapp.models.job import Job
from webapp.models.project import Project
from webapp.services import demo, demo_documents, gallery, linking, people, shelf

DOCUMENTS = [demo_documents.summer_cup(), demo_documents.cold_brew()]


@pytest.fixture
def seeded(database, clock):
    """Seeds the demo; gives its tenant."""

    def seed():
        with database.transaction() as session:
            user = demo.seed(session, clock())
            return people.personal_tenant(session, user.id)

    return seed


@pytest.fixture
def voice(database, clock):
    """Writes that every passage of the demo has been voiced."""

    def write():
        with database.transaction() as session:
            for digests in demo.unvoiced(session, clock()).values():
                for digest in digests:
                    times = times_to_json(estimate(linking.wanted(session, digest)))
                    linking.voiced(session, digest, times | {"estimated": False}, 1, clock())

    return write


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.language)
def test_a_demo_document_is_whole_and_uses_what_the_studio_has(document):
    contents = [layer.content for scene in document.scenes for layer in scene.layers]

    assert codec.read(codec.write(document)) == document
    assert check(document) == ()
    assert {kind.kind for kind in contents} == {"presenter", "shape", "text"}
    assert {kind.presenter for kind in contents if kind.kind == "presenter"} <= {person.id for person in gallery.people()}
    assert {block.voices[document.language] for scene in document.scenes for block in scene.blocks} <= BY_ID.keys()
    assert document.tracks[0].layers[0].content.asset in {f"music:{track.id}" for track in TRACKS}
    assert {scene.transition.kind for scene in document.scenes} == {"crossfade"}
    assert document.captions.visible


def test_a_tag_comes_with_its_word():
    scene = demo_documents.summer_cup().scenes[1]
    text = scene.blocks[0].texts["zh"]
    words = {mark.id: text.text[mark.at : mark.at + 2] for mark in text.marks}

    shown = {layer.content.texts["zh"]: words[layer.span.start.of] for layer in scene.layers if layer.id.startswith("cup-words")}
    assert shown == {"不锈钢内胆": "内胆", "单手开盖": "杯盖", "小巧轻便": "背包"}


def test_seeding_twice_makes_one_demo(seeded, database):
    tenant = seeded()
    assert seeded().id == tenant.id

    with database.reading() as session:
        assert {project.title for project in shelf.search(session, tenant, shelf.Wanted()).projects} == {
            document.title for document in DOCUMENTS
        }


def test_all_its_words_are_wanted_until_they_are_voiced(seeded, voice, database, clock):
    seeded()
    with database.transaction() as session:
        wanted = {digest for digests in demo.unvoiced(session, clock()).values() for digest in digests}
    said = [speech_requests(document, document.language, SPEECH_ENGINE).values() for document in DOCUMENTS]
    assert wanted == {digest for passages in said for digest in sentence_requests(passages)}

    voice()
    with database.transaction() as session:
        assert not any(demo.unvoiced(session, clock()).values())


def test_its_film_is_ordered_once_and_only_when_its_words_are_voiced(seeded, voice, database, clock):
    def finish():
        with database.transaction() as session:
            demo.finish(session, clock())
            return session.exec(select(Export)).all(), session.exec(select(Job)).all()

    assert finish() == ([], [])
    seeded()
    assert finish() == ([], [])
    voice()
    (export,), (job,) = finish()
    assert (export.state, export.language, export.preset, job.queue) == (ExportState.QUEUED, "zh", "720p", "render")
    assert len(finish()[0]) == 1


def test_a_demo_somebody_has_changed_is_left_to_her(seeded, voice, database, clock):
    seeded()
    voice()
    with database.transaction() as session:
        for project in session.exec(select(Project)):
            project.revision = 1
            session.add(project)
        demo.finish(session, clock())
        assert session.exec(select(Export)).all() == []
