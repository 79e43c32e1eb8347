"""Casting: everybody who may present a scene, as a dialog shows them: one's own, the tenant's and the gallery's, favourites first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlmodel import Session

from webapp.models.identity import User
from webapp.models.tenant import Tenant
from webapp.services import favourites, outfits, presenters
from webapp.services.people_shelf import Wanted, shelf_of_people
from webapp.services.presenters import Offered, Portrait

Whose = Literal["mine", "ours", "gallery"]
WHOSE: Final = ("mine", "ours", "gallery")
SHOTS: Final = ("medium", "close", "extreme")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to choose: `mine` was brought by whoever asks, `ours` by somebody else of the tenant. Outfits are ids and names."""

    person: Offered
    whose: Whose
    outfits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: words in names and in what people are like, whose they are, and as on the shelf of people."""

    wanted: Wanted
    words: str = ""
    whose: str = ""


def candidates(session: Session, tenant: Tenant, user: User, language: str) -> tuple[Candidate, ...]:
    """Everybody whom the tenant may have present a scene, those that somebody of the tenant brought first."""
    brought = {portrait.presenter.id: portrait for portrait in presenters.portraits(session, tenant)}
    sets = outfits.ready(session, list(brought))
    loved = favourites.of(session, tenant, user)
    return tuple(
        Candidate(replace(person, favourite=person.id in loved), _whose(brought.get(person.id), user), sets.get(person.id, ()))
        for person in presenters.offered(session, tenant, language)
    )


def found(people: Iterable[Candidate], search: Search, word_of: Callable[[str], str] = str) -> list[Candidate]:
    """Those who fit, favourites first. `word_of` says a tag in the reader's language: she searches in that."""
    sought = search.words.casefold().split()
    fitting = {
        one.person.id: one
        for one in people
        if search.whose in {"", one.whose} and all(word in _told(one.person, word_of) for word in sought)
    }
    loved = frozenset(name for name, one in fitting.items() if one.person.favourite)
    return [fitting[person.id] for person in shelf_of_people((one.person for one in fitting.values()), loved, search.wanted)]


def _told(person: Offered, word_of: Callable[[str], str]) -> str:
    return " ".join((person.name, *person.tags, *map(word_of, person.tags))).casefold()


def _whose(portrait: Portrait | None, user: User) -> Whose:
    if portrait is None:
        return "gallery"
    return "mine" if portrait.consent is not None and portrait.consent.user_id == user.id else "ours"
