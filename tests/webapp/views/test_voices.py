"""The page of voices: hear one, keep it at the front, say words in a way of one's own."""

import pytest

from render.presets.voices import VOICES
from render.timeline.spoken import SpokenTimes
from render.timeline.voicing import speech_digest, times_to_json
from webapp.models.speech import Voiced
from webapp.services import artefacts, linking, projects, voice_samples

SAMPLE = voice_samples.of_voice("zf_xiaoxiao")
DIGEST = speech_digest(SAMPLE)
ADDRESS = "/voices/zf_xiaoxiao/sample.wav"


@pytest.fixture
def rung(monkeypatch):
    """The digests that the bell was rung for."""
    heard = []
    monkeypatch.setattr(linking, "ask", lambda digests, _project, **_: heard.extend(digests))
    return heard


def voice(database, settings, clock, sound=b"RIFF"):
    """What the speech worker does."""
    target = artefacts.place(settings.artefacts, DIGEST, "wav")
    with artefacts.publishing(target) as wav:
        wav.write_bytes(sound)
    with database.transaction() as session:
        linking.voiced(session, DIGEST, times_to_json(SpokenTimes(240_000)), len(sound), clock())
    return target


def test_every_voice_is_on_the_page_in_the_readers_words(signed_in):
    page = signed_in.client.get("/voices?", headers={"Accept-Language": "en"}).text
    assert all(f"/voices/{voice.id}/sample.wav" in page for voice in VOICES)
    assert "Xiaoxiao" in page


def test_a_sample_is_voiced_when_it_is_first_asked_for_and_kept(signed_in, database, settings, clock, rung):
    assert signed_in.client.get(ADDRESS).status_code == 202
    assert rung == [DIGEST]
    voice(database, settings, clock)
    with signed_in.client.get(ADDRESS) as answer:
        assert (answer.status_code, answer.data, answer.mimetype) == (200, b"RIFF", "audio/wav")
    assert rung == [DIGEST]


def test_a_sample_whose_file_has_gone_is_voiced_again(signed_in, database, settings, clock, rung):
    signed_in.client.get(ADDRESS)
    voice(database, settings, clock).unlink()
    assert signed_in.client.get(ADDRESS).status_code == 202
    with database.reading() as session:
        assert linking.wanted(session, DIGEST) == SAMPLE


def test_what_can_never_be_said_is_not_waited_for(signed_in, database, clock, rung):
    with database.transaction() as session:
        session.add(Voiced(digest=DIGEST, refused="nothing-to-say", created_at=clock(), used_at=clock()))
    assert signed_in.client.get(ADDRESS).status_code == 422
    assert rung == []


def test_an_unknown_voice_has_no_sample_and_is_no_favourite(signed_in):
    assert signed_in.client.get("/voices/nobody/sample.wav").status_code == 404
    assert signed_in.client.post("/voices/nobody/favourite").status_code == 404


def test_favourites_come_first_here_and_in_the_editor(signed_in, stranger, database, clock):
    signed_in.client.post("/voices/zm_yunxia/favourite")
    page = signed_in.client.get("/voices").text
    assert page.index("voice-zm_yunxia") < page.index("voice-zf_xiaoxiao")
    with database.transaction() as session:
        wishes = projects.Wishes(language="zh", presenter="mei", script="你好，世界。")
        project = projects.start(session, signed_in.tenant, wishes, clock())
    editor = signed_in.client.get(f"/projects/{project.id}/edit").text
    assert editor.index('value="zm_yunxia"') < editor.index('value="zf_xiaoxiao"')
    assert "/voices/{id}/sample.wav" in editor

    other = stranger.client.get("/voices").text
    assert other.index("voice-zm_yunxia") > other.index("voice-zf_xiaoxiao")


def test_a_heart_is_turned_back_by_a_second_press(signed_in):
    pressed = [signed_in.client.post("/voices/zm_yunxi/favourite", headers={"HX-Request": "true"}).text for _ in range(2)]
    assert 'aria-pressed="true"' in pressed[0]
    assert 'aria-pressed="false"' in pressed[1]


def test_a_word_is_kept_heard_and_removed(signed_in, stranger, rung):
    answer = signed_in.client.post("/voices/lexicon", data={"language": "zh", "written": "乐高", "said": "le4 gao1"}, follow_redirects=True)
    assert "le4 gao1" in answer.text
    address = answer.text.split('action="/voices/lexicon/')[1].split("/remove")[0]
    assert signed_in.client.get(f"/voices/lexicon/{address}/sample.wav").status_code == 202
    assert len(rung) == 1
    assert stranger.client.get(f"/voices/lexicon/{address}/sample.wav").status_code == 404
    assert stranger.client.post(f"/voices/lexicon/{address}/remove").status_code == 404
    page = signed_in.client.post(f"/voices/lexicon/{address}/remove", follow_redirects=True).text
    assert "le4 gao1" not in page


def test_a_word_that_cannot_be_kept_is_told_at_its_field(signed_in):
    answer = signed_in.client.post("/voices/lexicon", data={"language": "en", "written": "<b>", "said": "?"})
    assert answer.status_code == 422
    assert "Write how the word is said" in answer.text
    assert "&lt;b&gt;" in answer.text
