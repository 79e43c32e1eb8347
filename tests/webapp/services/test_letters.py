"""Letters: what ends is told in time, in the reader's language, to whoever can do something about it, and once."""

import shutil
from datetime import timedelta

import pytest
from babel.support import NullTranslations
from sqlmodel import select

from tests.accounts import DAY, NOW, given, opened
from webapp.database import Database
from webapp.ledger.kinds import Kind
from webapp.models.identity import User
from webapp.models.outbox import Channel, Message
from webapp.models.tenant import Membership
from webapp.services import entitlements, letters, seats

YEAR = timedelta(days=365)
PAGE = "http://localhost/entitlements"


class Marked(NullTranslations):
    """A catalogue that shows which language it was asked in."""

    def __init__(self, language):
        super().__init__()
        self.language = language

    def gettext(self, message):
        return f"{self.language}: {message}"


@pytest.fixture
def database(tmp_path, blank_database):
    shutil.copy(blank_database, tmp_path / "letters.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'letters.sqlite3'}")
    yield database
    database.dispose()


def spoken(database, tenant, language, **address):
    with database.transaction() as session:
        user = session.exec(select(User).join(Membership).where(Membership.tenant_id == tenant.id)).first()
        user.ui_language = language
        for name, value in address.items():
            setattr(user, name, value)
        session.add(user)


def written(database, now):
    """The clock comes by: what it writes anew."""
    with database.transaction() as session:
        seats.renew(session, now)
        entitlements.expire(session, now)
        return letters.post_due(session, Marked, PAGE, now)


def test_a_lot_is_told_of_a_week_before_it_ends_and_when_it_has_ended(database):
    tenant, _ = opened(database)
    given(database, tenant, Kind.VIDEO, 600_000, expires_at=NOW + 30 * DAY)

    assert written(database, NOW + 22 * DAY) == []
    (soon,) = written(database, NOW + 23 * DAY)
    assert written(database, NOW + 24 * DAY) == []
    (ended,) = written(database, NOW + 30 * DAY)
    assert written(database, NOW + 31 * DAY) == []

    assert "10:00" in soon.body
    assert "Apr 3, 2026" in soon.body
    assert soon.body.endswith(PAGE)
    assert "was not used" in ended.body


def test_what_was_used_up_is_no_news(database):
    tenant, _ = opened(database)
    given(database, tenant, Kind.VIDEO, 1, expires_at=NOW + 30 * DAY)
    with database.transaction() as session:
        entitlements.use(session, tenant, entitlements.Wish(kind=Kind.VIDEO, amount=1, subject="export:1"), NOW)

    assert written(database, NOW + 25 * DAY) + written(database, NOW + 30 * DAY) == []


def test_a_lot_that_lives_a_week_is_told_of_only_when_it_has_ended(database):
    tenant, _ = opened(database)
    given(database, tenant, Kind.VIDEO, 1, expires_at=NOW + 7 * DAY)

    assert written(database, NOW + DAY) == []
    assert len(written(database, NOW + 7 * DAY)) == 1


def test_what_ended_long_ago_is_not_told_any_more(database):
    tenant, _ = opened(database)
    given(database, tenant, Kind.VIDEO, 1, expires_at=NOW + 30 * DAY)

    assert written(database, NOW + 40 * DAY) == []


def test_lots_that_end_on_one_day_are_one_letter(database):
    tenant, _ = opened(database)
    for _ in range(3):
        given(database, tenant, Kind.PRESENTER, 2, expires_at=NOW + 30 * DAY)

    (letter,) = written(database, NOW + 25 * DAY)

    assert ": 6 " in letter.body


def test_seats_are_told_of_where_nothing_will_renew_them(database):
    tenant, users = opened(database, members=3)
    given(database, tenant, Kind.VIP, 4)
    with database.transaction() as session:
        for user in users:
            seats.assign(session, tenant, Kind.VIP, user.id, NOW)

    assert written(database, NOW + YEAR - 31 * DAY) == []
    soon, *_ = written(database, NOW + YEAR - 30 * DAY)
    ended, *_ = written(database, NOW + YEAR)
    next_soon, *_ = written(database, NOW + YEAR + YEAR - 29 * DAY)

    assert "Missing: 2" in soon.body
    assert "Number: 2" in ended.body
    assert "Missing: 1" in next_soon.body


def test_who_has_a_seat_hears_of_its_end_herself_and_without_the_account_s_numbers(database):
    tenant, (admin, member) = opened(database, members=2)
    given(database, tenant, Kind.VIP, 2)
    with database.transaction() as session:
        member.ui_language = "th"
        session.add(member)
        for user in (admin, member):
            seats.assign(session, tenant, Kind.VIP, user.id, NOW)

    soon, hers = written(database, NOW + YEAR - 30 * DAY)
    ended, hers_ended = written(database, NOW + YEAR)

    assert [letter.address for letter in (soon, hers, ended, hers_ended)] == [admin.email, member.email] * 2
    assert "Missing: 2" in soon.body
    assert hers.body.startswith("th: th: VIP membership of enterprise: your seat ends on 4 มี.ค. 2027")
    assert "your seat ended" in hers_ended.body
    assert PAGE not in hers.body + hers_ended.body


def test_seats_that_the_stock_renews_are_no_news(database):
    tenant, users = opened(database)
    given(database, tenant, Kind.VIP, 2)
    with database.transaction() as session:
        seats.assign(session, tenant, Kind.VIP, users[0].id, NOW)

    assert written(database, NOW + YEAR - 3 * DAY) + written(database, NOW + YEAR) == []


@pytest.mark.parametrize(
    ("language", "day"), [("zh-Hans", "2026年4月3日"), ("zh-Hant", "2026年4月3日"), ("th", "3 เม.ย. 2026"), ("", "Apr 3, 2026")]
)
def test_a_letter_is_in_the_language_of_who_rules_the_account(database, language, day):
    tenant, _ = opened(database)
    spoken(database, tenant, language)
    given(database, tenant, Kind.VIDEO, 1_000, expires_at=NOW + 30 * DAY)

    (letter,) = written(database, NOW + 25 * DAY)

    assert letter.language == (language or "en")
    assert letter.subject.startswith(f"{language or 'en'}: ")
    assert day in letter.body


def test_who_has_only_a_phone_gets_a_text_message(database):
    tenant, _ = opened(database)
    spoken(database, tenant, "en", email=None, phone="+66812345678")
    given(database, tenant, Kind.VIDEO, 1_000, expires_at=NOW + 30 * DAY)

    written(database, NOW + 25 * DAY)

    with database.reading() as session:
        (letter,) = session.exec(select(Message)).all()
    assert (letter.channel, letter.address) == (Channel.SMS, "+66812345678")


def test_where_nobody_rules_nobody_is_written_to(database):
    tenant, _ = opened(database)
    given(database, tenant, Kind.VIDEO, 1_000, expires_at=NOW + 30 * DAY)
    with database.transaction() as session:
        for member in session.exec(select(Membership)).all():
            session.delete(member)

    assert written(database, NOW + 25 * DAY) == []


def test_every_kind_has_its_words():
    assert set(letters.KINDS) == set(Kind)
