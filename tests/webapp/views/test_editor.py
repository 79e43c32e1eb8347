"""The editor by its routes: edits in one order, gestures, undo by person, versions, and odd words as words."""

import dataclasses
import html
import json
import random
import re
from itertools import count

import pytest
from sqlmodel import func, select

from render.timeline import codec
from render.timeline.edits import apply, read_edit
from tests.conftest import Person, sign_in
from tests.webapp.views.test_pages import NOT_WORDS, Words
from tools.translate import pseudo
from webapp import create_app
from webapp.models.identity import Login
from webapp.models.project import EditRecord, Snapshot, Version
from webapp.models.tenant import Membership
from webapp.services import documents, projects
from webapp.views.exchange import BODY_BYTES_MAX

ODD_WORDS = [
    "50% off",
    "{{ 7*7 }}",
    "<script>alert(1)</script>",
    "Wow 👩‍👩‍👧!",
    "مرحبا עברית",
    "\n\nline",
    "</textarea><b>",
    'it\'s "5:30" & more',
    "e\u0301 ﷽",
]


class Editor:
    """Somebody's browser at one project."""

    def __init__(self, person: Person, project_id: str, database, ids=None):
        self.client, self.user, self.tenant, self.database = person.client, person.user, person.tenant, database
        self.path, self.id = f"/projects/{project_id}", project_id
        self.ids = ids or (f"id{number}" for number in count())

    def edit(self, edit, *, base=None, edit_id=""):
        base = self.revision() if base is None else base
        data = {"id": edit_id or next(self.ids), "base": base, "edit": edit if isinstance(edit, str) else json.dumps(edit)}
        return self.client.post(f"{self.path}/edits", data=data)

    def do(self, what, *, key="", **form):
        form = {"base": self.revision(), **form}
        return self.client.post(f"{self.path}/{what}", data=form, headers={"Idempotency-Key": key or next(self.ids)})

    def say(self, words, *, at=0, delete=0, scene=0, **how):
        block = self.document().scenes[scene].blocks[0].id
        return self.edit({"kind": "splice-text", "block": block, "language": "zh", "at": at, "delete": delete, "insert": words}, **how)

    def page(self):
        return self.client.get(f"{self.path}/edit").text

    def document(self):
        with self.database.reading() as session:
            return documents.current(session, self.tenant, self.id).document

    def revision(self):
        with self.database.reading() as session:
            return projects.find(session, self.tenant, self.id).revision

    def texts(self):
        return [scene.blocks[0].texts["zh"].text for scene in self.document().scenes]


def colleague(app, database, clock, tenant, email):
    """Somebody else who acts for the same tenant."""
    person = sign_in(app, database, clock, email)
    with database.transaction() as session:
        session.add(Membership(tenant_id=tenant.id, user_id=person.user.id))
        session.exec(select(Login).where(Login.user_id == person.user.id)).one().tenant_id = tenant.id
    return Person(person.client, person.user, tenant)


@pytest.fixture
def project(signed_in, database, clock):
    with database.transaction() as session:
        wishes = projects.Wishes(title="Cup", language="zh", presenter="mei", script="你好。早上好。\n\n再见。")
        return projects.start(session, signed_in.tenant, wishes, clock())


@pytest.fixture
def mei(signed_in, project, database):
    return Editor(signed_in, project.id, database)


@pytest.fixture
def anna(app, database, clock, mei):
    return Editor(colleague(app, database, clock, mei.tenant, "anna@example.com"), mei.id, database, mei.ids)


def areas(text):
    """The words in the text areas of some HTML, as a browser reads them."""
    found = re.findall(r"<textarea[^>]*data-block[^>]*>\n(.*?)</textarea>", text, re.DOTALL)
    return [html.unescape(words) for words in found]


def test_the_page_shows_every_scene_with_its_words_and_length(mei):
    page = mei.page()

    assert areas(page) == ["你好。早上好。", "再见。"]
    assert page.count('class="scene card"') == 2
    assert re.search(r"≈ \d:\d\d\.\d", page)
    assert 'data-revision="0"' in page


def test_an_empty_project_says_what_to_do(mei):
    for scene in mei.document().scenes:
        mei.edit({"kind": "remove-item", "id": scene.id})

    assert "An empty stage" in mei.page()
    mei.do("scenes", after="")
    assert len(mei.document().scenes) == 1


def test_an_accepted_edit_answers_with_the_changed_scene_and_the_revision(mei):
    answer = mei.say("嗨，")

    assert (answer.status_code, answer.headers["X-Revision"]) == (200, "1")
    assert areas(answer.text) == ["嗨，你好。早上好。"]
    scene = mei.document().scenes[0].id
    assert json.loads(answer.headers["HX-Trigger"]) == {"saved": {"revision": 1, "changed": [f"scene:{scene}"]}}


def test_an_edit_sent_twice_is_done_once_and_answered_alike(mei):
    first, again = mei.say("嗨，", edit_id="same"), mei.say("嗨，", base=0, edit_id="same")

    assert (first.status_code, first.headers["X-Revision"]) == (again.status_code, again.headers["X-Revision"]) == (200, "1")
    assert areas(first.text) == areas(again.text)
    assert mei.texts()[0] == "嗨，你好。早上好。"


@pytest.mark.parametrize("what", ["scenes", "scenes/{0}/duplicate", "scenes/{0}/titles", "scenes/{0}/merge"])
def test_a_gesture_sent_twice_is_done_once(mei, what):
    address = what.format(mei.document().scenes[0].id)
    mei.do(address, key="same", base=0, after="")
    once = mei.document()

    assert mei.do(address, key="same", base=0, after="").status_code == 200
    assert mei.document() == once
    assert mei.revision() == 1


def test_undo_sent_twice_is_done_once(mei):
    mei.say("一")
    mei.say("二")
    mei.do("undo", key="same")
    mei.do("undo", key="same")

    assert mei.texts()[0] == "一你好。早上好。"


def test_what_somebody_deleted_meanwhile_is_a_conflict_in_words(mei, anna):
    anna.edit({"kind": "remove-item", "id": anna.document().scenes[0].id})
    block = "block-1"
    answer = mei.edit({"kind": "splice-text", "block": block, "language": "zh", "at": 0, "insert": "x"}, base=0)

    assert answer.status_code == 409
    assert "Somebody else has deleted" in answer.text


def test_each_takes_back_her_own(mei, anna):
    mei.say("嗨，")
    anna.edit({"kind": "set-field", "target": "document", "field": "title", "value": "Anna's"})
    mei.do("undo")

    assert (mei.texts()[0], mei.document().title) == ("你好。早上好。", "Anna's")
    mei.edit({"kind": "set-field", "target": "document", "field": "title", "value": "Mei's"})
    refused = anna.do("undo")
    assert refused.status_code == 409
    assert "mei" in refused.text


@pytest.mark.parametrize(
    "edit",
    [
        "",
        "{",
        "null",
        "[]",
        '{"kind":"explode"}',
        '{"kind":"set-field","target":"document","field":"scenes","value":[]}',
        '{"kind":"set-field","target":"document","field":"title","value":7}',
        '{"kind":"splice-text","block":"block-1","language":"zh","at":999,"insert":"x"}',
        '{"kind":"splice-text","block":"block-1","language":"zh","at":0,"insert":"\\u0000"}',
        '{"kind":"splice-text","block":"block-1","language":"zh","at":0,"insert":"\\ud800"}',
        "[" * 5000,
    ],
)
def test_an_edit_that_cannot_be_is_refused_in_words_and_leaves_nothing(mei, edit):
    before = mei.document()
    answer = mei.edit(edit)

    assert answer.status_code == 422, answer.text
    assert mei.document() == before
    assert mei.revision() == 0


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": "x"},
        {"id": "x y", "base": 0, "edit": "{}"},
        {"id": "x", "base": "-1", "edit": "{}"},
        {"id": "x", "base": "9" * 40, "edit": "{}"},
    ],
)
def test_an_edit_without_its_name_or_base_is_refused(mei, data):
    assert mei.client.post(f"{mei.path}/edits", data=data).status_code == 422


def test_more_than_a_mebibyte_is_too_much(mei):
    assert mei.edit("x" * BODY_BYTES_MAX).status_code == 413
    assert mei.revision() == 0


def test_a_document_never_grows_beyond_what_can_be_read_again(mei, monkeypatch):
    monkeypatch.setattr(codec, "SIZE_MAX_BYTES", len(codec.write(mei.document())) + 400)
    answer = mei.say("水" * 300)

    assert answer.status_code == 422
    assert "grown too large" in answer.text
    assert mei.say("水").status_code == 200


@pytest.mark.parametrize("words", ODD_WORDS)
def test_odd_words_come_back_as_they_are(mei, words):
    mei.say(words, delete=7)
    mei.edit({"kind": "set-field", "target": mei.document().scenes[0].id, "field": "name", "value": words})
    mei.edit({"kind": "set-field", "target": "document", "field": "title", "value": words})

    assert areas(mei.page())[0] == words
    assert f'value="{html.escape(words).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}"' in mei.page()
    assert areas(mei.client.get(f"{mei.path}/parts?what=scenes").text)[0] == words


def test_another_tenant_sees_and_changes_nothing(mei, stranger, database):
    foreign = Editor(stranger, mei.id, database)
    assert foreign.client.get(f"{mei.path}/edit").status_code == 404
    assert foreign.client.get(f"{mei.path}/parts?what=scenes").status_code == 404
    assert foreign.client.post(f"{mei.path}/edits", data={"id": "x", "base": 0, "edit": "{}"}).status_code == 404
    assert foreign.client.post(f"{mei.path}/undo", headers={"Idempotency-Key": "x"}).status_code == 404


def test_parts_are_fetched_by_name(mei):
    one, two = mei.document().scenes
    text = mei.client.get(f"{mei.path}/parts", query_string={"what": f"scene:{two.id} lengths nonsense"}).text

    assert areas(text) == ["再见。"]
    assert f'id="length-{one.id}"' in text
    assert 'id="settings"' not in text
    assert 'id="settings"' in mei.client.get(f"{mei.path}/parts?what=tracks").text


def test_a_new_scene_is_cast_as_the_one_before_it(mei):
    mei.do("scenes", after=mei.document().scenes[0].id)
    first, new, _ = mei.document().scenes

    assert new.blocks[0].voices == first.blocks[0].voices
    assert new.layers[0].content == first.layers[0].content
    assert new.blocks[0].texts["zh"].text == ""


def test_a_scene_is_parted_and_the_rest_of_its_words_goes_on(mei):
    mei.do("scenes/scene-1/split", block="block-1", language="zh", at=3)
    assert mei.texts() == ["你好。", "早上好。", "再见。"]

    mei.do("undo")
    assert mei.texts() == ["你好。早上好。", "再见。"]


@pytest.mark.parametrize("at", [0, 7, 99])
def test_a_scene_is_not_parted_where_one_half_would_be_silent(mei, at):
    answer = mei.do("scenes/scene-1/split", block="block-1", language="zh", at=at)

    assert answer.status_code == 422
    assert "something to say" in answer.text


def test_words_typed_while_a_scene_is_parted_are_not_lost(mei, anna):
    anna.say("真", at=5)
    mei.do("scenes/scene-1/split", base=0, block="block-1", language="zh", at=3)

    assert sorted("".join(mei.texts())) == sorted("你好。真早上好。再见。")


def test_merged_scenes_hold_the_passages_of_both(mei):
    mei.do("scenes/scene-1/merge")
    (scene,) = mei.document().scenes

    assert [block.id for block in scene.blocks] == ["block-1", "block-2"]
    assert mei.do(f"scenes/{scene.id}/merge").status_code == 422


def test_the_twin_of_a_scene_has_ids_of_its_own(mei):
    mei.do("scenes/scene-1/duplicate")
    one, twin, _ = mei.document().scenes

    assert twin.blocks[0].texts == one.blocks[0].texts
    assert {twin.id, twin.blocks[0].id, twin.layers[0].id}.isdisjoint({one.id, one.blocks[0].id, one.layers[0].id})


def test_presenters_come_and_go_and_serve_all_scenes(mei):
    mei.do("scenes/scene-1/presenter", value="jun")
    mei.do("scenes/scene-1/everywhere")
    assert [scene.layers[0].content.presenter for scene in mei.document().scenes] == ["jun", "jun"]

    mei.do("scenes/scene-2/presenter", value="")
    assert mei.document().scenes[1].layers == ()
    assert mei.do("scenes/scene-2/presenter", value="../../etc").status_code == 422


def test_music_is_chosen_changed_and_silenced(mei):
    assert mei.do("music", value="quiet-water").status_code == 200
    mei.do("music", value="night-signal")
    assert [track.layers[0].content.asset for track in mei.document().tracks] == ["music:night-signal"]

    mei.edit({"kind": "set-field", "target": mei.document().tracks[0].id, "field": "locked", "value": True})
    assert mei.do("music", value="").status_code == 409
    assert mei.do("music", value="thunder").status_code == 422


def test_a_version_is_named_listed_and_gone_back_to(mei, database):
    assert mei.client.post(f"{mei.path}/versions", data={"name": "  "}).status_code == 422
    wanted = mei.document()
    named = mei.client.post(f"{mei.path}/versions", data={"name": "<First>"})
    assert named.status_code == 201
    assert "&lt;First&gt;" in named.text
    mei.say("嗨，")
    mei.do("scenes/scene-1/duplicate")
    mei.do("music", value="quiet-water")
    mei.edit({"kind": "set-field", "target": mei.document().tracks[0].id, "field": "locked", "value": True})
    square = {"id": "square", "canvas": {"width_px": 1080, "height_px": 1080}}
    mei.edit({"kind": "insert-item", "parent": "document", "collection": "variants", "item": square})
    later = mei.document()
    with database.reading() as session:
        version = session.exec(select(Version)).one()

    assert mei.client.post(f"{mei.path}/versions/{version.id}/restore", headers={"Idempotency-Key": "back"}).status_code == 200
    assert mei.document() == wanted
    assert (len(later.variants), len(wanted.variants)) == (1, 0)
    mei.do("undo")
    assert mei.document() == later


def test_a_version_keeps_its_whole_document(mei, database):
    mei.say("嗨，")
    mei.client.post(f"{mei.path}/versions", data={"name": "One"})
    mei.client.post(f"{mei.path}/versions", data={"name": "The same"})

    with database.reading() as session:
        assert session.exec(select(Snapshot.revision).order_by(Snapshot.revision)).all() == [0, 1]


def test_another_title_in_the_list_is_an_edit(mei, database):
    mei.client.post(f"{mei.path}/title", data={"title": "  New   name "})
    with database.reading() as session:
        row = projects.find(session, mei.tenant, mei.id)

    assert (row.title, mei.document().title, row.revision) == ("New name", "New name", 1)
    mei.do("undo")
    assert mei.document().title == "Cup"


def test_random_edits_of_two_people_converge_and_the_log_replays(mei, anna, database):
    dice, bases = random.Random(5), {"mei": 0, "anna": 0}
    people, kept = {"mei": mei, "anna": anna}, ""
    for number in range(60):
        name = dice.choice(list(people))
        person, now = people[name], mei.revision()
        bases[name] = dice.randint(max(bases[name], now - 3), now)
        with database.reading() as session:
            seen = documents.at_revision(session, projects.find(session, mei.tenant, mei.id), bases[name])
        chance, scene = dice.random(), dice.choice(seen.scenes)
        if chance < 0.6:
            text, word = seen.scenes[0].blocks[0].texts["zh"].text, f"<{number}>"
            splice = {"kind": "splice-text", "block": "block-1", "language": "zh", "at": dice.randint(0, len(text)), "insert": word}
            assert person.edit(splice, base=bases[name]).status_code == 200
            kept += word
        elif chance < 0.8:
            field = {"kind": "set-field", "target": scene.id, "field": "background.colour", "value": f"#{dice.randrange(2**24):06x}"}
            assert person.edit(field, base=bases[name]).status_code == 200
        else:
            after = dice.choice(["", *(other.id for other in seen.scenes if other is not scene)])
            move = {"kind": "move-item", "id": scene.id, "parent": "document", "after": after}
            assert person.edit(move, base=bases[name]).status_code == 200

    with database.reading() as session:
        replayed = codec.read(session.exec(select(Snapshot).where(Snapshot.revision == 0)).one().document)
        for record in session.exec(select(EditRecord).order_by(EditRecord.revision)):
            replayed = apply(replayed, read_edit(record.edit)).document
        assert session.exec(select(func.count()).select_from(EditRecord)).one() == 60
    assert mei.document() == replayed
    first = next(scene for scene in replayed.scenes if scene.id == "scene-1")
    assert sorted(first.blocks[0].texts["zh"].text) == sorted("你好。早上好。" + kept)
    assert sorted(areas(mei.page())) == sorted(areas(anna.page()))


def test_the_page_has_nothing_inline(mei):
    mei.do("scenes/scene-1/titles")
    mei.do("music", value="quiet-water")

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals='js", mei.page())


def test_every_word_of_the_editor_comes_from_a_catalogue(settings, clock, tmp_path, mei):
    mei.do("scenes/scene-1/titles")
    mei.do("music", value="quiet-water")
    mei.client.post(f"{mei.path}/versions", data={"name": "7"})
    pseudo(tmp_path / "words")
    marked = create_app(dataclasses.replace(settings, translations=tmp_path / "words"), clock).test_client()
    name = f"piying_login_{settings.cookie_suffix}"
    marked.set_cookie(name, mei.client.get_cookie(name).value)
    words = Words()
    for path in ("edit", "versions", "parts?what=scenes+settings"):
        words.feed(marked.get(f"{mei.path}/{path}", headers={"Accept-Language": "en"}).text)

    own = {"Cup", "你好。早上好。", "再见。", "mei", "mei ·"}
    assert [text for text in words.found if not {"⟦", "⟧"} & set(text) and text not in own and not NOT_WORDS.fullmatch(text)] == []


def test_a_title_of_two_lines_stands_in_the_page_as_it_is(mei):
    scene = mei.document().scenes[0]
    layer = {"id": "twolines", "lane": 9, "content": {"kind": "text", "texts": {"zh": "\n出门一天\n水还是冰的"}}}
    mei.edit({"kind": "insert-item", "parent": scene.id, "collection": "layers", "after": "", "item": layer})

    assert ">\n\n出门一天\n水还是冰的</textarea>" in mei.page()


def test_a_version_tells_what_has_changed_since_in_the_readers_words(mei):
    mei.client.post(f"{mei.path}/versions", data={"name": "First"})
    with mei.database.reading() as session:
        version = session.exec(select(Version)).one()
    changes = f"{mei.path}/versions/{version.id}/changes"
    assert "Nothing has changed since." in mei.client.get(changes).text
    mei.say("嗨，<b>")
    mei.edit({"kind": "set-field", "target": "document", "field": "title", "value": "Mug"})
    told = html.unescape(mei.client.get(changes).text)

    assert "The title of the video" in told
    assert "Scene 1: the words, from “你好。早上好。” to “嗨，<b>你好。早上好。”" in told
    assert "<b>" not in mei.client.get(changes).text


def test_what_changed_since_a_version_of_somewhere_else_is_not_found(mei):
    assert mei.client.get(f"{mei.path}/versions/{'0' * 32}/changes").status_code == 404
