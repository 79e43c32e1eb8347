"""Two languages side by side in the cards: which is shown, what is left to write in it, what has grown old."""

import re

import pytest

from tests.webapp.views.test_editor import Editor
from webapp.services import projects
from webapp.services.projects import Wishes

ZH = "夏天的水壶。\n\n早上装满。"


@pytest.fixture
def editor(signed_in, database, clock):
    with database.transaction() as session:
        project = projects.start(session, signed_in.tenant, Wishes(language="zh", presenter="mei", script=ZH), clock())
    return Editor(signed_in, project.id, database)


def second(editor, scene, words, **how):
    block = editor.document().scenes[scene].blocks[0].id
    return editor.edit({"kind": "splice-text", "block": block, "language": "en", "at": 0, "insert": words} | how)


def cards(editor, wish=""):
    return editor.client.get(f"{editor.path}/parts?what=scenes", headers={"X-Beside": wish} if wish else {}).text


def left(html):
    """What the page says is left to do: passages without words, and with old ones."""
    found = (re.search(rf"{words}: (\d+)", html) for words in ("Not written yet", "Changed since"))
    return tuple(int(match[1]) if match else 0 for match in found)


def test_a_second_language_stands_under_the_first_when_it_is_wished(editor):
    assert 'data-language="en"' not in cards(editor)
    html = cards(editor, "en")
    assert html.count('data-language="en"') == 2
    assert left(html) == (2, 0)
    assert 'id="voice-' in html
    assert re.search(r'data-edit="[\w-]+:voices.en"', html)


def test_thai_is_written_below_the_captions_and_has_no_voice(editor):
    assert '<option value="th">Thai</option>' in cards(editor)
    second(editor, 0, "กระติกสำหรับฤดูร้อน", language="th")
    editor.edit({"kind": "set-field", "target": "document", "field": "captions.second_language", "value": "th"})
    html = editor.page()
    assert html.count('<option value="th" selected>Thai</option>') == 2
    assert (html.count('data-language="th"'), left(html)) == (2, (1, 0))
    assert 'voices.th"' not in html


def test_what_is_written_shows_without_a_wish_and_may_be_put_away(editor):
    second(editor, 0, "A bottle for summer.")
    assert left(cards(editor)) == (1, 0)
    assert 'data-language="en"' not in cards(editor, "-")
    assert 'data-language="en"' not in cards(editor, "nonsense-nonsense") or left(cards(editor, "nonsense")) == (1, 0)


def test_words_are_old_once_what_is_said_has_changed_until_they_are_written_or_confirmed(editor):
    second(editor, 0, "A bottle for summer.")
    editor.say("好的", scene=0)
    assert left(cards(editor)) == (1, 1)
    second(editor, 0, "Well. ")
    assert left(cards(editor)) == (1, 0)

    editor.say("那么", scene=0)
    html = cards(editor)
    field, name = re.search(r'data-sets="[\w-]+:(texts\.en\.of)" data-value=\'"([0-9a-f]+)"\'', html).groups()
    block = editor.document().scenes[0].blocks[0].id
    assert editor.edit({"kind": "set-field", "target": block, "field": field, "value": name}).status_code == 200
    assert left(cards(editor)) == (1, 0)


def test_undo_brings_back_that_words_were_old(editor):
    second(editor, 0, "A bottle.")
    editor.say("好的", scene=0)
    second(editor, 0, "Well. ")
    editor.do("undo")
    assert left(cards(editor)) == (1, 1)


def test_each_language_has_its_voice_and_the_captions_show_the_second(editor):
    second(editor, 0, "A bottle for summer.")
    block = editor.document().scenes[0].blocks[0].id
    editor.edit({"kind": "set-field", "target": block, "field": "voices.en", "value": "bf_emma"})
    editor.edit({"kind": "set-field", "target": "document", "field": "captions.second_language", "value": "en"})
    assert editor.document().scenes[0].blocks[0].voices["en"] == "bf_emma"
    assert "A bottle for summer." in editor.client.get(f"{editor.path}/captions.srt").text


def test_a_caption_is_changed_while_somebody_types_in_its_words(editor):
    block, base = editor.document().scenes[0].blocks[0].id, editor.revision()
    editor.say("好", scene=0)
    answer = editor.client.post(f"{editor.path}/blocks/{block}/captions/0/hide", data={"base": base, "id": "late"})
    assert answer.status_code == 200
