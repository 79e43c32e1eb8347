"""Several shapes of one ad: one offer, one price, one order."""

import pytest

from tests import exporting
from webapp.errors import Invalid
from webapp.models.columns import utc_now
from webapp.models.export import Export, ExportState
from webapp.models.tenant import Tenant
from webapp.services import bundles, exports
from webapp.services.bundles import ITSELF, Wished

TALL = {"id": "tall", "name": "Tall", "canvas": {"width_px": 1080, "height_px": 1920, "frame_rate": 25}}
WIDE = {"id": "wide", "name": "Wide", "canvas": {"width_px": 1920, "height_px": 1080, "frame_rate": 25}}


@pytest.fixture
def tenant(any_database):
    with any_database.transaction() as session:
        tenant = Tenant(name="Mei")
        session.add(tenant)
        session.flush()
        return tenant


@pytest.fixture
def project(any_database, tenant):
    document = exporting.small_document("你好", "再见")
    shaped = type(document).model_validate(document.model_dump() | {"variants": [TALL, WIDE]})
    return exporting.keep(any_database, tenant, shaped)


def offered(database, tenant, project, *shapes, preset="720p", languages=("zh",), extras=()):
    with database.transaction() as session:
        return bundles.make(session, tenant, project.id, Wished(shapes, preset, languages, extras), utc_now())


def test_shapes_are_priced_together_and_each_has_a_quote_of_its_own(any_database, tenant, project):
    waiting = offered(any_database, tenant, project, ITSELF, "tall")
    assert (waiting.exports, waiting.voiced, len(waiting.missing)) == ((), (0, 4), 2)

    exporting.voice(any_database, tenant, project.id)
    bundle = offered(any_database, tenant, project, ITSELF, "tall", "wide")

    assert [tuple(export.quote["size_px"]) for export in bundle.exports] == [(720, 720), (720, 1280), (1280, 720)]
    assert bundle.charge == sum(export.quote["charge"] for export in bundle.exports) == bundle.milliseconds > 0
    assert (bundle.scenes, bundle.voiced, bundle.short) == ((6, 6), (6, 6), None)


def test_all_shapes_are_ordered_or_none(any_database, tenant, project):
    exporting.voice(any_database, tenant, project.id)
    ids = [export.id for export in offered(any_database, tenant, project, ITSELF, "tall").exports]
    with pytest.raises(exports.NotFound), any_database.transaction() as session:
        exports.order_all(session, tenant, project.id, [*ids, "0" * 32], utc_now())
    with any_database.reading() as session:
        assert {session.get_one(Export, one).state for one in ids} == {ExportState.QUOTED}

    with any_database.transaction() as session:
        made = exports.order_all(session, tenant, project.id, [*ids, ids[0]], utc_now())
    assert [(export.id, export.state) for export in made] == [(one, ExportState.QUEUED) for one in ids]


def test_other_files_are_another_quote_of_the_same_price(any_database, tenant, project):
    exporting.voice(any_database, tenant, project.id)
    (plain,) = offered(any_database, tenant, project, ITSELF).exports
    (more,) = offered(any_database, tenant, project, ITSELF, extras=["sound", "gif"]).exports

    assert plain.id != more.id
    assert (plain.extras, more.extras) == ("", "gif sound")
    assert plain.quote["charge"] == more.quote["charge"]


@pytest.mark.parametrize(
    "wish",
    [
        {"shapes": ["gone"]},
        {"shapes": ["tall"] * 0},
        {"shapes": [f"v{n}" for n in range(13)]},
        {"extras": ["exe"]},
        {"languages": []},
        {"languages": ["th"]},
    ],
)
def test_what_is_not_on_offer_is_refused(any_database, tenant, project, wish):
    wished = Wished(**{"shapes": [ITSELF], "preset": "720p", "languages": ["zh"]} | wish)
    with pytest.raises(Invalid), any_database.transaction() as session:
        bundles.make(session, tenant, project.id, wished, utc_now())


def in_english(document, *words):
    """The document with its first passages written in English as well."""
    scenes = document.model_dump()["scenes"]
    for scene, text in zip(scenes, words, strict=False):
        scene["blocks"][0]["texts"]["en"] = {"text": text, "of": "0123456789abcdef"}
    return type(document).model_validate(document.model_dump() | {"scenes": scenes, "variants": [TALL, {**WIDE, "language": "en"}]})


def test_each_shape_is_offered_in_each_language_at_one_price_and_what_is_unready_is_said(any_database, tenant):
    document = in_english(exporting.small_document("你好", "再见"), "Hello.")
    project = exporting.keep(any_database, tenant, document)
    exporting.voice(any_database, tenant, project.id)
    exporting.voice(any_database, tenant, project.id, language="en")

    bundle = offered(any_database, tenant, project, ITSELF, "tall", "wide", languages=("zh", "en"))

    assert [(export.variant, export.language) for export in bundle.exports] == [
        ("", "zh"), ("tall", "zh"), ("wide", "en"), ("", "en"), ("tall", "en"),
    ]  # fmt: skip
    assert bundle.charge == sum(export.quote["charge"] for export in bundle.exports) > 0
    (unready,) = bundle.unready
    assert (unready.language, unready.missing, unready.behind) == ("en", {"b1"}, {"b0"})
    assert offered(any_database, tenant, project, ITSELF).unready == ()
