"""Letters of the studio's own accord: what ends soon and what has ended, each once, in the reader's language.

Whoever rules the account hears all of it; who has a seat that ends hears that of her own.

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
from webapp.models.identity import User
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
    """Something that ends: `about` names it for good, `amount` is in the kind's unit; a seat has a `holder_id`."""

    about: str
    tenant_id: str
    occasion: Occasion
    kind: Kind
    amount: int
    on: date
    holder_id: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to write to: in which language, with whose words, and where the account is that it is about."""

    user: User
    language: str
    words: NullTranslations
    account: str


def post_due(session: Session, words: Words, address: str, now: datetime) -> list[Message]:
    """Write every letter that is due and was not written: one for all that ends alike on one day. `address` is the page to look at."""
    groups: dict[tuple[str, Occasion, Kind, date], list[Ending]] = defaultdict(list)
    for ending in _untold(session, _endings(session, now)):
        groups[ending.tenant_id, ending.occasion, ending.kind, ending.on].append(ending)
    return [message for key in sorted(groups) for message in _post(session, words, address, groups[key], now)]


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
    return Ending(f"{occasion}:{seat.id}:{seat.terms}", seat.tenant_id, occasion, seat.kind, 1, at.date(), seat.user_id or "")


def _untold(session: Session, endings: Iterable[Ending]) -> list[Ending]:
    found = list(endings)
    known = set(session.exec(select(Letter.about).where(col(Letter.about).in_([ending.about for ending in found]))))
    return [ending for ending in found if ending.about not in known]


def _post(session: Session, words: Words, address: str, endings: list[Ending], now: datetime) -> Iterator[Message]:
    """The letters about what ends alike; where nobody can be written to, it counts as told."""
    first = endings[0]
    session.add_all(Letter(tenant_id=first.tenant_id, about=ending.about, created_at=now) for ending in endings)
    session.flush()
    account, admin = session.get_one(Tenant, first.tenant_id).name, tenants.admin_of(session, first.tenant_id)
    if reader := _reader(admin, words, account):
        subject, body = _written(reader, first, sum(ending.amount for ending in endings))
        yield outbox.post(session, reader.user, reader.language, subject, f"{body}\n\n{address}", now)
    for holder_id in sorted({ending.holder_id for ending in endings} - {"", admin.id if admin else ""}):
        if reader := _reader(session.get(User, holder_id), words, account):
            yield outbox.post(session, reader.user, reader.language, *_written_to_holder(reader, first), now)


def _reader(user: User | None, words: Words, account: str) -> Reader | None:
    if user is None or not (user.email or user.phone):
        return None
    language = languages.negotiate(user.ui_language)
    return Reader(user, language, words(language), account)


def _facts(reader: Reader, ending: Ending) -> dict[str, str]:
    day = format_date(ending.on, locale=languages.locale_of(reader.language))
    return {"kind": reader.words.gettext(KINDS[ending.kind]), "day": day, "account": reader.account}


def _written(reader: Reader, ending: Ending, amount: int) -> tuple[str, str]:
    """Subject and body for whoever rules the account."""
    _ = reader.words.gettext
    facts = _facts(reader, ending) | {"quantity": told(ending.kind, amount, down=True), "num": str(amount)}
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


def _written_to_holder(reader: Reader, ending: Ending) -> tuple[str, str]:
    """Subject and body for whoever has the seat."""
    _ = reader.words.gettext
    if ending.occasion is Occasion.SEAT_SOON:
        subject = _("%(kind)s: your seat ends soon")
        body = _(
            "%(kind)s of %(account)s: your seat ends on %(day)s and cannot be renewed yet. Ask your administrator to top up before then."
        )
    else:
        subject = _("%(kind)s: your seat has ended")
        body = _("%(kind)s of %(account)s: your seat ended on %(day)s because nothing was left to renew it. Ask your administrator.")
    facts = _facts(reader, ending)
    return subject % facts, body % facts
