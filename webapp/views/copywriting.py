"""Scripts from product facts, on the way to a new project: its form travels along and gets the script in the end."""

from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _

from webapp.errors import Invalid
from webapp.extensions import htmx
from webapp.providers.language.embedded import SECONDS
from webapp.services import copywriting
from webapp.services.copywriting import BENEFITS_MAX, SEED_MAX, Draft, Facts
from webapp.services.projects import Wishes
from webapp.views.language import reading_language
from webapp.views.projects import FIRST_PRESENTER, new_page, sent_wishes
from webapp.views.words import worded

blueprint = Blueprint("copywriting", __name__)

REASONS: Final = {
    "superlative": _("Advertising law forbids superlatives and absolute promises. Say it without, or be ready to prove it."),
    "certificate": _("Certificates, tests and patents may only be named if you can show them."),
    "number": _("This figure is not among your facts. Add it there if it is true."),
    "forbidden": _("You asked to avoid this word."),
}


@blueprint.get("/copywriting")
def begin() -> str:
    """The form for product facts, with a new project's wishes as they start."""
    language = "zh" if reading_language().startswith("zh") else "en"
    return _page(Wishes(language=language, presenter=FIRST_PRESENTER), _first_facts(language))


@blueprint.post("/copywriting")
def ask() -> str:
    """The form for product facts, from the form for a new project."""
    wishes = sent_wishes()
    return _page(wishes, _first_facts(wishes.language))


@blueprint.post("/copywriting/benefits")
def benefits() -> str:
    """One more line for a benefit, or one less."""
    rows = list(_rows())
    gone = request.form.get("remove", "")
    if gone.isdecimal() and int(gone) < len(rows):
        del rows[int(gone)]
    elif not gone and len(rows) < BENEFITS_MAX:
        rows.append("")
    facts = _facts(rows)
    if htmx:
        return render_template("copywriting/_benefits.html", facts=facts, problem={}, benefits_max=BENEFITS_MAX)
    return _page(sent_wishes(), facts)


@blueprint.post("/copywriting/script")
def write() -> str | tuple[str, int]:
    """A script from the facts; another one for every seed."""
    facts = _facts(_rows())
    try:
        return _page(sent_wishes(), facts, copywriting.write(facts))
    except Invalid as error:
        return _page(sent_wishes(), facts, error=error), 422


@blueprint.post("/copywriting/review")
def review() -> str:
    """What needs a look in a script that is being edited by hand."""
    found = copywriting.review(_facts(_rows()), request.form.get("text", ""))
    return render_template("copywriting/_review.html", review=found, reasons=REASONS)


@blueprint.post("/copywriting/use")
def use() -> str:
    """Back to the form for a new project, with the script in it."""
    wishes, name = sent_wishes(), request.form.get("name", "")
    text = request.form.get("text", "").replace("\r\n", "\n")
    return new_page(Wishes(wishes.title or name[:200], wishes.shape, wishes.frame_rate, wishes.language, wishes.presenter, text))


@blueprint.post("/copywriting/back")
def back() -> str:
    """Back to the form for a new project as it was."""
    return new_page(sent_wishes())


def _page(wishes: Wishes, facts: Facts, draft: Draft | None = None, error: Invalid | None = None) -> str:
    return render_template(
        "copywriting/page.html",
        wishes=wishes,
        facts=facts,
        draft=draft,
        next_seed=facts.seed % SEED_MAX + 1,
        problem={error.field: worded(error)} if error else {},
        reasons=REASONS,
        all_seconds=SECONDS,
        benefits_max=BENEFITS_MAX,
    )


def _first_facts(language: str) -> Facts:
    written_in = language if language in {"zh", "en"} else "zh"
    return Facts(language=written_in, traditional=reading_language() == "zh-Hant")


def _facts(rows: list[str]) -> Facts:
    form, seed = request.form, request.form.get("seed", "1")
    return Facts(
        name=form.get("name", ""),
        audience=form.get("audience", ""),
        pain=form.get("pain", ""),
        scene=form.get("scene", ""),
        price=form.get("price", ""),
        benefits=tuple(rows) or ("",),
        forbidden=form.get("forbidden", ""),
        seconds=form.get("seconds", "20"),
        language=form.get("language", ""),
        traditional=form.get("traditional") == "yes",
        seed=min(int(seed), SEED_MAX) if seed.isdecimal() and len(seed) <= 10 else 1,  # noqa: PLR2004 - the digits of SEED_MAX
    )


def _rows() -> list[str]:
    return request.form.getlist("benefit")[: BENEFITS_MAX + 1]
