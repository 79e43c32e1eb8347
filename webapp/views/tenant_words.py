"""The words for kinds of tenant, kinds of work and what was done."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from webapp.models.approval import ApprovalState
from webapp.models.staff import StaffRole
from webapp.models.tenant import TenantKind

KINDS: Final[Mapping[str, LazyString]] = {
    TenantKind.PERSONAL: _("Personal"),
    TenantKind.ENTERPRISE: _("Enterprise"),
    TenantKind.AGENT: _("Agent"),
    TenantKind.OPERATOR: _("Operator"),
}

STAFF_ROLES: Final[Mapping[str, LazyString]] = {
    StaffRole.SALES: _("Sales"),
    StaffRole.PRODUCT: _("Product line"),
    StaffRole.FINANCE: _("Finance"),
    StaffRole.TRAINING: _("Training"),
    StaffRole.ADMIN: _("Administration"),
}

APPROVAL_STATES: Final[Mapping[str, LazyString]] = {
    ApprovalState.OPEN: _("Waiting"),
    ApprovalState.APPROVED: _("Approved"),
    ApprovalState.REFUSED: _("Refused"),
    ApprovalState.WITHDRAWN: _("Withdrawn"),
}

APPROVAL_KINDS: Final[Mapping[str, LazyString]] = {
    "test-grant": _("Test grant"),
    "early-delivery": _("Early delivery"),
    "deletion": _("Deletion of all data"),
}

ACTS: Final[Mapping[str, LazyString]] = {
    "tenant.opened": _("Opened an account"),
    "deletion.asked": _("Asked for all data to be deleted"),
    "deletion.taken-back": _("Took a deletion back"),
    "deletion.done": _("Deleted all data"),
    "presenter.brought": _("Brought a presenter"),
    "presenter.approved": _("Approved a presenter"),
    "presenter.sent-back": _("Sent a presenter back"),
    "presenter.remade": _("Had a presenter made anew"),
    "presenter.tried": _("Compared ways of cutting out"),
    "presenter.mouth": _("Chose who moves a presenter’s mouth"),
    "presenter.mouths-tried": _("Compared mouths of a presenter"),
    "consent.withdrawn": _("Withdrew a consent"),
    "consent.read": _("Took a consent read aloud"),
    "tenant.visited": _("Acted for an account"),
    "agent.bound": _("Bound an agent"),
    "agent.unbound": _("Parted from an agent"),
    "agent.visits": _("Changed whether the agent may come in"),
    "agent.discount": _("Changed an agent's discount"),
    "member.added": _("Added a user"),
    "member.renamed": _("Renamed a user"),
    "member.limited": _("Limited what a user may use"),
    "member.unlimited": _("Took a user's limit away"),
    "member.removed": _("Removed a user"),
    "member.admin": _("Handed over the administration"),
    "seat.given": _("Gave a user a seat"),
    "seat.taken": _("Took a seat back"),
    "staff.employed": _("Gave staff their work"),
    "staff.dismissed": _("Took staff's work away"),
    "approval.asked": _("Asked for approval"),
    "approval.agreed": _("Agreed to a request"),
    "approval.refused": _("Refused a request"),
    "approval.withdrawn": _("Withdrew a request"),
    "order.granted": _("Topped up"),
    "order.reversed": _("Took a top-up back"),
    "purchase.ordered": _("Ordered a purchase"),
    "purchase.cancelled": _("Cancelled a purchase"),
    "purchase.paid": _("Took the payment for a purchase"),
    "purchase.refused": _("Refused a payment"),
    "purchase.rejected": _("Found no payment for a purchase"),
    "purchase.refunded": _("Refunded a purchase"),
    "cash.added": _("Added cash"),
    "product.added": _("Added a product"),
    "product.changed": _("Changed a product"),
    "product.retired": _("Took a product off the list"),
    "factor.confirmed": _("Set up a second factor"),
    "factor.forgotten": _("Took a second factor off"),
}
"""By the audit log's verbs."""


def act(verb: str) -> str:
    """What was done, in words; a verb without words is shown as it is."""
    return str(ACTS.get(verb, verb))
