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
