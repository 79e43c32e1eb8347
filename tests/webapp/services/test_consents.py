import hashlib

import pytest

from render.timeline.document import Canvas
from render.timeline.starters import from_script
from webapp.errors import Forbidden, Invalid, NotFound
from webapp.models.presenter import Presenter, PresenterState
from webapp.services import consents, gallery, presenters
from webapp.services.consents import Evidence, Given

EVIDENCE = Evidence("203.0.113.9", "Browser 1")


USER = "mei"


def given(**changed):
    """A consent given to the tenant of `signed_in`."""
    form = {"subject_name": "王小美", "typed_name": "王小美", "language": "zh-Hans", "agreed": True} | changed
    if form["language"] in consents.STATEMENTS:
        words = consents.statement(form["language"], consents.tidy_name(form["subject_name"]), changed.pop("user", USER))
        form.setdefault("shown", consents.digest_of(words))
    form.pop("user", None)
    return Given(**({"shown": ""} | form))


@pytest.fixture
def portrait(database, signed_in, clock):
    """Makes a ready presenter with a consent."""

    def make(**changed):
        with database.transaction() as session:
            consent = consents.record(session, signed_in.tenant, signed_in.user, given(), evidence=EVIDENCE, now=clock())
            facts = {"tenant_id": signed_in.tenant.id, "name": "王小美", "state": PresenterState.READY, "consent_id": consent.id}
            presenter = Presenter(**(facts | changed))
            session.add(presenter)
        return presenter

    return make


@pytest.fixture
def folder(database, signed_in, tmp_path):
    """Asks for a presenter's folder."""

    def ask(presenter_id, revision=1, tenant=signed_in.tenant):
        with database.reading() as session:
            return presenters.presenter_folder(session, tenant.id, presenter_id, revision, root=tmp_path)

    return ask


def document(*presenter_ids):
    script = "\n\n".join("你好。" for _ in presenter_ids)
    made = from_script(script, canvas=Canvas(), language="zh", voice="", presenter=presenter_ids[0], title="")
    scenes = []
    for scene, presenter_id in zip(made.scenes, presenter_ids, strict=True):
        layer = scene.layers[0]
        content = layer.content.model_copy(update={"presenter": presenter_id})
        scenes.append(scene.model_copy(update={"layers": (layer.model_copy(update={"content": content}),)}))
    return made.model_copy(update={"scenes": tuple(scenes)})


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en", "th"])
def test_a_consent_keeps_the_words_that_were_shown(database, signed_in, clock, language):
    with database.transaction() as session:
        kept = consents.record(session, signed_in.tenant, signed_in.user, given(language=language), evidence=EVIDENCE, now=clock())

    assert kept.statement == consents.statement(language, "王小美", signed_in.tenant.name)
    assert "王小美" in kept.statement
    assert signed_in.tenant.name in kept.statement
    assert kept.statement_digest == hashlib.sha256(kept.statement.encode()).hexdigest()
    assert (kept.user_id, kept.created_at, kept.language) == (signed_in.user.id, clock(), language)
    assert kept.evidence == {"typed_name": "王小美", "address": "203.0.113.9", "browser": "Browser 1"}


@pytest.mark.parametrize(
    ("wrong", "at_field"),
    [
        ({"subject_name": " \u200b "}, ("subject_name", "consent-name-missing")),
        ({"subject_name": "x" * 101}, ("subject_name", "consent-name-long")),
        ({"agreed": False}, ("agreed", "consent-not-given")),
        ({"shown": "the statement for another name"}, ("agreed", "consent-changed")),
        ({"typed_name": "王小丽"}, ("typed_name", "consent-name-differs")),
        ({"typed_name": ""}, ("typed_name", "consent-name-differs")),
        ({"language": "tlh"}, ("language", "language-unknown")),
    ],
)
def test_what_is_no_consent_is_refused_at_its_field(database, signed_in, clock, wrong, at_field):
    with pytest.raises(Invalid) as refused, database.transaction() as session:
        consents.record(session, signed_in.tenant, signed_in.user, given(**wrong), evidence=EVIDENCE, now=clock())

    assert (refused.value.field, refused.value.code) == at_field


def test_a_name_may_be_signed_in_another_case_width_and_spacing():
    sure = consents.checked(given(subject_name="  Ana  María López", typed_name="ana maría lópez"), USER)
    wide = consents.checked(given(subject_name="Li Lei", typed_name="Ｌｉ　Ｌｅｉ"), USER)

    assert (sure.subject_name, wide.subject_name) == ("Ana María López", "Li Lei")


def test_the_gallery_shows_nobody_real_and_needs_no_consent(folder):
    person = gallery.people()[0]

    assert folder(person.id, revision=7) == person.poster.parent


def test_a_portrait_with_a_consent_is_rendered_from_its_own_folder(folder, portrait, tmp_path):
    presenter = portrait(revision=2)

    assert folder(presenter.id, 2) == tmp_path / presenter.id / "2"
    assert folder(presenter.id, 1) == tmp_path / presenter.id / "1"


def test_a_portrait_without_a_consent_is_not_rendered(folder, portrait):
    with pytest.raises(Forbidden) as refused:
        folder(portrait(consent_id=None).id)

    assert (refused.value.code, refused.value.facts["name"]) == ("consent-missing", "王小美")


def test_a_withdrawn_consent_blocks_from_then_on_and_keeps_its_first_moment(folder, portrait, database, signed_in, clock):
    presenter, first = portrait(), clock()
    for _ in range(2):
        with database.transaction() as session:
            revoked = consents.revoke(session, signed_in.tenant, presenter.consent_id, clock())
        clock.forward(hours=1)

    with pytest.raises(Forbidden, match="consent-revoked"):
        folder(presenter.id)
    assert revoked.revoked_at == first


@pytest.mark.parametrize("state", [PresenterState.CHECKING, PresenterState.REFUSED])
def test_a_portrait_that_has_not_passed_is_not_rendered(folder, portrait, state):
    with pytest.raises(Forbidden, match="presenter-unready"):
        folder(portrait(state=state).id)


@pytest.mark.parametrize("revision", [0, 2])
def test_another_revision_than_there_is_is_unknown(folder, portrait, revision):
    with pytest.raises(NotFound, match="presenter-unknown"):
        folder(portrait().id, revision)


def test_another_tenant_s_portrait_is_unknown_and_its_consent_out_of_reach(folder, portrait, stranger, database, clock):
    presenter = portrait()

    with pytest.raises(NotFound):
        folder(presenter.id, tenant=stranger.tenant)
    with pytest.raises(NotFound), database.transaction() as session:
        consents.revoke(session, stranger.tenant, presenter.consent_id, clock())


def test_a_consent_of_another_tenant_is_none(folder, portrait, stranger, database, clock):
    with database.transaction() as session:
        foreign = consents.record(session, stranger.tenant, stranger.user, given(user="stranger"), evidence=EVIDENCE, now=clock())

    with pytest.raises(Forbidden, match="consent-missing"):
        folder(portrait(consent_id=foreign.id).id)


def test_a_document_names_every_presenter_it_may_not_show_once(database, signed_in, portrait):
    bare = portrait(consent_id=None, name="甲")
    with database.reading() as session:
        refusals = consents.may_render(session, signed_in.tenant, document("mei", bare.id, bare.id, "nobody", portrait().id))

    assert [(refusal.code, refusal.name) for refusal in refusals] == [("consent-missing", "甲"), ("presenter-unknown", "")]
