import json

import pytest

from render.errors import EditRefused
from render.timeline import codec
from render.timeline.document import BlockText, Mark, Pronunciation
from render.timeline.edits import (
    EDIT_SIZE_MAX_BYTES,
    Group,
    InsertItem,
    MoveItem,
    RemoveItem,
    SetField,
    SpliceText,
    apply,
    read_edit,
    rebase,
    write_edit,
)
from tests.render.timeline.documents import small


def splice(at, delete=0, insert="", **members):
    return SpliceText(block="b1", language="zh", at=at, delete=delete, insert=insert, **members)


def zh(document):
    return document.scenes[0].blocks[0].texts["zh"]


def after(*edits):
    return apply(small(), Group(edits=edits)).document


def there_and_back(edit):
    document = small()
    changed, inverse = apply(document, edit)
    assert codec.write(apply(changed, inverse).document) == codec.write(document)
    return changed


def refusal(edit, document=None):
    with pytest.raises(EditRefused) as refused:
        apply(document or small(), edit)
    return refused.value.reason, refused.value.facts["path"]


def test_typing_before_a_mark_moves_it_and_typing_after_it_does_not():
    assert [mark.at for mark in zh(there_and_back(splice(3, insert="呀"))).marks] == [4, 7]
    assert [mark.at for mark in zh(there_and_back(splice(4, insert="呀"))).marks] == [3, 7]


def test_marks_in_deleted_words_fall_to_its_start_and_come_back_with_them():
    changed = there_and_back(splice(2, 6, "新"))
    assert zh(changed) == BlockText(text="你好新火锅", marks=(Mark(id="m1", at=2), Mark(id="m2", at=2)))


def test_a_pronunciation_goes_with_its_words_and_is_dropped_when_they_change():
    assert zh(there_and_back(splice(0, 3))).pronunciations == (Pronunciation(start=3, end=5, say="chong2 qing4"),)
    assert zh(there_and_back(splice(5, 1))).pronunciations == (Pronunciation(start=5, end=7, say="chong2 qing4"),)
    assert zh(there_and_back(splice(8, 2))).pronunciations == small().scenes[0].blocks[0].texts["zh"].pronunciations
    assert zh(there_and_back(splice(7, insert="大"))).pronunciations == ()
    assert zh(there_and_back(splice(5, 2))).pronunciations == ()


def test_a_pronunciation_does_not_come_back_onto_words_that_have_another():
    document, inverse = apply(small(), splice(7, 1))
    said = [{"start": 6, "end": 7, "say": "zhong4"}]
    document = apply(document, SetField(target="b1", field="texts.zh.pronunciations", value=said)).document
    assert [one.say for one in zh(apply(document, inverse).document).pronunciations] == ["zhong4"]


def test_a_language_without_words_gets_them_and_loses_them_again():
    changed = there_and_back(SpliceText(block="b3", language="en", at=0, insert="Bye"))
    assert changed.scenes[1].blocks[0].texts["en"].text == "Bye"


def test_characters_are_code_points():
    family = "👨‍👩‍👧"
    assert zh(there_and_back(splice(0, insert=family))).text == f"{family}你好，世界。重庆火锅"
    assert zh(after(splice(0, insert=family), splice(0, 1))).text == f"{family[1:]}你好，世界。重庆火锅"


@pytest.mark.parametrize(
    ("target", "field", "value"),
    [
        ("document", "title", "新"),
        ("document", "captions.style.size", 700),
        ("s1", "background.colour", "#ffffff"),
        ("s1", "duration", {"kind": "fixed"}),
        ("b1", "voices.zh", "zf_xiaobei"),
        ("b1", "texts.en", None),
        ("b1", "texts.th", {"text": "ดี"}),
        ("b1", "texts.th", None),
        ("b1", "texts.zh.marks", [{"id": "m9", "at": 10}]),
        ("l1", "transform.scale", 900),
        ("l1", "content", {"kind": "shape"}),
        ("l2", "content.texts.en", "Title"),
        ("l2", "keyframes", [{"property": "x", "at": 5, "value": 5}]),
        ("t1", "muted", True),
    ],
)
def test_a_field_is_set_and_set_back(target, field, value):
    there_and_back(SetField(target=target, field=field, value=value))


@pytest.mark.parametrize(
    ("target", "field", "value", "reason", "path"),
    [
        ("nobody", "name", "x", "target-gone", "nobody"),
        ("s1", "id", "x", "field", "id"),
        ("s1", "blocks", [], "field", "blocks"),
        ("document", "schema_version", 2, "field", "schema_version"),
        ("s1", "colour", "x", "field", "colour"),
        ("s1", "background.color", "x", "field", "background.color"),
        ("s1", "name.x", "x", "field", "name.x"),
        ("s1", "background.zoom.to_scale", 2_000, "field", "background.zoom.to_scale"),
        ("b1", "texts", {}, "field", "texts"),
        ("b1", "texts.zh.text", "x", "field", "texts.zh.text"),
        ("b1", "texts.th.marks", [], "field", "texts.th.marks"),
        ("s1", "background.colour", "red", "value", "background.colour"),
        ("b1", "rate", True, "value", "rate"),
        ("b1", "rate", 1e999, "value", ""),
        ("s1", "name", "\ud800", "value", "name"),
        ("s1", "name", json.loads("[" * 40 + "]" * 40), "value", ""),
        ("b1", "texts.zh.marks", [{"id": "m9", "at": 11}], "value", "texts.zh.marks[0]"),
        ("b1", "texts.zh.marks", [{"id": "s1", "at": 1}], "duplicate-id", "s1"),
    ],
)
def test_a_field_that_cannot_be_set_is_refused_with_its_place(target, field, value, reason, path):
    assert refusal(SetField(target=target, field=field, value=value)) == (reason, path)


def test_items_come_go_and_move():
    scene = {"id": "n1", "blocks": [{"id": "n2"}], "layers": [{"id": "n3", "content": {"kind": "shape"}}]}
    inserted = there_and_back(InsertItem(parent="document", collection="scenes", after="s1", item=scene))
    assert [one.id for one in inserted.scenes] == ["s1", "n1", "s2"]
    assert [one.id for one in there_and_back(RemoveItem(id="s1")).scenes] == ["s2"]
    assert [one.id for one in there_and_back(MoveItem(id="s1", parent="document", after="s2")).scenes] == ["s2", "s1"]
    moved = there_and_back(MoveItem(id="b1", parent="s2"))
    assert [one.id for one in moved.scenes[1].blocks] == ["b1", "b3"]
    assert [one.id for one in there_and_back(MoveItem(id="l1", parent="t1", after="l3")).tracks[0].layers] == ["l3", "l1"]
    there_and_back(InsertItem(parent="s2", collection="blocks", item={"id": "n4"}))


@pytest.mark.parametrize(
    ("edit", "reason", "path"),
    [
        (splice(99), "range", "b1.texts.zh"),
        (splice(9, 9), "range", "b1.texts.zh"),
        (splice(0, insert="x" * 20_000), "too-long", "b1.texts.zh"),
        (SpliceText(block="s1", language="zh", at=0), "target-kind", "s1"),
        (RemoveItem(id="nobody"), "target-gone", "nobody"),
        (RemoveItem(id="document"), "target-kind", "document"),
        (MoveItem(id="b1", parent="b2"), "field", "blocks"),
        (MoveItem(id="b1", parent="nobody"), "target-gone", "nobody"),
        (MoveItem(id="b1", parent="s1", after="b1"), "after-gone", "b1"),
        (MoveItem(id="s1", parent="s2"), "field", "scenes"),
        (InsertItem(parent="b1", collection="layers", item={}), "field", "layers"),
        (InsertItem(parent="s1", collection="layers", item={"id": "n"}), "value", "layers.content"),
        (InsertItem(parent="s1", collection="blocks", item={"id": "b1"}), "duplicate-id", "b1"),
        (InsertItem(parent="s1", collection="blocks", item={"id": "document"}), "duplicate-id", "document"),
        (InsertItem(parent="s1", collection="blocks", item={"id": "n"}, after="b3"), "after-gone", "b3"),
        (InsertItem(parent="document", collection="scenes", item={"id": "n", "blocks": [{"id": "n"}]}), "duplicate-id", "n"),
        (
            InsertItem(
                parent="s1",
                collection="blocks",
                item={"id": "n", "texts": {"zh": {"text": "", "marks": [{"id": "q", "at": 1}]}}},
            ),
            "value",
            "blocks.texts.zh.marks[0]",
        ),
    ],
)
def test_an_edit_that_cannot_be_applied_is_refused_with_its_place(edit, reason, path):
    assert refusal(edit) == (reason, path)


def test_a_full_collection_takes_no_more():
    tracks = [{"id": f"t{number}"} for number in range(100)]
    edit = InsertItem(parent="document", collection="tracks", item={"id": "n"})
    assert refusal(edit, codec.read({"tracks": tracks})) == ("full", "tracks")


def test_a_locked_track_changes_only_by_being_unlocked():
    locked = after(SetField(target="t1", field="locked", value=True))
    for edit in (
        SetField(target="l3", field="name", value="x"),
        SetField(target="t1", field="name", value="x"),
        RemoveItem(id="l3"),
        RemoveItem(id="t1"),
        MoveItem(id="l1", parent="t1"),
        InsertItem(parent="t1", collection="layers", item={"id": "n", "content": {"kind": "shape"}}),
    ):
        assert refusal(edit, locked) == ("locked", "t1")
    assert apply(locked, SetField(target="t1", field="locked", value=False)).document == small()


def test_a_group_is_applied_whole_or_not_at_all():
    document = small()
    assert refusal(Group(edits=(splice(0, 1), RemoveItem(id="nobody"))), document)[0] == "target-gone"
    assert document == small()
    there_and_back(Group(edits=(splice(0, 2), splice(0, insert="a"), RemoveItem(id="b1"), MoveItem(id="b3", parent="s1"))))


def test_what_is_not_touched_stays_the_same_object():
    document = small()
    changed = apply(document, splice(0, 1)).document
    assert changed.scenes[1] is document.scenes[1]
    assert changed.scenes[0].layers is document.scenes[0].layers
    assert changed.scenes[0].blocks[1] is document.scenes[0].blocks[1]
    assert changed.tracks is document.tracks


def test_edits_come_back_from_json():
    group = Group(edits=(splice(0, 1, "x"), Group(edits=(RemoveItem(id="a"), MoveItem(id="b", parent="c")))))
    assert read_edit(write_edit(group)) == read_edit(json.dumps(write_edit(group))) == group


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        {},
        {"kind": "explode"},
        {"kind": "remove-item"},
        {"kind": "remove-item", "id": "a b"},
        {"kind": "remove-item", "id": "a", "more": 1},
        {"kind": "splice-text", "block": "b", "language": "zh", "at": -1},
        {"kind": "splice-text", "block": "b", "language": "zh", "at": 0, "insert": "\0"},
        {"kind": "set-field", "target": "b", "field": "name", "value": "\ud800"},
        {"kind": "set-field", "target": "b", "field": "name", "value": {1}},
        {"kind": "set-field", "target": "b", "field": "name", "value": "x" * EDIT_SIZE_MAX_BYTES},
        '{"kind":"group","edits":[' * 400 + "]}" * 400,
        '{"kind":"set-field","target":"b","field":"name","value":' + "[" * 70 + "]" * 70 + "}",
    ],
)
def test_what_is_no_edit_is_refused(data):
    with pytest.raises(EditRefused) as refused:
        read_edit(data)
    assert refused.value.reason == "edit"


def text_after(first, second):
    return zh(after(first, rebase(second, [first]))).text


def test_typing_at_one_place_stands_in_the_order_of_the_server():
    assert text_after(splice(0, insert="甲"), splice(0, insert="乙")) == "甲乙你好，世界。重庆火锅"


def test_typing_inside_words_that_somebody_deletes_is_kept():
    assert text_after(splice(1, insert="甲"), splice(0, 3)) == "甲世界。重庆火锅"
    assert text_after(splice(0, 3), splice(1, insert="甲")) == "甲世界。重庆火锅"
    assert text_after(splice(1, insert="甲"), splice(0, 3, "乙")) == "乙甲世界。重庆火锅"


def test_a_deletion_already_parted_by_one_insertion_is_parted_by_the_next():
    typed = [splice(5, insert="甲"), splice(2, insert="乙")]
    document = after(*typed, rebase(splice(0, 7), typed))
    assert zh(document).text == "乙甲庆火锅"


def test_the_earlier_of_two_stands_left():
    assert rebase(splice(0, 2), [splice(0, insert="甲")], earlier=True) == splice(1, 2)
    assert rebase(splice(0, 2, "乙"), [splice(0, insert="甲")], earlier=True) == Group(edits=(splice(1, 2), splice(0, insert="乙")))


def test_words_that_both_delete_are_deleted_once():
    assert text_after(splice(0, 3), splice(1, 3)) == "界。重庆火锅"


def test_a_group_is_moved_past_others_edits_step_by_step():
    group = Group(edits=(splice(0, 3), splice(0, insert="乙"), splice(1, insert="丙")))
    assert text_after(splice(1, insert="甲"), group) == "甲乙丙世界。重庆火锅"


def test_edits_elsewhere_do_not_touch_each_other():
    others = [SpliceText(block="b2", language="zh", at=0, insert="x"), SpliceText(block="b1", language="en", at=0, insert="x")]
    assert rebase(splice(3), [*others, RemoveItem(id="b3"), SetField(target="b1", field="rate", value=900)]) == splice(3)


def test_marks_set_while_somebody_types_are_carried():
    marks = SetField(target="b1", field="texts.zh.marks", value=[{"id": "m1", "at": 5}])
    said = SetField(target="b1", field="texts.zh.pronunciations", value=[{"start": 6, "end": 8, "say": "x"}])
    assert rebase(marks, [splice(0, insert="呀")]).value == [{"id": "m1", "at": 6}]
    assert rebase(said, [splice(0, insert="呀")]).value == [{"start": 7, "end": 9, "say": "x"}]
    assert rebase(marks, [SpliceText(block="b2", language="zh", at=0, insert="x")]) == marks


@pytest.mark.parametrize("value", [None, 5, [{"id": "m1"}]])
def test_marks_that_are_none_are_refused_when_carried(value):
    with pytest.raises(EditRefused, match="value"):
        rebase(SetField(target="b1", field="texts.zh.marks", value=value), [splice(0, insert="x")])


def test_a_whole_text_and_a_splice_of_it_conflict_both_ways():
    whole = SetField(target="b1", field="texts.zh", value={"text": "新"})
    with pytest.raises(EditRefused, match="text-changed"):
        rebase(whole, [splice(0, insert="x")])
    with pytest.raises(EditRefused, match="text-replaced"):
        rebase(splice(0, insert="x"), [whole])


def test_a_conflict_inside_a_group_is_its_authors():
    whole = SetField(target="b1", field="texts.zh", value={"text": "新"})
    with pytest.raises(EditRefused, match="text-changed"):
        rebase(Group(edits=(whole,)), [splice(0, insert="x")])


def test_an_edit_of_what_is_gone_is_refused_unless_it_is_back():
    block = write_edit(apply(small(), RemoveItem(id="b1")).inverse)
    for edit in (
        splice(0),
        SetField(target="b1", field="rate", value=900),
        RemoveItem(id="b1"),
        MoveItem(id="b1", parent="s1"),
        InsertItem(parent="b1", collection="layers", item={}),
    ):
        with pytest.raises(EditRefused, match="target-gone"):
            rebase(edit, [RemoveItem(id="b1")])
        assert rebase(edit, [RemoveItem(id="b1"), read_edit(block)]) == edit


def test_of_two_values_in_one_field_the_later_wins():
    edit = SetField(target="b1", field="rate", value=900)
    assert rebase(edit, [SetField(target="b1", field="rate", value=800)]) == edit


def test_pronunciations_put_back_by_an_inverse_follow_the_text():
    document, inverse = apply(small(), splice(7, 1))
    meanwhile = splice(0, insert="呀呀")
    document = apply(apply(document, meanwhile).document, rebase(inverse, [meanwhile])).document
    assert zh(document).text == "呀呀你好，世界。重庆火锅"
    assert zh(document).pronunciations == (Pronunciation(start=8, end=10, say="chong2 qing4"),)


@pytest.mark.parametrize(
    ("parent", "collection", "item"),
    [("s1", "layers", {"id": "new", "content": {"kind": "shape"}, "locked": True}), ("document", "tracks", {"id": "new", "locked": True})],
)
def test_what_came_locked_can_be_taken_back_and_brought_again(parent, collection, item):
    document, edit = small(), InsertItem(parent=parent, collection=collection, item=item)
    inserted, inverse = apply(document, edit)
    taken, again = apply(inserted, inverse)
    assert codec.write(taken) == codec.write(document)
    assert codec.write(apply(taken, again).document) == codec.write(inserted)
