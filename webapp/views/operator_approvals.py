"""The operator's queue of requests that take other people's agreement."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.extensions import database, now
from webapp.models.approval import Approval, ApprovalState
from webapp.models.identity import User
from webapp.models.staff import StaffRole
from webapp.models.tenant import Tenant
from webapp.services import approvals, deliveries, permissions
from webapp.services.permissions import Permission
from webapp.views.access import needs
from webapp.views.listing import Column, Listing, days, one_of, show
from webapp.views.session import actor, current_user
from webapp.views.tenant_words import APPROVAL_KINDS, APPROVAL_STATES, STAFF_ROLES

blueprint = Blueprint("operator_approvals", __name__)

APPROVALS = Listing(
    name="approvals",
    columns=(
        Column(
            "kind",
            _("Request"),
            lambda row: APPROVAL_KINDS.get(row.Approval.kind, row.Approval.kind),
            sort=col(Approval.kind),
            link=lambda row: url_for("operator_approvals.show_approval", approval_id=row.Approval.id),
        ),
        Column("tenant", _("For"), lambda row: row.Tenant.name if row.Tenant else ""),
        Column("asker", _("Asked by"), lambda row: row.User.name if row.User else ""),
        Column("roles", _("Needs"), lambda row: ", ".join(str(STAFF_ROLES[role]) for role in row.Approval.roles)),
        Column("state", _("State"), lambda row: APPROVAL_STATES[row.Approval.state], sort=col(Approval.state)),
        Column("asked", _("Asked"), lambda row: row.Approval.created_at, sort=col(Approval.created_at)),
    ),
    filters=(
        one_of("state", _("State"), APPROVAL_STATES, lambda state: col(Approval.state) == ApprovalState(state)),
        one_of("kind", _("Request"), APPROVAL_KINDS, lambda kind: col(Approval.kind) == kind),
        *days("from", "until", col(Approval.created_at)),
    ),
    tie=col(Approval.id),
    first_sort="-asked",
    empty=_("Nothing was asked for yet."),
)


@blueprint.get("/operator/approvals")
@needs(Permission.DECIDE_APPROVAL)
def index() -> Response:
    """The queue."""
    return show(APPROVALS, approvals.query(), "operator/approvals.html")


@blueprint.get("/operator/approvals/<approval_id>")
@needs(Permission.DECIDE_APPROVAL)
def show_approval(approval_id: str) -> str:
    """One request, what was said on it, and what the reader may still say."""
    user_id = current_user().id
    with database().reading() as session:
        approval = approvals.find(session, approval_id)
        votes = approvals.votes_on(session, approval_id)
        mine = approvals.roles_to_decide(approval, votes, user_id, permissions.roles_of(session, user_id))
        named = {each: session.get(User, each) for each in {approval.asked_by_id, *(vote.user_id for vote in votes)}}
        tenant = session.get(Tenant, approval.tenant_id) if approval.tenant_id else None
        deliverable = deliveries.can_deliver(session, approval)
    return render_template(
        "operator/approval.html",
        approval=approval,
        deliverable=deliverable,
        votes=votes,
        mine=mine,
        named=named,
        concerned=tenant,
        kind=APPROVAL_KINDS.get(approval.kind, approval.kind),
        states=APPROVAL_STATES,
        roles=STAFF_ROLES,
    )


@blueprint.post("/operator/approvals/<approval_id>")
@needs(Permission.DECIDE_APPROVAL)
def decide(approval_id: str) -> Response:
    """Agree or refuse."""
    form = request.form
    with database().transaction() as session:
        approvals.decide(session, actor(), approval_id, _role(), now(), agrees=form.get("agrees") == "yes", note=form.get("note", ""))
    return redirect(url_for("operator_approvals.show_approval", approval_id=approval_id))


@blueprint.post("/operator/approvals/<approval_id>/withdraw")
@needs(Permission.DECIDE_APPROVAL)
def withdraw(approval_id: str) -> Response:
    """Take one's own request back."""
    with database().transaction() as session:
        approvals.withdraw(session, actor(), approval_id, now())
    return redirect(url_for("operator_approvals.show_approval", approval_id=approval_id))


def _role() -> StaffRole:
    try:
        return StaffRole(request.form.get("role", ""))
    except ValueError as error:
        raise Invalid("role") from error
