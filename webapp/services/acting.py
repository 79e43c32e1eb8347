"""Acting: which actions fit a script and why, and the edits that place and take them back. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from render.errors import EditRefused
from render.presets.acting import ACTIONS
from render.timeline import items
from render.timeline.acting import Action
from render.timeline.document import Block, BlockText, Document, Mark, Scene
from render.timeline.edits import Edit, Group, SetField
from webapp.models.columns import new_id
from webapp.services.clip_actions import PREFIX

APART: Final = {"zh": 14, "th": 45}
APART_ELSE: Final = 50
"""Characters between two actions placed by themselves: about three seconds of speech."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that call for an action. `reason` is the code under which it is explained."""

    reason: str
    action: str
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An action for the place before a character of a text, and why."""

    action: str
    at: int
    reason: str


def _rule(reason: str, action: str, zh: str, en: str, th: str) -> Rule:
    return Rule(reason, action, re.compile(rf"{zh}|\b(?:{en})\b|{th}", re.IGNORECASE))


RULES: Final = (
    _rule(
        "greeting",
        "greet",
        "你好|您好|大家好|各位|欢迎|歡迎|早上好|晚上好",
        "hello|hi|welcome|good (?:morning|evening|afternoon)",
        "สวัสดี|ยินดีต้อนรับ",
    ),
    _rule("thanks", "greet", "谢谢|謝謝|感谢|感謝|再见|再見", "thank you|thanks|goodbye|see you", "ขอบคุณ|ลาก่อน|แล้วพบกัน"),
    _rule("refusal", "shake", "不要|不用|不必|没有|沒有|绝不|絕不", "never|no need|without|not at all|don't", "ไม่ต้อง|ไม่มี|อย่า"),
    _rule("agreement", "nod", "没错|沒錯|当然|當然|是的|一定|确实|確實", "yes|of course|exactly|certainly|indeed", "ใช่|แน่นอน|จริง ๆ"),
    _rule(
        "invitation",
        "lean",
        "快来|快來|立即|立刻|马上|馬上|点击|點擊|下单|下單|欢迎来|试试|試試",
        "order now|try it|click|come and|visit us|book now|get yours",
        "สั่งซื้อ|คลิก|ลองเลย|แวะมา",
    ),
    _rule(
        "joy",
        "smile",
        "喜欢|喜歡|开心|開心|美味|漂亮|温暖|溫暖|幸福|喜悦|喜悅",
        "love|happy|delicious|beautiful|enjoy|lovely",
        "รัก|ชอบ|อร่อย|สวย|มีความสุข",
    ),
    _rule("emphasis", "brows", "只要|特别|特別|重要|注意|全新|仅需|僅需", "only|important|remember|brand new|just", "เพียง|สำคัญ|พิเศษ|ใหม่"),
)
_QUESTION: Final = re.compile(r"[^.!?。！？\n]*[?？]")


def suggest(text: str, language: str) -> tuple[Suggestion, ...]:
    """Actions for a text, in order, far enough apart to look natural; where two rules meet, the first rule wins."""
    apart, placed = APART.get(language, APART_ELSE), list[Suggestion]()
    for found in sorted(_found(text), key=lambda suggestion: suggestion.at):
        if not placed or found.at - placed[-1].at >= apart:
            placed.append(found)
    return tuple(placed)


def match_actions(document: Document, scene_id: str) -> Edit:
    """Place what fits the words of a scene; those that were placed so before give way, a person's own stay."""
    scene = items.found(document, scene_id, Scene)
    language = document.language
    return Group(edits=tuple(edit for block in scene.blocks for edit in _matched(block, language)))


def place_action(document: Document, block_id: str, name: str, language: str, at: int) -> Edit:
    """One action before character `at` of a passage, at its start where `at` is 0. Raises EditRefused `action-unknown`, `full`."""
    if name not in ACTIONS and not name.startswith(PREFIX):
        raise EditRefused("action-unknown", path=name)
    block = items.found(document, block_id, Block)
    return Group(edits=tuple(_placed(block, language, block.actions, [(Suggestion(name, at, ""))])))


def take_action(document: Document, block_id: str, place: int) -> Edit:
    """Take the action at `place` of a passage's list back; nothing where it is gone. Its mark stays: something else may hang on it."""
    block = items.found(document, block_id, Block)
    return set_actions(block, (action for index, action in enumerate(block.actions) if index != place))


def set_actions(block: Block, actions: Iterable[Action]) -> SetField:
    """The edit that makes these the actions of a passage."""
    return SetField(target=block.id, field="actions", value=[action.model_dump(mode="json") for action in actions])


def _found(text: str) -> Iterator[Suggestion]:
    for rule in RULES:
        for match in rule.words.finditer(text):
            yield Suggestion(rule.action, match.start(), rule.reason)
    for match in _QUESTION.finditer(text):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        yield Suggestion("tilt", start, "question")


def _matched(block: Block, language: str) -> Iterator[Edit]:
    text = block.texts.get(language, BlockText()).text
    kept = tuple(action for action in block.actions if not action.reason)
    suggestions = list(suggest(text, language))
    if suggestions or len(kept) != len(block.actions):
        yield from _placed(block, language, kept, suggestions)


def _placed(block: Block, language: str, kept: tuple[Action, ...], wanted: list[Suggestion]) -> Iterator[Edit]:
    """The marks that the wanted actions hang on, then the passage's actions."""
    text = block.texts.get(language, BlockText())
    marks = [Mark(id=new_id(), at=min(suggestion.at, len(text.text))) for suggestion in wanted]
    hung = [mark for mark in marks if mark.at]
    if hung:
        value: JsonValue = [mark.model_dump(mode="json") for mark in (*text.marks, *hung)]
        yield SetField(target=block.id, field=f"texts.{language}.marks", value=value)
    named = [
        Action(name=suggestion.action, mark=mark.id if mark.at else "", reason=suggestion.reason)
        for suggestion, mark in zip(wanted, marks, strict=True)
    ]
    yield set_actions(block, (*kept, *named))
