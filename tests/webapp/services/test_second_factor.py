import pytest
from sqlmodel import select

from tests.conftest import SECRET
from webapp.models.identity import SecondFactor
from webapp.services import audit, second_factor
from webapp.services.second_factor import Answer


@pytest.fixture
def totp(world):
    return world.authenticator("rep")


def prove(world, code):
    user = world.user("rep")
    with world.database.transaction() as session:
        return second_factor.prove(session, SECRET, user.id, code, world.clock())


def test_the_code_of_now_is_right(world, totp):
    assert prove(world, totp.at(world.clock())) is Answer.RIGHT


def test_the_codes_before_and_after_are_right_for_clocks_that_differ(world, totp):
    world.clock.forward(minutes=5)
    assert prove(world, totp.at(world.clock(), counter_offset=-1)) is Answer.RIGHT
    assert prove(world, totp.at(world.clock(), counter_offset=1)) is Answer.RIGHT


@pytest.mark.parametrize("offset", [-2, 2])
def test_older_and_later_codes_are_wrong(world, totp, offset):
    world.clock.forward(minutes=5)

    assert prove(world, totp.at(world.clock(), counter_offset=offset)) is Answer.WRONG


def test_a_code_works_once(world, totp):
    code = totp.at(world.clock())
    prove(world, code)

    assert prove(world, code) is Answer.WRONG


def test_five_wrong_codes_lock_it_for_a_quarter_of_an_hour(world, totp):
    assert [prove(world, "000000") for _ in range(5)] == [Answer.WRONG] * 5
    assert prove(world, totp.at(world.clock())) is Answer.LOCKED
    world.clock.forward(minutes=15)
    assert prove(world, totp.at(world.clock())) is Answer.RIGHT


def test_a_right_code_forgets_the_wrong_ones(world, totp):
    for _ in range(3):
        assert [prove(world, "000000") for _ in range(4)] == [Answer.WRONG] * 4
        assert prove(world, totp.at(world.clock())) is Answer.RIGHT
        world.clock.forward(minutes=1)


def test_a_recovery_code_works_once_however_it_is_typed(world, totp):
    user = world.user("rep")
    with world.database.transaction() as session:
        codes = second_factor.renew_codes(session, SECRET, user.id)

    typed = f"{codes[0][:4].lower()}-{codes[0][4:]} "
    assert prove(world, typed) is Answer.RIGHT
    assert prove(world, typed) is Answer.WRONG
    with world.database.reading() as session:
        assert second_factor.codes_left(session, user.id) == 9


def test_another_persons_recovery_code_is_wrong(world, totp):
    world.authenticator("boss")
    boss = world.user("boss")
    with world.database.transaction() as session:
        codes = second_factor.renew_codes(session, SECRET, boss.id)

    assert prove(world, codes[0]) is Answer.WRONG


def test_the_secret_is_not_in_the_database(world, totp):
    with world.database.reading() as session:
        assert totp.secret not in session.exec(select(SecondFactor)).one().sealed


def test_whoever_has_none_proves_nothing(world):
    assert prove(world, "000000") is Answer.WRONG


def test_forgetting_it_takes_the_recovery_codes_too(world, totp):
    user = world.user("rep")
    with world.database.transaction() as session:
        second_factor.forget(session, audit.SYSTEM, user, world.clock())
        assert second_factor.of(session, user.id) is None
        assert second_factor.codes_left(session, user.id) == 0


def test_a_confirmed_factor_is_not_confirmed_again(world, totp):
    user = world.user("rep")
    with world.database.transaction() as session:
        assert second_factor.confirm(session, SECRET, world.actor_of(user), totp.at(world.clock()), world.clock()) == ()
