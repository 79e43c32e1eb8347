"""A customer and its agent: finding one by code, reading what it will see, agreeing, and parting."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.extensions import database, now
from webapp.models.tenant import Tenant
from webapp.services import bindings
from webapp.views.access import customer_admins
from webapp.views.session import actor, current_tenant
from webapp.views.words import worded

blueprint = Blueprint("bindings", __name__)


@blueprint.get("/my-agent")
@customer_admins
def index() -> str:
    """The agent, or the form that asks for a code."""
    return _page("")


@blueprint.get("/my-agent/consent")
@customer_admins
def ask() -> str | tuple[str, int]:
    """The page that says what the agent with this code will see."""
    try:
        with database().reading() as session:
            agent = bindings.agent_by_code(session, request.args.get("code", "")[:40])
    except Invalid as error:
        return _page(worded(error)), 422
    return _consent_page(agent, "")


@blueprint.post("/my-agent")
@customer_admins
def bind() -> Response | tuple[str, int]:
    """Agree."""
    form = request.form
    try:
        with database().transaction() as session:
            agent = bindings.agent_by_code(session, form.get("code", "")[:40])
            if form.get("agrees") != "yes":
                return _consent_page(agent, worded(Invalid("agrees", "binding-consent"))), 422
            may_visit = form.get("may_visit") == "yes"
            bindings.bind(session, actor(), current_tenant(), agent, now(), statement=statement(agent), may_visit=may_visit)
    except (Invalid, Conflict) as error:
        return _page(worded(error)), 422
    return redirect(url_for("bindings.index"))


@blueprint.post("/my-agent/visits")
@customer_admins
def allow_visits() -> Response:
    """Let the agent in, or no longer."""
    with database().transaction() as session:
        bindings.allow_visits(session, actor(), current_tenant(), now(), may_visit=request.form.get("may_visit") == "yes")
    return redirect(url_for("bindings.index"))


@blueprint.post("/my-agent/unbind")
@customer_admins
def unbind() -> Response:
    """Part."""
    with database().transaction() as session:
        bindings.unbind(session, actor(), current_tenant().id, now())
    return redirect(url_for("bindings.index"))


def statement(agent: Tenant) -> str:
    """What a customer agrees to, in her language; kept with the binding as she read it."""
    told: str = _(
        "%(agent)s will see this account's name, what it is granted and what it uses, from now until you part. "
        "It can add to what you have. It does not see your projects, scripts, pictures or videos unless you also let it come in.",
        agent=agent.name,
    )
    return told


def _page(problem: str) -> str:
    with database().reading() as session:
        found = bindings.current(session, current_tenant().id)
    return render_template("bindings/page.html", found=found, problem=problem, code=request.values.get("code", ""))


def _consent_page(agent: Tenant, problem: str) -> str:
    return render_template(
        "bindings/consent.html", agent=agent, code=request.values.get("code", ""), statement=statement(agent), problem=problem
    )
