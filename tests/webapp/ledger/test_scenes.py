"""What a film costs, how amounts are told, and the chain."""

import pytest

from webapp.ledger import chain
from webapp.ledger.kinds import Kind, told
from webapp.ledger.scenes import Scene, bill

SCENES = [Scene("a", 7_000), Scene("b", 5_000), Scene("a", 7_000), Scene("c", 9_000)]


def test_a_scene_is_charged_once():
    assert bill(SCENES, []).milliseconds == 21_000


def test_what_was_paid_for_is_not_charged_again():
    owed = bill(SCENES, ["b", "z"])

    assert ([scene.key for scene in owed.charged], owed.scenes, owed.milliseconds) == (["a", "c"], 4, 16_000)
    assert bill(SCENES, "abc").milliseconds == 0


@pytest.mark.parametrize(
    ("kind", "amount", "down", "words"),
    [
        (Kind.VIDEO, 21_000, False, "0:21"),
        (Kind.VIDEO, 20_001, False, "0:21"),
        (Kind.VIDEO, 20_999, True, "0:20"),
        (Kind.LIVE_BASIC, 3_600_000, False, "1:00:00"),
        (Kind.VIP, 12, False, "12"),
    ],
)
def test_amounts_are_told_in_their_unit(kind, amount, down, words):
    assert told(kind, amount, down=down) == words


def test_a_link_changes_with_its_line_and_with_what_came_before():
    assert len({chain.link(before, {"n": n}) for before in (chain.START, "1" * 64) for n in (1, 2)}) == 4
    assert chain.link(chain.START, {"a": 1, "b": "影"}) == chain.link(chain.START, {"b": "影", "a": 1})
