from datetime import timedelta

import pytest
from sqlmodel import select

from webapp.errors import TooMany
from webapp.models.identity import Login, LoginCode
from webapp.models.tenant import Membership, Role, TenantKind
from webapp.services import people, signin

KEY = "k" * 40
MEI = people.Address("email", "mei@example.com")


def code_for(database, clock, address=MEI):
    with database.transaction() as session:
        return signin.make_code(session, KEY, address, clock())


def tries(database, clock, code, address=MEI):
    with database.transaction() as session:
        return signin.use_code(session, KEY, address, code, clock())


def other(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_right_code_works_once(database, clock):
    code = code_for(database, clock)

    assert [tries(database, clock, code), tries(database, clock, code)] == [True, False]


def test_a_code_is_six_digits_and_only_its_hash_is_kept(database, clock):
    code = code_for(database, clock)

    with database.reading() as session:
        row = session.exec(select(LoginCode)).one()
    assert len(code) == 6
    assert code.isdigit()
    assert code not in row.model_dump_json()


def test_a_code_lasts_ten_minutes(database, clock):
    code = code_for(database, clock)
    clock.forward(minutes=10)

    assert not tries(database, clock, code)


def test_after_five_wrong_tries_the_right_code_is_wrong_too(database, clock):
    code = code_for(database, clock)
    for _ in range(5):
        assert not tries(database, clock, other(code))

    assert not tries(database, clock, code)


def test_a_newer_code_replaces_the_older_one(database, clock):
    older = code_for(database, clock)
    clock.forward(minutes=1)
    newer = code_for(database, clock)

    assert tries(database, clock, newer)
    assert older == newer or not tries(database, clock, older)


def test_a_code_is_good_for_its_own_address_only(database, clock):
    code = code_for(database, clock)

    assert not tries(database, clock, code, people.Address("email", "else@example.com"))


def test_codes_cannot_be_asked_for_in_a_row(database, clock):
    code_for(database, clock)
    clock.forward(seconds=10)

    with pytest.raises(TooMany) as refused:
        code_for(database, clock)
    assert refused.value.code == "code-resend"
    assert 0 < refused.value.facts["retry_after_s"] <= 30


def test_codes_cannot_be_asked_for_all_hour_long(database, clock):
    for _ in range(5):
        code_for(database, clock)
        clock.forward(minutes=1)

    with pytest.raises(TooMany) as refused:
        code_for(database, clock)
    assert refused.value.code == "code-often"
    clock.forward(hours=1)
    assert code_for(database, clock)


def person(database, clock):
    with database.transaction() as session:
        return people.find_or_open(session, MEI, "th", clock())


def test_the_first_sign_in_opens_a_personal_tenant_and_the_second_finds_it(database, clock):
    first, second = person(database, clock), person(database, clock)

    with database.reading() as session:
        tenant = people.personal_tenant(session, first.id)
        membership = session.exec(select(Membership)).one()
    assert first.id == second.id
    assert (tenant.kind, membership.role, first.ui_language) == (TenantKind.PERSONAL, Role.ADMIN, "th")


def test_a_link_signs_in_once_and_looking_at_it_does_not_use_it_up(database, clock):
    user = person(database, clock)
    with database.transaction() as session:
        token = signin.make_link(session, KEY, user.id, clock())
        assert signin.read_link(session, KEY, token, clock()).id == user.id
        assert signin.use_link(session, KEY, token, clock()).id == user.id
        assert signin.use_link(session, KEY, token, clock()) is None


@pytest.mark.parametrize("token", ["", ".", "nothing", "a.b.c", "\x00"])
def test_a_made_up_link_signs_nobody_in(database, clock, token):
    with database.transaction() as session:
        assert signin.use_link(session, KEY, token, clock()) is None


def test_a_link_is_short_lived(database, clock):
    user = person(database, clock)
    with database.transaction() as session:
        token = signin.make_link(session, KEY, user.id, clock())
    clock.forward(minutes=15)

    with database.transaction() as session:
        assert signin.use_link(session, KEY, token, clock()) is None


def test_a_code_cannot_be_used_as_a_link(database, clock):
    code = code_for(database, clock)
    with database.transaction() as session:
        row = session.exec(select(LoginCode)).one()

        assert signin.use_link(session, KEY, f"{row.id}.{code}", clock()) is None


def open_login(database, clock, former=None):
    user = person(database, clock)
    with database.transaction() as session:
        return signin.open_login(session, user, former, clock())


def present(database, clock, token):
    with database.reading() as session:
        return signin.recognise(session, token, clock())


def test_only_the_hash_of_a_login_s_token_is_kept(database, clock):
    token = open_login(database, clock)

    with database.reading() as session:
        assert token not in session.exec(select(Login)).one().model_dump_json()
    assert present(database, clock, token).user.email == MEI.text


def test_signing_in_again_ends_the_login_the_browser_held(database, clock):
    first = open_login(database, clock)
    second = open_login(database, clock, present(database, clock, first).login)

    assert present(database, clock, first) is None
    assert present(database, clock, second)


def test_a_login_ends_after_thirty_days_without_use(database, clock):
    token = open_login(database, clock)
    clock.forward(days=29)
    held = present(database, clock, token)
    assert signin.is_due(held.login, clock())
    with database.transaction() as session:
        signin.touch(session, held.login.id, clock())
    clock.forward(days=29)
    assert present(database, clock, token)

    clock.forward(days=2)
    assert present(database, clock, token) is None


def test_signing_out_everywhere_ends_every_login(database, clock):
    tokens = [open_login(database, clock), open_login(database, clock)]
    held = present(database, clock, tokens[0])
    with database.transaction() as session:
        signin.end_all(session, held.user.id, clock())

    assert [present(database, clock, token) for token in tokens] == [None, None]


def test_somebody_who_left_the_tenant_is_out_at_once(database, clock):
    token = open_login(database, clock)
    held = present(database, clock, token)
    with database.transaction() as session:
        session.delete(session.exec(select(Membership)).one())

    assert present(database, clock, token) is None
    with database.reading() as session:
        assert not signin.is_alive(session, held.login.id, clock() + timedelta(seconds=1))
