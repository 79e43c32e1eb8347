"""The shelf of people: the gallery filtered by who somebody is and what she does, favourites first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from webapp.services.presenters import Offered


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty word asks for nothing. `loved` is `yes` for favourites alone."""

    sex: str = ""
    age: str = ""
    look: str = ""
    tag: str = ""
    loved: str = ""


def shelf_of_people(people: Iterable[Offered], loved: frozenset[str], wanted: Wanted) -> list[Offered]:
    """Those who fit, favourites first, otherwise in their order."""
    fitting = (replace(person, favourite=person.id in loved) for person in people if _fits(person, wanted))
    shown = [person for person in fitting if person.favourite or wanted.loved != "yes"]
    return sorted(shown, key=lambda person: not person.favourite)


def _fits(person: Offered, wanted: Wanted) -> bool:
    asked = ((wanted.sex, person.sex), (wanted.age, person.age_group), (wanted.look, person.look))
    return all(not word or word == has for word, has in asked) and (not wanted.tag or wanted.tag in person.tags)
