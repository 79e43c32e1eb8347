"""What changed between two states of a project, as sentences."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from webapp.services.changes import Change

blueprint = Blueprint("change_words", __name__)

KINDS: Final[Mapping[str, LazyString]] = {
    "presenter": _("Presenter"),
    "image": _("Picture"),
    "video": _("Clip"),
    "text": _("Title"),
    "shape": _("Drawn shape"),
    "audio": _("Sound"),
}
SENTENCES: Final[Mapping[str, LazyString]] = {
    "title": _("The title of the video"),
    "language": _("The language of the words"),
    "canvas": _("Shape or frame rate of the video"),
    "captions": _("The style of the captions"),
    "variants": _("Other shapes or languages of the video"),
    "scene-added": _("New scene %(scene)s: %(words)s"),
    "scene-removed": _("Deleted scene %(scene)s: %(words)s"),
    "scenes-moved": _("The order of the scenes"),
    "scene-name": _("Scene %(scene)s: its name"),
    "background": _("Scene %(scene)s: the background"),
    "scene-length": _("Scene %(scene)s: how long it lasts"),
    "transition": _("Scene %(scene)s: the transition"),
    "words": _("Scene %(scene)s: the words, from “%(before)s” to “%(after)s”"),
    "voice": _("Scene %(scene)s: voice, pace or pause"),
    "scene-clip-added": _("Scene %(scene)s: added %(clip)s"),
    "scene-clip-removed": _("Scene %(scene)s: deleted %(clip)s"),
    "scene-clip-changed": _("Scene %(scene)s: changed %(clip)s"),
    "track-added": _("New track %(track)s"),
    "track-removed": _("Deleted track %(track)s"),
    "track-changed": _("Track %(track)s: its name or switches"),
    "track-clip-added": _("Track %(track)s: added %(clip)s"),
    "track-clip-removed": _("Track %(track)s: deleted %(clip)s"),
    "track-clip-changed": _("Track %(track)s: changed %(clip)s"),
}


@blueprint.app_template_filter("told")
def told(change: Change) -> str:
    """A change in the reader's words."""
    clip = str(change.facts.get("name") or KINDS.get(str(change.facts.get("kind")), ""))
    return str(SENTENCES[change.code]) % {**change.facts, "clip": clip}
