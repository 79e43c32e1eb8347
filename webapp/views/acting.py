"""Acting: actions placed in a passage, matched to the words, taken back; and what they are called."""

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, Response, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from render.presets.acting import ACTIONS, EMOTIONS
from render.timeline.document import Block, Document
from render.timeline.edits import Edit
from webapp.extensions import database
from webapp.services import acting, editing, projects
from webapp.views.exchange import answered, base, edit_id, limit_body, number, seat
from webapp.views.session import current_tenant

blueprint = Blueprint("acting", __name__)
blueprint.before_request(limit_body)

ACTION_WORDS: Final[Mapping[str, LazyString]] = {
    "greet": _("Bow in greeting"),
    "nod": _("Nod"),
    "smile": _("Smile"),
    "brows": _("Raise the brows"),
    "tilt": _("Tilt the head"),
    "lean": _("Lean in"),
    "shake": _("Shake the head"),
    "sway": _("Sway"),
}
EMOTION_WORDS: Final[Mapping[str, LazyString]] = {
    "neutral": _("Neutral"),
    "warm": _("Warm"),
    "cheerful": _("Cheerful"),
    "excited": _("Excited"),
    "serious": _("Serious"),
    "concerned": _("Concerned"),
}
REASONS: Final[Mapping[str, LazyString]] = {
    "greeting": _("because of the greeting"),
    "thanks": _("because of the thanks"),
    "question": _("because of the question"),
    "emphasis": _("because of the emphasis"),
    "invitation": _("because of the invitation"),
    "agreement": _("because of the agreement"),
    "refusal": _("because of the “no”"),
    "joy": _("because of the kind words"),
}
BEAUTY: Final[tuple[tuple[str, int, LazyString], ...]] = (
    ("smooth", 0, _("Smoother skin")),
    ("whiten", 0, _("Lighter skin")),
    ("slim", -1000, _("Slimmer face")),
    ("jaw", -1000, _("Finer jaw")),
    ("eyes", -1000, _("Larger eyes")),
    ("nose", -1000, _("Narrower nose")),
    ("mouth", -1000, _("Smaller mouth")),
    ("eye_light", 0, _("Brighter eyes")),
    ("teeth_light", 0, _("Whiter teeth")),
)
"""Field of `Beautify`, its least value, its name."""
_AROUND: Final = 8


@blueprint.post("/projects/<project_id>/blocks/<block_id>/actions")
def place(project_id: str, block_id: str) -> Response:
    """An action before a character of a passage."""
    form = request.form
    name, language = form.get("value", ""), form.get("language", "")
    return _composed(project_id, lambda document: acting.place_action(document, block_id, name, language, number("at")))


@blueprint.post("/projects/<project_id>/blocks/<block_id>/actions/<int:index>/take")
def take(project_id: str, block_id: str, index: int) -> Response:
    """One action taken back."""
    return _composed(project_id, lambda document: acting.take_action(document, block_id, index))


@blueprint.post("/projects/<project_id>/scenes/<scene_id>/actions")
def match(project_id: str, scene_id: str) -> Response:
    """Actions that fit the words of a scene."""
    return _composed(project_id, lambda document: acting.match_actions(document, scene_id))


@blueprint.app_template_filter("action_word")
def action_word(name: str) -> str:
    """What an action is called; a clip's own name stands for itself."""
    return str(ACTION_WORDS.get(name, name))


@blueprint.app_template_filter("action_reason")
def action_reason(code: str) -> str:
    """Why an action was placed."""
    return str(REASONS.get(code, ""))


@blueprint.app_template_filter("emotion_word")
def emotion_word(name: str) -> str:
    """What a feeling is called."""
    return str(EMOTION_WORDS[name])


@blueprint.app_template_filter("action_place")
def action_place(mark: str, block: Block, language: str) -> str:
    """The words at a mark, to tell where an action is; nothing for the start of the passage."""
    text = block.texts.get(language)
    at = next((held.at for held in text.marks if held.id == mark), None) if text else None
    if at is None or text is None:
        return ""
    following = text.text[at:]
    space = following.find(" ", _AROUND)
    return following[: space if 0 <= space < 2 * _AROUND else _AROUND].strip()


@blueprint.app_context_processor
def _offered() -> dict[str, object]:
    return {"acting_offered": ACTIONS, "emotions_offered": EMOTIONS, "beauty_offered": BEAUTY}


def _composed(project_id: str, make: Callable[[Document], Edit]) -> Response:
    with database().transaction() as session:
        project = projects.find(session, current_tenant(), project_id)
        outcome = editing.compose(session, seat(project_id), edit_id(), base(), make)
    return answered(project, outcome)
