"""What every page may name: the reader's language, who is signed in, which parts of the studio are there."""

from datetime import datetime

from flask import Blueprint, current_app, g
from flask_babel import format_datetime

from webapp.services import languages
from webapp.views.language import reading_language

blueprint = Blueprint("pages", __name__)


@blueprint.app_context_processor
def everywhere() -> dict[str, object]:
    """Names for all templates."""
    return {
        "languages": languages.LANGUAGES,
        "reading_language": reading_language(),
        "user": g.get("user"),
        "tenant": g.get("tenant"),
        "has_endpoint": has_endpoint,
    }


@blueprint.app_template_filter("moment")
def moment(value: datetime) -> str:
    """A moment in the reader's language, in UTC; the page's script turns it into her own time."""
    return str(format_datetime(value, "medium"))


def has_endpoint(name: str) -> bool:
    """Whether a part of the studio that a page leads to is there."""
    return name in current_app.view_functions
