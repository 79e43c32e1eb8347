"""Deliveries: what the operator grants itself. Direct deals at once; test grants of customisations and early deliveries when approved.

What was asked for is written into the approval's facts, and delivered exactly so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from webapp.errors import Forbidden, Invalid
from webapp.ledger import money
from webapp.ledger.kinds import CUSTOMISATIONS, Currency, Kind
from webapp.ledger.money import Priced
from webapp.models.approval import Approval, ApprovalState
from webapp.models.order import OrderLine, Source
from webapp.models.staff import StaffRole
from webapp.models.tenant import Tenant
from webapp.services import approvals, audit, orders, products
from webapp.services.approvals import Request
from webapp.services.audit import Actor, Subject
from webapp.services.order_terms import Gift, Item, Terms

KINDS: Final[Mapping[str, Source]] = {"test-grant": Source.TEST, "early-delivery": Source.EARLY}
KEY_LENGTH_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Deal:
    """A contract: so many of some products, for a total in minor units, at the discount that it names (hundredths of a 折)."""

    items: tuple[Item, ...]
    currency: Currency
    total: int
    discount: int | None


@dataclass(frozen=True, slots=True)
class Early:
    """What is delivered before it is paid: the contract's date, the opening's, and who bears the cost."""

    contract_on: date | None
    opened_on: date
    cost_owner: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A test grant: amounts by kind, the test code, the request form, and the last day on which it can be used."""

    gifts: tuple[Gift, ...]
    code: str
    form: str
    until: date | None

    @property
    def needs_approval(self) -> bool:
        """Whether there are customisations in it."""
        return any(gift.kind in CUSTOMISATIONS for gift in self.gifts)


def right_discount(session: Session, deal: Deal) -> int:
    """折 = 10 × contract total ÷ Σ(list × quantity), half-up to two decimals; in hundredths. Raises Invalid and NotFound."""
    if not deal.items:
        raise Invalid("items", "items-missing")
    listed = [Priced(products.price_of(products.find(session, item.product_id), deal.currency), item.count) for item in deal.items]
    return money.discount_of(deal.total, listed)


def grant_direct(session: Session, actor: Actor, tenant: Tenant, deal: Deal, now: datetime, *, key: str) -> list[OrderLine]:
    """Grant a direct deal; the same `key` again is the same one. Raises Invalid, with the right discount where it differs."""
    terms = Terms(source=Source.OPERATOR, key=f"direct:{key[:KEY_LENGTH_MAX]}", created_by=actor.user_id, **_money(deal))
    return _place(session, actor, tenant, deal.items, terms, now)


def grant_trial(session: Session, actor: Actor, tenant: Tenant, trial: Trial, now: datetime, *, key: str) -> list[OrderLine]:
    """Grant for a test what takes no approval. Raises Invalid, and Forbidden where one is needed."""
    return _place(session, actor, tenant, trial.gifts, _trial_terms(actor, trial, f"test:{key[:KEY_LENGTH_MAX]}"), now)


def ask_trial(session: Session, actor: Actor, tenant: Tenant, trial: Trial, now: datetime, *, reason: str, key: str) -> Approval:
    """Ask the product line for a test grant with customisations. Raises Invalid and Conflict."""
    for name, value in (("code", trial.code), ("form", trial.form)):
        if not value.strip():
            raise Invalid(name, f"test-{name}-missing")
    facts = {
        "gifts": [[gift.kind.value, gift.quantity] for gift in trial.gifts],
        "code": trial.code,
        "form": trial.form,
        "until": _iso(trial.until),
    }
    request = Request("test-grant", key[:32], (StaffRole.PRODUCT,), tenant.id, reason, facts)
    return approvals.ask(session, actor, request, now)


def ask_early(  # noqa: PLR0917 - a deal and its dates
    session: Session, actor: Actor, tenant: Tenant, deal: Deal, early: Early, now: datetime, *, reason: str, key: str
) -> Approval:
    """Ask sales and the product line for a delivery before payment. Raises Invalid and Conflict."""
    right = right_discount(session, deal)
    if deal.discount is not None and deal.discount != right:
        raise Invalid("discount", "discount-differs", right=money.told(right))
    if early.contract_on is None or early.contract_on > early.opened_on:
        raise Invalid("contract_on", "contract-date", latest=early.opened_on.isoformat())
    if not early.cost_owner.strip():
        raise Invalid("cost_owner", "cost-owner-missing")
    items = [[item.product_id, item.count, products.find(session, item.product_id).name] for item in deal.items]
    dates = {"contract_on": _iso(early.contract_on), "opened_on": _iso(early.opened_on), "cost_owner": early.cost_owner.strip()}
    facts = {"items": items, "currency": deal.currency.value, "total": deal.total, "discount": right} | dates
    request = Request("early-delivery", key[:32], (StaffRole.SALES, StaffRole.PRODUCT), tenant.id, reason, facts)
    return approvals.ask(session, actor, request, now)


def can_deliver(session: Session, approval: Approval) -> bool:
    """Whether an approved request still waits to be carried out."""
    if approval.state is not ApprovalState.APPROVED or approval.kind not in KINDS or not approval.tenant_id:
        return False
    return not orders.is_placed(session, session.get_one(Tenant, approval.tenant_id), _key(approval))


def deliver(session: Session, actor: Actor, approval_id: str, now: datetime) -> list[OrderLine]:
    """Carry out what was approved, once. Raises NotFound, and Forbidden where nothing was approved."""
    approval = approvals.find(session, approval_id)
    if approval.state is not ApprovalState.APPROVED or approval.kind not in KINDS or not approval.tenant_id:
        raise Forbidden("approval-missing")
    tenant, facts = session.get_one(Tenant, approval.tenant_id), approval.facts
    if KINDS[approval.kind] is Source.TEST:
        gifts = tuple(Gift(Kind(kind), quantity) for kind, quantity in facts["gifts"])
        trial = Trial(gifts, facts["code"], facts["form"], _day(facts["until"]))
        return _place(session, actor, tenant, gifts, _trial_terms(actor, trial, _key(approval), approval.id), now)
    return _place(session, actor, tenant, [Item(name, count) for name, count, _ in facts["items"]], _early_terms(actor, approval), now)


def _trial_terms(actor: Actor, trial: Trial, key: str, approval_id: str = "") -> Terms:
    ends = datetime(trial.until.year, trial.until.month, trial.until.day, tzinfo=UTC) + timedelta(days=1) if trial.until else None
    evidence = {"code": trial.code, "form": trial.form}
    return Terms(source=Source.TEST, key=key, created_by=actor.user_id, expires_at=ends, approval_id=approval_id, evidence=evidence)


def _early_terms(actor: Actor, approval: Approval) -> Terms:
    facts = approval.facts
    deal = Deal((), Currency(facts["currency"]), facts["total"], facts["discount"])
    early = Early(_day(facts["contract_on"]), date.fromisoformat(facts["opened_on"]), facts["cost_owner"])
    return Terms(
        source=Source.EARLY, key=_key(approval), created_by=actor.user_id, approval_id=approval.id, **_money(deal), **asdict(early)
    )


def _place(session: Session, actor: Actor, tenant: Tenant, items: Sequence[Item | Gift], terms: Terms, now: datetime) -> list[OrderLine]:  # noqa: PLR0917 - one step
    is_new = not orders.is_placed(session, tenant, terms.key)
    lines = orders.place(session, tenant, items, terms, now)
    if is_new:
        subject = Subject("tenant", tenant.id, tenant.name, tenant.id)
        audit.note(session, actor, "order.granted", subject, now, source=terms.source.value, number=lines[0].number)
    return lines


def _money(deal: Deal) -> dict[str, Any]:
    return {"currency": deal.currency, "contract_total": deal.total, "discount": deal.discount}


def _key(approval: Approval) -> str:
    return f"approval:{approval.id}"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
