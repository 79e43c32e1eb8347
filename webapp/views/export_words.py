"""Exports in the reader's words: stages, states, terms and troubles. Codes and facts are stored; sentences are made when they are read."""

from collections import defaultdict
from collections.abc import Mapping
from math import gcd
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from flask import Blueprint
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _

from render.presets.exports import DEFAULT_PRESET, ExportPreset
from render.timeline.document import Canvas, Document
from webapp.models.export import Export, ExportState
from webapp.models.job import JobState
from webapp.services import consents
from webapp.services.exports import Told
from webapp.services.quotes import Problem
from webapp.views.lengths import lasting
from webapp.views.words import WORDS, sentence

blueprint = Blueprint("export_words", __name__)

STAGES: Final[Mapping[str, tuple[int, int]]] = {
    "linking": (0, 1),
    "voicing": (1, 5),
    "mouths": (5, 10),
    "composing": (10, 94),
    "sound": (94, 97),
    "joining": (97, 98),
    "labelling": (98, 99),
    "further": (99, 100),
}
"""From and up to which percent of the whole each stage goes; as long as they take, about."""

STAGE_WORDS: Final[Mapping[str, LazyString]] = {
    "linking": _("Getting ready"),
    "voicing": _("Voicing the words"),
    "mouths": _("Moving the mouths"),
    "composing": _("Drawing the pictures"),
    "sound": _("Mixing the sound"),
    "joining": _("Joining pictures and sound"),
    "labelling": _("Adding the AI label"),
    "further": _("Making the further files"),
}

TROUBLES: Final[Mapping[str, LazyString]] = {
    "disk-full": _("There is no room left on the studio's disk. Make room, or ask whoever runs the studio, and try again."),
    "missing-source": _("Something that this video shows or plays is no longer there. Choose another in the editor, then export again."),
    "media": _("A picture or a sound of this video cannot be read. Replace it in the editor, then export again."),
    "presenter": _("The presenter of this video cannot be drawn. Choose another in the editor, then export again."),
    "consent-missing": _("Nobody has agreed to the use of “%(presenter)s”. Choose another presenter in the editor, then export again."),
    "consent-revoked": _("The consent to use “%(presenter)s” was withdrawn. Choose another presenter in the editor, then export again."),
    "presenter-unready": _("The presenter “%(presenter)s” is not ready yet. Wait, or choose another in the editor, then export again."),
    "presenter-unknown": _("A presenter of this video is no longer there. Choose another in the editor, then export again."),
    "setup-incomplete": _("Files that the studio needs are missing. Whoever runs it can fetch them with “make setup”; then try again."),
    "export-speech": _("The voices have changed since this export was ordered. Export again from the editor."),
    "avatar-away": _("The server that moves this presenter’s mouth does not answer. Wait, or export with the studio’s own mouth."),
    "avatar-refused": _("The server that moves this presenter’s mouth could not do it. Export with the studio’s own mouth, or try again."),
    "export-empty": _("This project has no scenes yet. Write a scene, then export it."),
    "export-material": _("“%(name)s” is still being prepared. Export once it is ready."),
    "export-unspeakable": _("The words of scene %(scene)s cannot be said by their voice. Change the words or the voice, then export."),
    "export-voiceless": _(
        "No voice here speaks %(language)s yet, and scene %(scene)s has no recording in it. Record or upload one for each passage, "
        "choose another language, or show these words as captions below another language."
    ),
    "preset-unknown": _("Choose one of the offered resolutions."),
    "language-unknown": _("Choose one of the offered languages."),
    "worker-lost": _("The export was interrupted several times. Try again; what was drawn already is kept."),
    "unexpected": _("Something went wrong on our side. It has been noted. Try again; what was drawn already is kept."),
}
"""By code. A sentence says what to do next."""


EXTRA_NAMES: Final[Mapping[str, LazyString]] = {
    "gif": _("Moving cover (GIF)"),
    "webp": _("Moving cover (WebP)"),
    "still": _("Cover (PNG)"),
    "sound": _("Sound alone (WAV)"),
    "alone": _("Presenter alone, transparent (WebM)"),
}
"""What the further files are called."""


def percent(progress: Mapping[str, Any]) -> int:
    """How much of the whole is done, 0 to 100, by a job's progress."""
    start, end = STAGES.get(str(progress.get("stage")), (0, 0))
    total = int(progress.get("total") or 0)
    return start + (end - start) * min(int(progress.get("done") or 0), total) // total if total else start


@blueprint.app_context_processor
def offered() -> dict[str, object]:
    """What the dialog and the cards name."""
    return {"extra_names": EXTRA_NAMES, "default_preset": DEFAULT_PRESET}


@blueprint.app_template_filter("preset_name")
def preset_name(preset: ExportPreset) -> str:
    """What a resolution is called."""
    return "4K" if preset.name == "4k" else preset.name


@blueprint.app_template_filter("extras_of")
def extras_of(document: Document) -> dict[str, LazyString]:
    """The further files that can be made of a document, by kind: nobody is alone where nobody is shown."""
    return {kind: name for kind, name in EXTRA_NAMES.items() if kind != "alone" or consents.shows_anybody(document)}


@blueprint.app_template_filter("shape_name")
def shape_name(canvas: Canvas) -> str:
    """A canvas's shape in small numbers: 9:16."""
    shared = gcd(canvas.width_px, canvas.height_px)
    return f"{canvas.width_px // shared}:{canvas.height_px // shared}"


@blueprint.app_template_filter("film_size")
def film_size(told: Told) -> tuple[int, int]:
    """An export's width and height in pixels; those of the canvas where the quote, being older, does not say."""
    canvas = told.project.canvas
    width, height = told.export.quote.get("size_px") or (canvas["width_px"], canvas["height_px"])
    return width, height


@blueprint.app_template_filter("export_percent")
def told_percent(told: Told) -> int:
    """How far an export is, 0 to 100."""
    return percent(told.job.progress) if told.job else 0


@blueprint.app_template_filter("export_stage")
def stage(told: Told) -> str:
    """What is being done."""
    if told.job is not None and told.job.paused:
        return str(_("Paused") if told.job.state is JobState.QUEUED else _("Pausing after this piece"))
    if told.job is None or told.job.state is JobState.QUEUED:
        return str(_("Continuing in a moment") if told.job and told.job.progress else _("Waiting for its turn"))
    if told.job.cancel_asked:
        return str(_("Stopping"))
    return str(STAGE_WORDS.get(str(told.job.progress.get("stage")), STAGE_WORDS["linking"]))


@blueprint.app_template_filter("export_state")
def state(told: Told) -> str:
    """Where an export stands, in a word or two."""
    ended = {ExportState.DONE: _("Ready"), ExportState.FAILED: _("Failed"), ExportState.CANCELLED: _("Cancelled")}
    return str(ended.get(told.export.state) or _("In the making"))


@blueprint.app_template_filter("export_trouble")
def trouble(told: Told) -> str:
    """Why an export failed, and what to do."""
    code, facts = (told.job.error_code, told.job.error_facts) if told.job else (None, {})
    return _worded(code or "unexpected", facts)


@blueprint.app_template_filter("export_problem")
def problem(found: Problem) -> str:
    """Why nothing can be offered, and what to do."""
    language = found.facts.get("language")
    return _worded(found.code, found.facts | {"language": language_name(str(language))} if language else found.facts)


@blueprint.app_template_filter("export_price")
def price(export: Export) -> str:
    """What it costs, or cost; exports from before there were accounts cost nothing."""
    charge = export.quote.get("charge")
    if charge is None or export.quote["terms"] != "ledger":
        return str(_("free while testing"))
    return str(_("charged: %(length)s", length=lasting(charge)) if charge else _("paid already"))


@blueprint.app_template_filter("language_name")
def language_name(tag: str) -> str:
    """What a language is called in the reader's."""
    try:
        named = Locale.parse(tag, sep="-").get_display_name(get_locale())
    except (ValueError, UnknownLocaleError):
        named = None
    return named or tag


def _worded(code: str, facts: Mapping[str, str | int]) -> str:
    if code in TROUBLES:
        return _filled(TROUBLES[code], facts)
    return sentence(code, facts) if code in WORDS else str(TROUBLES["unexpected"])


def _filled(words: LazyString, facts: Mapping[str, str | int]) -> str:
    return str(words) % defaultdict(lambda: "…", facts)
