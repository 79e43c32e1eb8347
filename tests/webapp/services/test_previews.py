"""Preview sessions on a real frames server: slots, places in line, generations, what is said and shown."""

import pytest

from render.timeline.manifest import LinkManifest, SpokenBlock
from render.timeline.spoken import SpokenTimes
from webapp.services import previews
from webapp.services.preview_wire import Frame, FrameHead
from webapp.services.previews import Previews

SLOTS = 2


@pytest.fixture
def there(queue_url: str) -> Previews:
    previews.at.cache_clear()
    return Previews(previews.at(queue_url, SLOTS).client, SLOTS)


def opened(there: Previews, count: int, project: str = "p1", tenant: str = "t1") -> list[str]:
    return [there.open(project, tenant, "zh", "login", "web", short_side_px=360) for _ in range(count)]


def test_those_who_came_first_have_the_slots_and_the_others_know_their_place(there: Previews) -> None:
    first, second, third, fourth = opened(there, 4)

    assert there.places() == {first: 0, second: 0, third: 1, fourth: 2}


def test_a_tenant_with_many_tabs_keeps_nobody_else_waiting(there: Previews) -> None:
    first, second, third = opened(there, 3)
    (other,) = opened(there, 1, "p2", "t2")
    (last,) = opened(there, 1, "p3", "t3")

    assert there.places() == {first: 0, other: 0, last: 1, second: 2, third: 3}
    there.close(first)
    assert there.places() == {second: 0, other: 0, last: 1, third: 2}


def test_a_slot_that_is_given_back_goes_to_the_next_in_line(there: Previews) -> None:
    first, second, third, fourth = opened(there, 4)

    there.close(first)

    assert there.places() == {second: 0, third: 0, fourth: 1}
    assert there.record(first) is None


def test_a_tab_that_is_gone_without_a_word_leaves_the_line(there: Previews) -> None:
    first, second, third = opened(there, 3)
    there.client.delete(f"preview:{first}")

    assert there.places() == {second: 0, third: 0}
    assert there.renew([first, second]) == [False, True]


def test_a_worker_of_an_earlier_generation_hears_that_it_is_over(there: Previews) -> None:
    (session,) = opened(there, 1)
    first = there.begin(session)
    assert there.beat(session, first) is not None
    assert there.alive([session]) == [first]

    second = there.begin(session)

    assert there.beat(session, first) is None
    assert there.beat(session, second) is not None
    assert there.alive([session, "0" * 32]) == [second, 0]


def test_a_tab_that_comes_back_on_a_new_socket_keeps_its_session_and_nobody_else_gets_it(there: Previews) -> None:
    (session,) = opened(there, 1)

    assert not there.adopt(session, "p1", "another login", "web2")
    assert not there.adopt(session, "p2", "login", "web2")
    assert not there.adopt("0" * 32, "p1", "login", "web2")
    assert there.adopt(session, "p1", "login", "web2")
    record = there.record(session)
    assert record is not None
    assert (record.owner, record.language, record.short_side_px) == ("web2", "zh", 360)


def test_a_worker_hears_all_that_was_said_at_once_and_waits_no_longer_than_it_wants(there: Previews) -> None:
    (session,) = opened(there, 1)
    there.say(session, {"type": "seek", "ticks": 1})
    there.say(session, {"type": "seek", "ticks": 2}, {"type": "stop", "ticks": 2})

    assert [message["type"] for message in there.hear(session, 1.0)] == ["seek", "seek", "stop"]
    assert there.hear(session, 0.01) == []
    assert there.hear(session, 0.0) == []


def test_everybody_who_shows_a_project_is_told_of_a_revision(there: Previews, queue_url: str) -> None:
    one, two = opened(there, 2)
    (other,) = opened(there, 1, "p2")

    previews.tell_revision(queue_url, "p1", 7)
    previews.tell_revision("", "p2", 7)

    assert [there.hear(session, 0.0) for session in (one, two, other)] == [[{"type": "revision", "revision": 7}]] * 2 + [[]]


def test_a_revision_is_told_to_nobody_while_the_server_is_away() -> None:
    previews.tell_revision("redis://127.0.0.1:1/0", "p1", 7)


def test_a_frame_goes_to_the_process_that_holds_its_tab_and_is_kept_nowhere(there: Previews) -> None:
    (session,) = opened(there, 1)
    head = FrameHead(session, 1, 0, "00" * 8, 5, 1, 2, 2)
    with there.client.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(previews.channel("web"))
        heard.get_message(timeout=10)
        keys = there.client.dbsize()

        there.show("web", head, b"picture")
        note = heard.get_message(timeout=10)

    assert note is not None
    assert Frame.read(note["data"].removeprefix(previews.FRAME_NOTE)) == Frame(head, head.pack() + b"picture")
    assert there.client.dbsize() == keys


def test_what_was_voiced_and_how_long_everything_takes_has_a_name() -> None:
    def named(digest: str, duration: int) -> str:
        return previews.manifest_name(LinkManifest("zh", {"b1": SpokenBlock("b1", digest, SpokenTimes(duration))}))

    assert named("d", 5) == named("d", 5)
    assert len({named("d", 5), named("e", 5), named("d", 6), named("", 5)}) == 4
    assert len(bytes.fromhex(named("d", 5))) == 8


def test_a_piece_of_sound_is_found_through_its_own_project_only() -> None:
    assert previews.sound_name("p1", "a" * 64) != previews.sound_name("p2", "a" * 64)
