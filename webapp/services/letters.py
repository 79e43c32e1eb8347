"""Letters of the studio's own accord: what ends soon and what has ended, to whoever rules the account, in her language, each once.

Lots are told of a week ahead, unless they live no longer than that; seats a month ahead, where nothing is left that would renew them.
What ended days ago, before the clock came to it, is not told any more.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from babel.dates import format_date
from babel.support import NullTranslations
from sqlmodel import Session, col, select

from webapp.ledger.kinds import Kind, told
from webapp.models.ledger import Lot, Seat
from webapp.models.letter import Letter
from webapp.models.outbox import Message
from webapp.models.tenant import Tenant
from webapp.services import entitlements, languages, outbox, tenants

LOT_SOON: Final = timedelta(days=7)
SEAT_SOON: Final = timedelta(days=30)
TOLD_AFTER_MAX: Final = timedelta(days=3)

KINDS: Final[Mapping[Kind, str]] = {
    Kind.VIDEO: "Video minutes",
    Kind.PRESENTER: "Presenter customisations",
    Kind.VOICE: "Voice customisations",
    Kind.LIVE_BASIC: "Live basic minutes",
    Kind.LIVE_ADVANCED: "Live advanced package",
    Kind.VIP: "VIP membership",
}
"""The same words as on pages (views/entitlement_words), from where the catalogues have them."""

Words = Callable[[str], NullTranslations]
"""The catalogue of an interface language."""


class Occasion(StrEnum):
    """What there is to tell."""

    LOT_SOON = "lot-soon"
    LOT_ENDED = "lot-ended"
    SEAT_SOON = "seat-soon"
    SEAT_ENDED = "seat-ended"


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends: `about` names it for good, `amount` is in the kind's unit."""

    about: str
    tenant_id: str
    occasion: Occasion
    kind: Kind
    amount: int
    on: date


def post_due(session: Session, words: Words, address: str, now: datetime) -> list[Message]:
    """Write every letter that is due and was not written: one for all that ends alike on one day. `address` is the page to look at."""
    groups: dict[tuple[str, Occasion, Kind, date], list[Ending]] = defaultdict(list)
    for ending in _untold(session, _endings(session, now)):
        groups[ending.tenant_id, ending.occasion, ending.kind, ending.on].append(ending)
    written = [_post(session, words, address, groups[key], now) for key in sorted(groups)]
    return [message for message in written if message is not None]


def _endings(session: Session, now: datetime) -> Iterator[Ending]:
    yield from _lots(session, now)
    yield from _seats_ended(session, now)
    yield from _seats_soon(session, now)


def _lots(session: Session, now: datetime) -> Iterator[Ending]:
    near = select(Lot).where(col(Lot.expires_at) > now - TOLD_AFTER_MAX, col(Lot.expires_at) <= now + LOT_SOON)
    for lot in session.exec(near.order_by(col(Lot.id))):
        if lot.expires_at is None:
            continue
        ended = lot.expires_at <= now
        occasion, amount = (Occasion.LOT_ENDED, lot.expired) if ended else (Occasion.LOT_SOON, lot.available)
        if amount and (ended or lot.expires_at - lot.granted_at > LOT_SOON):
            yield Ending(f"{occasion}:{lot.id}", lot.tenant_id, occasion, lot.kind, amount, lot.expires_at.date())


def _seats_ended(session: Session, now: datetime) -> Iterator[Ending]:
    ended = select(Seat).where(col(Seat.lapsed_at) > now - TOLD_AFTER_MAX, col(Seat.user_id).is_not(None))
    for seat in session.exec(ended.order_by(col(Seat.id))):
        if seat.lapsed_at is not None:
            yield _of_seat(seat, Occasion.SEAT_ENDED, seat.lapsed_at)


def _seats_soon(session: Session, now: datetime) -> Iterator[Ending]:
    """Of the seats of each tenant and kind whose term ends, those that come after the stock is used up."""
    near = select(Seat).where(col(Seat.lapsed_at).is_(None), col(Seat.until) <= now + SEAT_SOON, col(Seat.user_id).is_not(None))
    due: dict[tuple[str, Kind], list[Seat]] = defaultdict(list)
    for seat in session.exec(near.order_by(col(Seat.until), col(Seat.started_at), col(Seat.id))):
        due[seat.tenant_id, seat.kind].append(seat)
    for (tenant_id, kind), seats in sorted(due.items()):
        stock = entitlements.balance(session, session.get_one(Tenant, tenant_id), kind, now).available
        yield from (_of_seat(seat, Occasion.SEAT_SOON, seat.until) for seat in seats[stock:])


def _of_seat(seat: Seat, occasion: Occasion, at: datetime) -> Ending:
    return Ending(f"{occasion}:{seat.id}:{seat.terms}", seat.tenant_id, occasion, seat.kind, 1, at.date())


def _untold(session: Session, endings: Iterable[Ending]) -> list[Ending]:
    found = list(endings)
    known = set(session.exec(select(Letter.about).where(col(Letter.about).in_([ending.about for ending in found]))))
    return [ending for ending in found if ending.about not in known]


def _post(session: Session, words: Words, address: str, endings: list[Ending], now: datetime) -> Message | None:
    """One letter; where nobody rules the account any more there is nobody to write to, and it counts as told."""
    first = endings[0]
    session.add_all(Letter(tenant_id=first.tenant_id, about=ending.about, created_at=now) for ending in endings)
    session.flush()
    admin, tenant = tenants.admin_of(session, first.tenant_id), session.get_one(Tenant, first.tenant_id)
    if admin is None or not (admin.email or admin.phone):
        return None
    language = languages.negotiate(admin.ui_language)
    subject, body = _written(words(language), first, sum(ending.amount for ending in endings), tenant.name, language)
    return outbox.post(session, admin, language, subject, f"{body}\n\n{address}", now)


def _written(words: NullTranslations, ending: Ending, amount: int, account: str, language: str) -> tuple[str, str]:
    """Subject and body."""
    _, kind = words.gettext, words.gettext(KINDS[ending.kind])
    day = format_date(ending.on, locale=languages.locale_of(language))
    facts = {"kind": kind, "quantity": told(ending.kind, amount, down=True), "day": day, "account": account, "num": amount}
    match ending.occasion:
        case Occasion.LOT_SOON:
            # Translators: subject of a mail; kind is for example "Video minutes"
            subject = _("%(kind)s end soon")
            body = _("%(kind)s of %(account)s: %(quantity)s can be used until %(day)s and is lost after that. Use it before then.")
        case Occasion.LOT_ENDED:
            # Translators: subject of a mail; kind is for example "Video minutes"
            subject = _("%(kind)s have ended")
            body = _("%(kind)s of %(account)s: %(quantity)s was not used and ended on %(day)s.")
        case Occasion.SEAT_SOON:
            subject = _("%(kind)s: seats end soon")
            body = _("%(kind)s of %(account)s: the seats that end on %(day)s cannot be renewed. Missing: %(num)s. Top up before then.")
        case Occasion.SEAT_ENDED:
            subject = _("%(kind)s: seats have ended")
            body = _("%(kind)s of %(account)s: seats ended on %(day)s because nothing was left to renew them. Number: %(num)s.")
    return subject % facts, body % facts
