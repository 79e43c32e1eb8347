"""Presenters in the reader's words: why a portrait was refused and what to do, how far it is, what the gallery's people wear."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

blueprint = Blueprint("presenter_words", __name__)

REASONS: Final[Mapping[str, LazyString]] = {
    "unreadable": _("The file cannot be read to its end. Save the picture again as JPEG, PNG or WebP and upload that."),
    "too-many-pixels": _("The picture has too many pixels. Make it smaller, 4000 pixels on the longer side are plenty."),
    "no-face": _("No face was found. Take a picture from the front, with even light and the whole face in view."),
    "two-faces": _("There is more than one face. Crop the picture so that only one person is in it."),
    "too-small": _("The face is too small. Come closer, or use a larger picture: the face needs at least 120 pixels across."),
    "turned": _("The head is turned or tilted. Look straight into the camera and keep the head upright."),
    "blurred": _("The face is not sharp. Clean the lens, hold still, and take the picture in good light."),
    "mouth-open": _("The mouth is open. Close the lips, relaxed, as before speaking."),
}
"""By the code of a verdict: what is wrong, and what helps."""

UNJUDGED: Final[Mapping[str, LazyString]] = {
    "setup-incomplete": _("The studio's face models are not installed. Ask whoever runs this studio to finish the set-up, then try again."),
    "sandbox-missing": _("This studio has no safe place to open uploads yet. Ask whoever runs it to install one, then try again."),
    "disk-full": _("The studio's disk is full. Ask whoever runs it to make room, then try again."),
    "consent-revoked": _("The consent was withdrawn before the picture was looked at."),
    "consent-missing": _("There is no consent for this picture."),
}
"""By the code of a job that failed: the picture was not looked at, and why."""

STAGES: Final[Mapping[str, LazyString]] = {
    "": _("Waiting for its turn"),
    "reading": _("Looking for the face and cutting the person out"),
    "keeping": _("Keeping the presenter"),
}

TAGS: Final[Mapping[str, LazyString]] = {
    "apron": _("apron"),
    "beauty": _("beauty"),
    "blue shirt": _("blue shirt"),
    "bright": _("bright"),
    "business": _("business"),
    "calm": _("calm"),
    "caring": _("caring"),
    "casual": _("casual"),
    "charcoal suit": _("charcoal suit"),
    "craft": _("craft"),
    "education": _("education"),
    "expert": _("expert"),
    "field jacket": _("field jacket"),
    "finance": _("finance"),
    "food": _("food"),
    "friendly": _("friendly"),
    "green tee": _("green tee"),
    "grey shirt": _("grey shirt"),
    "home": _("home"),
    "lifestyle": _("lifestyle"),
    "navy suit": _("navy suit"),
    "outdoor": _("outdoor"),
    "purple shirt": _("purple shirt"),
    "red shirt": _("red shirt"),
    "retail": _("retail"),
    "services": _("services"),
    "sport": _("sport"),
    "technology": _("technology"),
    "travel": _("travel"),
    "trusted": _("trusted"),
    "warm": _("warm"),
    "white suit": _("white suit"),
    "white tee": _("white tee"),
}


@blueprint.app_template_filter("refusal_words")
def refusal_words(code: str) -> str:
    """What is wrong with a portrait, and what to do."""
    return str(REASONS.get(code) or REASONS["unreadable"])


@blueprint.app_template_filter("unjudged_words")
def unjudged_words(code: str) -> str:
    """Why a portrait was not looked at."""
    return str(UNJUDGED.get(code) or _("Something went wrong on our side; it is not the picture. Try again."))


@blueprint.app_template_filter("ingest_stage")
def ingest_stage(stage: str) -> str:
    """What is being done with a portrait."""
    return str(STAGES.get(stage) or STAGES[""])


@blueprint.app_template_filter("tag")
def tag(name: str) -> str:
    """A gallery tag."""
    return str(TAGS.get(name, name))
