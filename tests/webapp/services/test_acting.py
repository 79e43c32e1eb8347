"""Actions that fit a script: which, where, why; placed, matched again, taken back, parted and copied with their words."""

from itertools import pairwise

import pytest

from render.avatar.acting import ACTIONS as PLAYED
from render.avatar.acting import MOODS
from render.errors import EditRefused
from render.presets.acting import ACTIONS, EMOTIONS
from render.timeline.acting import Action
from render.timeline.document import Block, BlockText, Document, Mark, PresenterContent, Scene
from render.timeline.edits import apply
from webapp.services import acting, gestures


def scene_of(text: str, language: str = "en", **block: object) -> Document:
    return Document(language=language, scenes=(Scene(id="s", blocks=(Block(id="b", texts={language: BlockText(text=text)}, **block),)),))


def block_of(document: Document) -> Block:
    return document.scenes[0].blocks[0]


@pytest.mark.parametrize(
    ("language", "text", "action", "reason", "words"),
    [
        ("en", "Hello everybody!", "greet", "greeting", "Hello"),
        ("zh", "大家好，今天看看这盏灯。", "greet", "greeting", "大家好"),
        ("th", "สวัสดีค่ะ วันนี้มาดูโคมไฟ", "greet", "greeting", "สวัสดี"),
        ("en", "It works. Do you know why?", "tilt", "question", "Do you know"),
        ("zh", "没有中间商。", "shake", "refusal", "没有"),
        ("en", "Order now at our shop.", "lean", "invitation", "Order now"),
        ("th", "ขอบคุณที่รับชม", "greet", "thanks", "ขอบคุณ"),
        ("zh", "味道美味极了", "smile", "joy", "美味"),
    ],
)
def test_words_call_for_an_action_and_say_why(language: str, text: str, action: str, reason: str, words: str):
    suggested = acting.suggest(text, language)
    assert [(one.action, one.reason) for one in suggested] == [(action, reason)]
    assert text[suggested[0].at :].startswith(words)


def test_parts_of_other_words_call_for_nothing():
    assert acting.suggest("The ship left this whimsical place yesterday.", "en") == ()


def test_actions_keep_their_distance():
    placed = acting.suggest("Hello, hello, welcome, hi, thanks, of course, yes, exactly, only, enjoy, order now, click.", "en")
    assert all(after.at - before.at >= acting.APART_ELSE for before, after in pairwise(placed))


def test_every_rule_calls_for_an_action_that_there_is():
    assert {rule.action for rule in acting.RULES} <= set(ACTIONS)


def test_matched_actions_hang_on_their_words_and_a_first_word_needs_no_mark():
    document = scene_of("Hello. " + "x" * 60 + " Order now.")
    matched = apply(document, acting.match_actions(document, "s")).document
    first, second = block_of(matched).actions
    assert (first.name, first.mark, first.reason) == ("greet", "", "greeting")
    assert (second.name, second.reason) == ("lean", "invitation")
    assert block_of(matched).texts["en"].marks == (Mark(id=second.mark, at=68),)


def test_matching_again_keeps_ones_own_and_replaces_the_rest():
    document = scene_of("Hello.", actions=(Action(name="nod"), Action(name="smile", reason="joy")))
    matched = block_of(apply(document, acting.match_actions(document, "s")).document)
    assert [action.name for action in matched.actions] == ["nod", "greet"]


def test_each_is_taken_back_by_itself():
    document = scene_of("Hello.", actions=(Action(name="nod"), Action(name="smile", reason="joy")))
    assert [action.name for action in block_of(apply(document, acting.take_action(document, "b", 0)).document).actions] == ["smile"]


def test_placing_can_be_undone():
    document = scene_of("Hello there.")
    applied = apply(document, acting.place_action(document, "b", "nod", "en", 6))
    assert block_of(applied.document).actions[0].name == "nod"
    assert apply(applied.document, applied.inverse).document == document


def test_an_action_that_there_is_not_is_refused():
    document = scene_of("Hello.")
    with pytest.raises(EditRefused) as refused:
        acting.place_action(document, "b", "somersault", "en", 0)
    assert refused.value.reason == "action-unknown"


def test_a_split_parts_the_actions_with_their_words():
    document = scene_of("Hello there. Order now.", actions=(Action(name="greet"), Action(name="lean", mark="m")))
    text = BlockText(text="Hello there. Order now.", marks=(Mark(id="m", at=13),))
    document = document.model_copy(
        update={"scenes": (Scene(id="s", blocks=(block_of(document).model_copy(update={"texts": {"en": text}}),)),)}
    )
    first, second = apply(document, gestures.split_scene(document, "s", "b", "en", 13)).document.scenes
    assert [action.name for action in first.blocks[0].actions] == ["greet"]
    (action,) = second.blocks[0].actions
    assert action.name == "lean"
    assert second.blocks[0].texts["en"].marks == (Mark(id=action.mark, at=0),)


def test_a_copied_scene_does_the_same_on_marks_of_its_own():
    text = BlockText(text="Hello there.", marks=(Mark(id="m", at=6), Mark(id="other", at=2)))
    block = Block(id="b", texts={"en": text}, actions=(Action(name="nod", mark="m"),))
    document = Document(language="en", scenes=(Scene(id="s", blocks=(block,)),))
    copied = apply(document, gestures.duplicate_scene(document, "s")).document.scenes[1].blocks[0]
    assert copied.actions[0].name == "nod"
    assert copied.texts["en"].marks[0] == Mark(id=copied.actions[0].mark, at=6)
    assert copied.actions[0].mark != "m"


def test_what_is_offered_is_what_documents_and_engine_know():
    assert set(ACTIONS) == set(PLAYED)
    assert set(EMOTIONS) == set(MOODS)
    assert all(PresenterContent(presenter="mei", emotion=name).emotion == name for name in EMOTIONS)
