"""Bundles: several shapes of one ad, each in several languages, offered at one price and ordered together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from render.timeline.document import Document
from webapp.errors import Invalid
from webapp.ledger.kinds import Kind
from webapp.models.export import Export
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import documents, entitlements, quotes, tongues
from webapp.services.entitlements import Balance, Wish
from webapp.services.quotes import Offer, Problem
from webapp.services.tongues import Beside

SHAPES_MAX: Final = 12
LANGUAGES_MAX: Final = 4
ITSELF: Final = "itself"
"""Names the document without a variant, where an empty name would be nothing chosen."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What is chosen in the dialog; `shapes` are ids of variants, or ITSELF."""

    shapes: Sequence[str]
    preset: str
    languages: Sequence[str]
    extras: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """One offer for each shape in each language, with what the tenant has, and why all together cannot be paid, if so.

    `unready` says of each language beside the project's own which passages lack words in it, or have old ones.
    """

    project: Project
    offers: tuple[Offer, ...]
    balance: Balance
    short: Problem | None = None
    unready: tuple[Beside, ...] = ()

    @property
    def problem(self) -> Problem | None:
        """What is in the way of the first of them that cannot be offered."""
        return next((offer.problem for offer in self.offers if offer.problem), None)

    @property
    def exports(self) -> tuple[Export, ...]:
        """The quotes, once there is one for each; else none."""
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
    """Offer every chosen shape in every chosen language, in the dialog's order. Raises NotFound, and Invalid for what is not on offer."""
    loaded = documents.current(session, tenant, project_id)
    items = _items(loaded.document, wished)
    offers = tuple(
        quotes.make(
            session,
            tenant,
            project_id,
            preset=wished.preset,
            language=language,
            now=now,
            user_id=user_id,
            variant="" if shape == ITSELF else shape,
            extras=wished.extras,
        )
        for shape, language in items
    )
    bundle = Bundle(loaded.project, offers, entitlements.balance(session, tenant, Kind.VIDEO, now))
    wish = Wish(kind=Kind.VIDEO, amount=bundle.charge, subject="", user_id=user_id)
    short = entitlements.shortfall(session, tenant, wish, now)
    unready = tuple(_unready(loaded.document, (language for _, language in items)))
    return replace(bundle, short=Problem(short.code, short.facts) if short else None, unready=unready)


def _items(document: Document, wished: Wished) -> tuple[tuple[str, str], ...]:
    """Every chosen shape in every chosen language; a variant in a language of its own speaks that one. Raises Invalid."""
    shapes, languages = tuple(dict.fromkeys(wished.shapes)), tuple(dict.fromkeys(wished.languages))
    if not 0 < len(shapes) <= SHAPES_MAX:
        raise Invalid("shape", "shapes-count", most=SHAPES_MAX)
    if not 0 < len(languages) <= LANGUAGES_MAX:
        raise Invalid("language", "language-unknown")
    own = {variant.id: variant.language for variant in document.variants}
    return tuple(dict.fromkeys((shape, own.get(shape) or language) for language in languages for shape in shapes))


def _unready(document: Document, languages: Iterable[str]) -> Iterator[Beside]:
    for language in dict.fromkeys(languages):
        found = tongues.written(document, language)
        if found.missing or found.behind:
            yield found
