"""The terms of an order: what was agreed on, and who may order what on what proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session

from webapp.errors import Forbidden, Invalid
from webapp.ledger import money
from webapp.ledger.kinds import CUSTOMISATIONS, Currency, Kind
from webapp.ledger.money import FULL
from webapp.models.approval import Approval, ApprovalState
from webapp.models.order import OrderLine, Source
from webapp.models.staff import StaffRole
from webapp.models.tenant import Tenant, TenantKind

CUSTOMERS: Final = frozenset({TenantKind.PERSONAL, TenantKind.ENTERPRISE})
APPROVALS: Final[Mapping[Source, tuple[str, frozenset[StaffRole]]]] = {
    Source.TEST: ("test-grant", frozenset()),
    Source.EARLY: ("early-delivery", frozenset({StaffRole.SALES, StaffRole.PRODUCT})),
}
"""What kind of approval a grant is made on, and whose agreement that must ask for."""


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a product."""

    product_id: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Gift:
    """An amount without a product and a price, in the kind's unit."""

    kind: Kind
    quantity: int


@dataclass(frozen=True, slots=True)
class Bought:
    """So many of a product as it was sold: what one holds and costs (minor units), and for how many days, may have changed on the list."""

    product_id: str
    kind: Kind
    quantity: int
    list_price: int
    count: int
    valid_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an order says beside its items. Money is in minor units, the discount in hundredths of a 折.

    direct deals: `currency`, `contract_total`, and the `discount` that the contract names; early delivery: also `contract_on` and
    `opened_on` (dates where the contract was made), `cost_owner` and `approval_id`; test grants: `evidence` with `code` and `form`, for
    customisations `approval_id`; purchases: `currency`, and the payment as `evidence`.
    """

    source: Source
    key: str
    created_by: str | None = None
    currency: Currency | None = None
    contract_total: int | None = None
    discount: int | None = None
    contract_on: date | None = None
    opened_on: date | None = None
    expires_at: datetime | None = None
    priority: int = 0
    cost_owner: str = ""
    approval_id: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


def check(session: Session, tenant: Tenant, lines: Sequence[OrderLine], terms: Terms, now: datetime) -> None:
    """Who may order what, and on what proof."""
    if tenant.kind not in CUSTOMERS:
        raise Invalid("tenant", "tenant-kind")
    if terms.expires_at is not None and terms.expires_at <= now:
        raise Invalid("expires_at", "expiry-past")
    match terms.source:
        case Source.AGENT:
            raise Forbidden
        case Source.PURCHASE:
            _check_purchase(tenant, terms)
        case Source.OPERATOR:
            _need(terms.contract_total is not None and terms.currency is not None, "contract_total", "contract-missing")
        case Source.TEST:
            _check_test(session, tenant, lines, terms)
        case _:
            _check_early(session, tenant, terms, now)


def _check_purchase(tenant: Tenant, terms: Terms) -> None:
    if tenant.kind is not TenantKind.PERSONAL:
        raise Forbidden("purchase-personal")
    _need(terms.currency is not None, "currency", "currency-missing")
    _need(terms.contract_total is None and terms.discount is None, "discount", "discount-differs", right=money.told(FULL))


def _check_test(session: Session, tenant: Tenant, lines: Sequence[OrderLine], terms: Terms) -> None:
    for name in ("code", "form"):
        _need(bool(terms.evidence.get(name)), name, f"test-{name}-missing")
    if any(line.kind in CUSTOMISATIONS for line in lines):
        _check_approved(session, tenant, terms)


def _check_early(session: Session, tenant: Tenant, terms: Terms, now: datetime) -> None:
    _need(bool(terms.cost_owner.strip()), "cost_owner", "cost-owner-missing")
    opened_on = terms.opened_on or now.date()
    _need(terms.contract_on is not None and terms.contract_on <= opened_on, "contract_on", "contract-date", latest=opened_on.isoformat())
    _check_approved(session, tenant, terms)


def _check_approved(session: Session, tenant: Tenant, terms: Terms) -> None:
    """The approval is for this tenant and this sort of grant, was given, by whom it takes, and has not been used."""
    kind, roles = APPROVALS[terms.source]
    approval = session.get(Approval, terms.approval_id) if terms.approval_id else None
    if approval is None or approval.state is not ApprovalState.APPROVED or approval.tenant_id != tenant.id:
        raise Forbidden("approval-missing")
    if approval.kind != kind or not roles <= set(approval.roles):
        raise Forbidden("approval-missing")
    _need(terms.key == f"approval:{approval.id}", "approval_id", "approval-used")


def _need(holds: bool, field: str, code: str, **facts: str) -> None:  # noqa: FBT001 - the condition itself
    if not holds:
        raise Invalid(field, code, **facts)
