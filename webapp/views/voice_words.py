"""Voices in the reader's words: what a manner of speaking does."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

blueprint = Blueprint("voice_words", __name__)

STYLES: Final[Mapping[str, LazyString]] = {
    "standard": _("Standard"),
    "soft": _("Soft"),
    "firm": _("Firm"),
    "slow-low": _("Slower and lower"),
    "quick-high": _("Quicker and higher"),
}
"""By the id of a style."""


@blueprint.app_template_filter("style_words")
def style_words(name: str) -> str:
    """A manner of speaking."""
    return str(STYLES.get(name, name))


HEARD: Final[Mapping[str, LazyString]] = {
    "text": _("Some words were heard otherwise than they are written here."),
    "name": _("The name was not heard for certain."),
    "denial": _("A refusal was heard (not, no, never)."),
    "unclear": _("It was hard to understand."),
    "language": _("In this language the machine mishears too much to decide."),
    "voice": _("The voice is not plainly that of the film."),
    "unreadable": _("No sound could be read in this file. Record it again, or save it as WAV, MP3 or M4A."),
}
"""By the code of what kept a consent read aloud from passing by itself."""


@blueprint.app_template_filter("heard_words")
def heard_words(code: str) -> str:
    """Why a consent read aloud is not plainly the sentence."""
    return str(HEARD.get(code) or _("Something went wrong on our side. Record it again."))
