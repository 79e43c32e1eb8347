"""Edits through the service: one order for everybody, nothing lost, nothing done twice, undo by person."""

import random
from dataclasses import replace
from itertools import count

import pytest
from sqlmodel import delete, select

from render.timeline import codec, starters
from render.timeline.document import Block, BlockText, Canvas, Document, Scene
from render.timeline.edits import InsertItem, MoveItem, RemoveItem, SetField, SpliceText, apply, read_edit
from webapp.database import Database
from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.project import EditRecord, Snapshot
from webapp.services import documents, editing, people, projects
from webapp.services.editing import Outcome, Seat, Sent

FIRST_TEXT = "今天聊聊云朵保温杯。"


class Table:
    """Two people at one project, and short ways to let them edit it."""

    def __init__(self, database: Database, seats: dict[str, Seat]) -> None:
        self.database, self.seats = database, seats
        self._ids = (f"edit{number}" for number in count())

    def send(self, who: str, edit: object, *, base: int | None = None, edit_id: str = "") -> Outcome:
        with self.database.transaction() as session:
            project = projects.find(session, self.seats[who].tenant, self.seats[who].project_id)
            sent = Sent(edit_id or next(self._ids), project.revision if base is None else base, edit)
            return editing.submit(session, self.seats[who], sent)

    def undo(self, who: str) -> Outcome:
        with self.database.transaction() as session:
            return editing.undo(session, self.seats[who], next(self._ids))

    def redo(self, who: str) -> Outcome:
        with self.database.transaction() as session:
            return editing.redo(session, self.seats[who], next(self._ids))

    def document(self) -> Document:
        with self.database.reading() as session:
            return documents.current(session, self.seats["mei"].tenant, self.seats["mei"].project_id).document

    def replayed(self) -> Document:
        """The document from its first snapshot and the whole log, without anything kept in memory."""
        with self.database.reading() as session:
            document = codec.read(session.exec(select(Snapshot).where(Snapshot.revision == 0)).one().document)
            for record in session.exec(select(EditRecord).order_by(EditRecord.revision)):
                document = apply(document, read_edit(record.edit)).document
        return document


@pytest.fixture
def table(database: Database, signed_in, stranger, clock) -> Table:
    document = starters.from_script(
        f"{FIRST_TEXT}\n\n保温十二小时。", canvas=Canvas(), language="zh", voice="zf_xiaoyi", presenter="mei", title="Cup"
    )
    with database.transaction() as session:
        project = projects.keep(session, signed_in.tenant, document, clock())
        colleague = people.find_or_open(session, people.Address("email", "anna@example.com"), "en", clock())
    mei = Seat(signed_in.tenant, signed_in.user, project.id, clock())
    return Table(database, {"mei": mei, "anna": replace(mei, user=colleague), "stranger": replace(mei, tenant=stranger.tenant)})


def first_block(document: Document) -> Block:
    return document.scenes[0].blocks[0]


def say(document: Document, at: int, insert: str, delete: int = 0) -> SpliceText:
    return SpliceText(block=first_block(document).id, language="zh", at=at, delete=delete, insert=insert)


def text(document: Document) -> str:
    return first_block(document).texts["zh"].text


def test_an_edit_becomes_the_next_revision_and_names_the_scene_it_changed(table: Table) -> None:
    document = table.document()
    outcome = table.send("mei", say(document, 0, "嗨，"))
    assert (outcome.revision, outcome.changed) == (1, (f"scene:{document.scenes[0].id}",))
    assert text(table.document()) == "嗨，" + FIRST_TEXT


def test_an_edit_sent_twice_is_done_once_and_answered_alike(table: Table) -> None:
    edit = say(table.document(), 0, "嗨，")
    first = table.send("mei", edit, edit_id="same")
    table.send("anna", SetField(target="document", field="title", value="Other"))
    again = table.send("mei", edit, base=0, edit_id="same")
    assert (again.revision, again.changed, again.repeated) == (first.revision, first.changed, True)
    assert text(table.document()) == "嗨，" + FIRST_TEXT


def test_two_people_typing_in_one_text_from_one_revision_both_keep_their_words(table: Table) -> None:
    document = table.document()
    table.send("mei", say(document, 0, "嗨，"), base=0)
    table.send("anna", say(document, len(FIRST_TEXT), "真的。"), base=0)
    assert text(table.document()) == f"嗨，{FIRST_TEXT}真的。"


def test_editing_what_somebody_took_out_meanwhile_comes_back_as_a_conflict(table: Table) -> None:
    document = table.document()
    table.send("anna", RemoveItem(id=document.scenes[0].id), base=0)
    with pytest.raises(Conflict) as refused:
        table.send("mei", say(document, 0, "嗨，"), base=0)
    assert refused.value.code == "target-gone"
    assert len(table.document().scenes) == 1


@pytest.mark.parametrize(
    "edit",
    [
        SetField(target="document", field="no.such.field", value=1),
        SetField(target="document", field="canvas.frame_rate", value=23),
        SpliceText(block="nowhere", language="zh", at=0, insert="x"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_and_leaves_nothing(table: Table, edit: object) -> None:
    with pytest.raises((Invalid, Conflict)):
        table.send("mei", edit)
    assert table.document() == table.replayed()
    with table.database.reading() as session:
        assert session.exec(select(EditRecord)).all() == []


def test_another_tenants_project_is_not_there(table: Table) -> None:
    with pytest.raises(NotFound):
        table.send("stranger", SetField(target="document", field="title", value="Mine"), base=0)


def test_an_id_of_another_project_gives_nothing_away(table: Table, database: Database) -> None:
    table.send("mei", say(table.document(), 0, "嗨，"), edit_id="same")
    seat = table.seats["mei"]
    with database.transaction() as session:
        other = projects.keep(session, seat.tenant, table.document(), seat.now)
    with pytest.raises(NotFound), database.transaction() as session:
        editing.submit(session, replace(seat, project_id=other.id), Sent("same", 0, say(table.document(), 0, "x")))


def test_a_base_that_never_was_is_refused(table: Table) -> None:
    with pytest.raises(Invalid):
        table.send("mei", say(table.document(), 0, "x"), base=7)


def test_undo_takes_back_ones_own_last_edit_and_leaves_the_others(table: Table) -> None:
    table.send("mei", say(table.document(), 0, "嗨，"))
    table.send("anna", SetField(target="document", field="title", value="Anna's"))
    table.undo("mei")
    assert (text(table.document()), table.document().title) == (FIRST_TEXT, "Anna's")


def test_undo_and_redo_walk_back_and_forth(table: Table) -> None:
    for letter in "一二三":
        table.send("mei", say(table.document(), 0, letter))
    seen = [text(table.document())]
    for step in (table.undo, table.undo, table.redo, table.undo, table.undo, table.redo, table.redo, table.redo):
        step("mei")
        seen.append(text(table.document()))
    assert [value.removesuffix(FIRST_TEXT) for value in seen] == ["三二一", "二一", "一", "二一", "一", "", "一", "二一", "三二一"]


def test_nothing_is_left_to_undo_or_to_redo(table: Table) -> None:
    with pytest.raises(Conflict, match="nothing-to-undo"):
        table.undo("mei")
    table.send("mei", say(table.document(), 0, "x"))
    with pytest.raises(Conflict, match="nothing-to-redo"):
        table.redo("mei")
    with table.database.reading() as session:
        seat = table.seats["mei"]
        assert editing.possible(session, seat.user, seat.project_id) == (True, False)


def test_a_new_edit_ends_what_could_be_redone(table: Table) -> None:
    table.send("mei", say(table.document(), 0, "一"))
    table.undo("mei")
    table.send("mei", say(table.document(), 0, "二"))
    with pytest.raises(Conflict, match="nothing-to-redo"):
        table.redo("mei")


def test_undo_says_whose_edit_is_in_the_way(table: Table) -> None:
    table.send("mei", SetField(target="document", field="title", value="Mine"))
    table.send("anna", SetField(target="document", field="title", value="Anna's"))
    with pytest.raises(Conflict) as refused:
        table.undo("mei")
    assert (refused.value.code, refused.value.facts["who"]) == ("in-the-way", "anna")


def test_the_projects_row_follows_its_document(table: Table) -> None:
    table.send("mei", SetField(target="document", field="title", value="New name"))
    with table.database.reading() as session:
        assert projects.find(session, table.seats["mei"].tenant, table.seats["mei"].project_id).title == "New name"


def test_any_interleaving_of_two_editors_converges_and_the_log_replays_to_the_document(table: Table) -> None:
    dice = random.Random(11)
    bases = {"mei": 0, "anna": 0}
    kept = ""
    for number in range(130):
        who = dice.choice(["mei", "anna"])
        with table.database.reading() as session:
            project = projects.find(session, table.seats[who].tenant, table.seats[who].project_id)
            bases[who] = dice.randint(max(bases[who], project.revision - 3), project.revision)
            seen = documents.at_revision(session, project, bases[who])
        word = f"<{number}>"
        at = dice.randint(0, len(text(seen)))
        table.send(who, say(seen, at, word), base=bases[who])
        kept += word
    final = table.document()
    assert sorted(text(final)) == sorted(FIRST_TEXT + kept)
    assert final == table.replayed()
    with table.database.reading() as session:
        assert [row.revision for row in session.exec(select(Snapshot).order_by(Snapshot.revision))] == [0, 50, 100]


def test_structural_edits_name_the_list_of_scenes(table: Table) -> None:
    document = table.document()
    scene = Scene(id="fresh", blocks=(Block(id="freshblock", texts={"zh": BlockText(text="新")}),))
    added = table.send("mei", InsertItem(parent="document", collection="scenes", after="", item=scene.model_dump(mode="json")))
    moved = table.send("anna", MoveItem(id="fresh", parent="document", after=document.scenes[-1].id))
    assert added.changed == ("scenes",)
    assert moved.changed == ("scenes",)
    assert [scene.id for scene in table.document().scenes][-1] == "fresh"


def test_settings_and_tracks_are_named(table: Table) -> None:
    assert table.send("mei", SetField(target="document", field="captions.visible", value=False)).changed == ("settings",)


def typed(table: Table, who: str, words: str, at: int) -> None:
    for place, letter in enumerate(words, start=at):
        table.send(who, say(table.document(), place, letter))


def test_what_was_typed_in_one_go_is_taken_back_and_brought_back_at_once(table: Table) -> None:
    typed(table, "mei", "abc", 0)
    table.undo("mei")
    assert text(table.document()) == FIRST_TEXT
    table.redo("mei")
    assert text(table.document()) == f"abc{FIRST_TEXT}"
    table.undo("mei")
    assert text(table.document()) == FIRST_TEXT
    assert table.document() == table.replayed()


def test_a_pause_another_place_and_another_person_end_what_is_taken_back_at_once(table: Table, clock) -> None:
    typed(table, "mei", "ab", 0)
    clock.forward(seconds=3)
    table.seats["mei"] = replace(table.seats["mei"], now=clock())
    typed(table, "mei", "cd", 2)
    table.send("anna", say(table.document(), len(FIRST_TEXT) + 4, "!"))
    typed(table, "mei", "e", 4)
    seen = []
    for _ in range(3):
        table.undo("mei")
        seen.append(text(table.document()))
    assert seen == [f"abcd{FIRST_TEXT}!", f"ab{FIRST_TEXT}!", f"{FIRST_TEXT}!"]


def test_letters_deleted_one_after_the_other_come_back_together(table: Table) -> None:
    for place in (2, 1, 0):
        table.send("mei", say(table.document(), place, "", delete=1))
    table.undo("mei")
    assert text(table.document()) == FIRST_TEXT


def test_an_older_edit_is_taken_back_past_a_stroke_that_was_taken_back(table: Table) -> None:
    table.send("anna", say(table.document(), 3, "X"))
    typed(table, "mei", "abc", 0)
    table.undo("mei")
    table.undo("anna")
    assert text(table.document()) == FIRST_TEXT


def test_a_change_of_the_canvas_or_the_language_shows_in_all_scenes(table: Table) -> None:
    assert "scenes" in table.send("mei", SetField(target="document", field="language", value="en")).changed
    assert "scenes" in table.send("mei", SetField(target="document", field="canvas.frame_rate", value=30)).changed


def test_who_has_read_a_document_lately_reads_the_edits_since_and_no_snapshot(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a preview's worker does, which hears of edits that the web has taken in."""
    elsewhere = documents.Kept[Document](64)
    with monkeypatch.context() as worker:
        worker.setattr(documents, "_kept", elsewhere)
        before = table.document()
    table.send("mei", SpliceText(block=first_block(before).id, language="zh", at=0, insert="嗨"))
    newest = table.document()
    with table.database.transaction() as session:
        session.exec(delete(Snapshot))

    monkeypatch.setattr(documents, "_kept", elsewhere)
    assert table.document() == newest != before


def test_a_snapshot_without_edits_before_it_is_what_the_project_is(table: Table) -> None:
    before = table.document()
    with table.database.transaction() as session:
        seat = table.seats["mei"]
        project = projects.find(session, seat.tenant, seat.project_id)
        project.revision += 1
        other = codec.write(before.model_copy(update={"title": "Brought from elsewhere"})).decode()
        session.add(Snapshot(project_id=project.id, revision=project.revision, document=other, created_at=project.created_at))

    assert table.document().title == "Brought from elsewhere"
