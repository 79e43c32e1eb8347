"""A sentence is said in vain when its words were written anew, or when nobody hears it while somebody waits."""

import pytest
from redis import Redis

from render.timeline.edits import SpliceText
from tests.exporting import keep, small_document
from webapp.models.columns import new_id
from webapp.services import editing, voices
from webapp.services.attention import Attention
from webapp.services.editing import Seat, Sent
from webapp.services.previews import Previews
from webapp.services.voices import For, Wish


@pytest.fixture
def there(queue_url):
    return Previews(Redis.from_url(queue_url), 3)


@pytest.fixture
def project(database, signed_in):
    return keep(database, signed_in.tenant, small_document("早上好。", "晚上好。"))


@pytest.fixture
def asked(there, queue_url, database, signed_in, clock, project):
    """The project's preview asks for its words; gives their digests."""

    def ask():
        with database.transaction() as session:
            words = voices.unvoiced(session, signed_in.tenant, project.id, clock())
        voices.ask(there.client, project.id, words, queue_url=queue_url)
        return words

    return ask


@pytest.fixture
def write(database, signed_in, clock, project):
    """Somebody edits."""

    def edited(edit):
        with database.transaction() as session:
            project_now = session.get(type(project), project.id)
            sent = Sent(new_id(), project_now.revision, edit)
            editing.submit(session, Seat(signed_in.tenant, signed_in.user, project.id, clock()), sent)

    return edited


def attention(there, database, project, digest, audience):
    return Attention(there, database.reading, Wish(digest, project.id, audience))


def test_words_written_anew_are_said_in_vain(there, database, project, asked, write):
    first, second = asked()
    heard, other = (attention(there, database, project, digest, For.WATCHER) for digest in (first, second))
    assert not heard.in_vain()

    write(SpliceText(block="b0", language="zh", at=0, delete=0, insert="大家"))
    assert not heard.in_vain()
    asked()

    assert heard.in_vain()
    assert not other.in_vain()


def test_words_that_stand_elsewhere_now_are_not(there, database, project, asked, write):
    first, _ = asked()
    heard = attention(there, database, project, first, For.WATCHER)
    write(SpliceText(block="b0", language="zh", at=0, delete=0, insert="大家"))
    write(SpliceText(block="b1", language="zh", at=0, delete=4, insert="早上好。"))
    asked()

    assert not heard.in_vain()


def test_what_nobody_hears_gives_way_to_who_waits_for_a_first_sentence(there, database, queue_url, project, asked):
    first, _ = asked()
    left = [attention(there, database, project, first, audience) for audience in (For.NOBODY, For.OTHERS)]
    assert not any(one.in_vain() for one in left)

    there.open("watched", "tenant", "zh", "login", "web", short_side_px=540)
    voices.ask(there.client, "watched", ["a" * 64, "b" * 64], queue_url=queue_url)
    assert [one.in_vain() for one in left] == [True, False]
    next(voices.wishes(there, Wish("a" * 64, "watched"), wished=True))

    assert not left[0].in_vain()


def test_nothing_is_in_vain_without_servers(database, project):
    nowhere = Previews(Redis.from_url("redis://127.0.0.1:1/0"), 1)

    assert not any(attention(nowhere, database, project, "a" * 64, audience).in_vain() for audience in For)
