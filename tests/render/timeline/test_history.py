import pytest

from render.errors import EditRefused
from render.timeline import codec
from render.timeline.edits import Group, InsertItem, MoveItem, RemoveItem, SetField, SpliceText, apply
from render.timeline.history import undo
from tests.render.timeline.documents import small


def splice(at, delete=0, insert=""):
    return SpliceText(block="b1", language="zh", at=at, delete=delete, insert=insert)


def set_rate(value):
    return SetField(target="b1", field="rate", value=value)


class Log:
    """A document with everything that was done to it."""

    def __init__(self):
        self.document, self.edits, self.inverses = small(), [], []

    def do(self, edit):
        self.document, inverse = apply(self.document, edit)
        self.edits.append(edit)
        self.inverses.append(inverse)
        return len(self.edits) - 1

    def undo(self, number, cancelled=()):
        edit = undo(
            self.document,
            self.inverses[number],
            self.edits[number + 1 :],
            cancelled={place - number - 1 for place in cancelled},
        )
        return self.do(edit)

    @property
    def text(self):
        return self.document.scenes[0].blocks[0].texts["zh"].text


def obstacle(log, number, **options):
    with pytest.raises(EditRefused, match="in-the-way") as refused:
        log.undo(number, **options)
    return refused.value.facts["edit"]


def test_the_last_edit_is_undone_byte_for_byte():
    log = Log()
    log.do(splice(2, 6, "新"))
    log.undo(0)
    assert codec.write(log.document) == codec.write(small())


def test_typing_is_undone_under_what_others_typed_since():
    log = Log()
    log.do(splice(2, 1, "甲甲"))
    log.do(splice(0, insert="乙"))
    log.do(splice(4, insert="丙"))
    log.undo(0)
    assert log.text == "乙你好，丙世界。重庆火锅"


def test_undoing_what_was_undone_brings_it_back():
    log = Log()
    log.do(splice(0, 3))
    log.undo(log.undo(0))
    assert log.text == "世界。重庆火锅"


def test_a_value_that_somebody_set_since_is_in_the_way():
    log = Log()
    mine = log.do(set_rate(900))
    log.do(splice(0, 1))
    log.do(set_rate(800))
    assert obstacle(log, mine) == 1


@pytest.mark.parametrize(("field", "blocked"), [("transform", True), ("transform.x", True), ("transform.y", False)])
def test_only_the_same_field_or_one_that_holds_it_is_in_the_way(field, blocked):
    log = Log()
    mine = log.do(SetField(target="l1", field="transform.x", value=1))
    log.do(SetField(target="l1", field=field, value={} if field == "transform" else 9))
    if blocked:
        assert obstacle(log, mine) == 0
    else:
        log.undo(mine)
        assert log.document.scenes[0].layers[0].transform.x == 5_000


def test_what_was_taken_back_meanwhile_is_in_nobodys_way():
    log = Log()
    first = log.do(set_rate(900))
    second = log.do(set_rate(800))
    back = log.undo(second)
    assert obstacle(log, first) == 0
    log.undo(first, cancelled=(second, back))
    assert log.document == small()


def test_typing_is_followed_through_edits_that_were_taken_back():
    log = Log()
    first = log.do(splice(5, insert="甲"))
    second = log.do(splice(0, 2))
    back = log.undo(second)
    log.undo(first, cancelled=(second, back))
    assert log.document == small()


def test_a_scene_that_others_have_worked_on_is_not_undone_away():
    log = Log()
    mine = log.do(InsertItem(parent="document", collection="scenes", item={"id": "n1", "blocks": [{"id": "n2"}]}))
    log.do(splice(0, 1))
    log.do(SpliceText(block="n2", language="zh", at=0, insert="x"))
    assert obstacle(log, mine) == 1


def test_a_scene_that_somebody_moved_is_in_the_way_of_moving_it_back():
    log = Log()
    mine = log.do(MoveItem(id="s1", parent="document", after="s2"))
    log.do(MoveItem(id="s1", parent="document"))
    assert obstacle(log, mine) == 0


def test_removing_is_undone_where_it_was():
    log = Log()
    mine = log.do(RemoveItem(id="b1"))
    log.do(SetField(target="b2", field="rate", value=900))
    log.undo(mine)
    assert [block.id for block in log.document.scenes[0].blocks] == ["b1", "b2"]


def test_words_of_a_block_that_is_gone_cannot_be_undone():
    log = Log()
    mine = log.do(splice(0, 1))
    log.do(RemoveItem(id="b1"))
    assert obstacle(log, mine) == 0


def test_words_of_a_block_in_a_scene_that_is_gone_cannot_be_undone():
    log = Log()
    mine = log.do(splice(0, 1))
    log.do(set_rate(900))
    log.do(Group(edits=(RemoveItem(id="s1"),)))
    log.do(SpliceText(block="b3", language="zh", at=0, insert="x"))
    assert obstacle(log, mine) == 1


def test_an_inverse_that_fits_nothing_names_nobody():
    with pytest.raises(EditRefused, match="in-the-way") as refused:
        undo(small(), RemoveItem(id="nobody"), [splice(0, 1)])
    assert refused.value.facts["edit"] == -1


def test_the_document_itself_is_never_in_the_way():
    with pytest.raises(EditRefused, match="in-the-way") as refused:
        undo(small(), RemoveItem(id="document"), [splice(0, 1), RemoveItem(id="l1")])
    assert refused.value.facts["edit"] == 1
