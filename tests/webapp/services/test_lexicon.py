"""The lexicon: one entry for a word, a tenant's own, and told to its voices only."""

import pytest

from tests.exporting import small_document
from webapp.errors import Invalid, NotFound
from webapp.services import lexicon, linking


@pytest.fixture
def keep(database, signed_in, clock):
    """Keeps a word of the tenant's."""

    def kept(language="zh", written="乐高", said="le4 gao1"):
        with database.transaction() as session:
            return lexicon.keep(session, signed_in.tenant, language, written, said, now=clock())

    return kept


def test_a_word_has_one_entry_however_it_is_written(keep, database, signed_in):
    keep("en", "Piying", "pee-ying")
    keep("en", " PIYING ", "pie-ying")
    with database.reading() as session:
        assert [(row.written, row.said) for row in lexicon.of(session, signed_in.tenant)] == [("PIYING", "pie-ying")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"language": "th"}, "language"),
        ({"written": "  "}, "written"),
        ({"written": "。。"}, "written"),
        ({"written": "x" * 61}, "written"),
        ({"said": "?"}, "said"),
        ({"said": "x" * 201}, "said"),
    ],
)
def test_what_cannot_be_an_entry_is_refused_at_its_field(keep, wrong, field):
    with pytest.raises(Invalid) as refusal:
        keep(**wrong)
    assert refusal.value.field == field


def test_there_is_an_end_to_the_words(keep, monkeypatch):
    monkeypatch.setattr(lexicon, "ENTRIES_MAX", 1)
    keep()
    keep(said="yue4 gao1")
    with pytest.raises(Invalid):
        keep(written="重庆", said="chong2 qing4")


def test_only_the_tenants_own_scripts_in_that_language_are_said_that_way(keep, database, signed_in, stranger):
    keep()
    with database.reading() as session:
        spoken = {
            name: [request.pronunciations for request in linking.gather(session, small_document("我买了乐高玩具。"), language, tenant_id=whose).missing.values()]
            for name, whose, language in (("own", signed_in.tenant.id, "zh"), ("other", stranger.tenant.id, "zh"))
        }  # fmt: skip
        assert spoken == {"own": [((3, 5, "le4 gao1"),)], "other": [()]}
        assert lexicon.spoken(session, signed_in.tenant.id, "en") == ()


def test_nobody_removes_anothers_word(keep, database, stranger):
    entry = keep()
    with database.transaction() as session, pytest.raises(NotFound):
        lexicon.remove(session, stranger.tenant, entry.id)
