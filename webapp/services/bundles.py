"""Bundles: several shapes of one ad, offered at one price and ordered together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from render.timeline.document import Document
from webapp.errors import Invalid
from webapp.ledger.kinds import Kind
from webapp.models.export import Export
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import documents, entitlements, quotes
from webapp.services.entitlements import Balance, Wish
from webapp.services.quotes import Offer, Problem

SHAPES_MAX: Final = 12
ITSELF: Final = "itself"
"""Names the document without a variant, where an empty name would be nothing chosen."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What is chosen in the dialog; `shapes` are ids of variants, or ITSELF."""

    shapes: Sequence[str]
    preset: str
    language: str
    extras: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """One offer for each shape, with what the tenant has, and why all together cannot be paid, if so."""

    project: Project
    offers: tuple[Offer, ...]
    balance: Balance
    short: Problem | None = None

    @property
    def problem(self) -> Problem | None:
        """What is in the way of the first shape that cannot be offered."""
        return next((offer.problem for offer in self.offers if offer.problem), None)

    @property
    def exports(self) -> tuple[Export, ...]:
        """The quotes, once there is one for every shape; else none."""
        found = tuple(offer.export for offer in self.offers if offer.export)
        return found if len(found) == len(self.offers) else ()

    @property
    def milliseconds(self) -> int:
        """How long all of them are together."""
        return sum(export.quote["milliseconds"] for export in self.exports)

    @property
    def charge(self) -> int:
        """What they cost together, in milliseconds of video."""
        return sum(export.quote["charge"] for export in self.exports)

    @property
    def scenes(self) -> tuple[int, int]:
        """How many of their scenes are charged, of how many."""
        return sum(len(export.quote["owed"]) for export in self.exports), sum(len(export.quote["scenes"]) for export in self.exports)

    @property
    def voiced(self) -> tuple[int, int]:
        """How many of their passages are voiced, of how many."""
        known = sum(offer.passages if offer.export else offer.voiced for offer in self.offers)
        return known, sum(offer.passages for offer in self.offers)

    @property
    def missing(self) -> tuple[str, ...]:
        """Digests of what is still to be voiced."""
        return tuple(dict.fromkeys(digest for offer in self.offers for digest in offer.missing))


def make(session: Session, tenant: Tenant, project_id: str, wished: Wished, now: datetime, *, user_id: str | None = None) -> Bundle:
    """Offer every chosen shape, in the dialog's order. Raises NotFound, and Invalid for what is not on offer."""
    loaded = documents.current(session, tenant, project_id)
    shapes = tuple(dict.fromkeys(wished.shapes))
    if not 0 < len(shapes) <= SHAPES_MAX:
        raise Invalid("shape", "shapes-count", most=SHAPES_MAX)
    offers = tuple(
        quotes.make(
            session,
            tenant,
            project_id,
            preset=wished.preset,
            language=_language(loaded.document, shape, wished.language),
            now=now,
            user_id=user_id,
            variant="" if shape == ITSELF else shape,
            extras=wished.extras,
        )
        for shape in shapes
    )
    bundle = Bundle(loaded.project, offers, entitlements.balance(session, tenant, Kind.VIDEO, now))
    wish = Wish(kind=Kind.VIDEO, amount=bundle.charge, subject="", user_id=user_id)
    short = entitlements.shortfall(session, tenant, wish, now)
    return Bundle(bundle.project, offers, bundle.balance, Problem(short.code, short.facts) if short else None)


def _language(document: Document, shape: str, chosen: str) -> str:
    """A variant in a language of its own speaks that one."""
    own = next((variant.language for variant in document.variants if variant.id == shape), None)
    return own or chosen
