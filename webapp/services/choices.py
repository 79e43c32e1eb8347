"""What the editor offers to choose from: presenters of the gallery and of the tenant, voices, music, shapes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from render.ports.speech import Voice
from render.presets.tracks import TRACKS, Track
from render.presets.voices import STYLES, Style
from render.timeline.voicing import DEFAULT_VOICES
from webapp.errors import Invalid
from webapp.models.asset import Asset
from webapp.models.identity import User
from webapp.models.presenter import Presenter
from webapp.models.tenant import Tenant
from webapp.services import assets, clip_actions, gallery, outfits, presenters, projects, voice_favourites
from webapp.services.mouths import outside_engine

COLOURS: Final = ("#1b2333", "#23302f", "#2f2638", "#33291f", "#10131a", "#7a2e1d", "#1d4a7a", "#f4efe6")
"""Backgrounds that captions stand clear of."""


@dataclass(frozen=True, slots=True)
class Presenting:
    """Somebody to choose. `names` are by interface language; one of the tenant's own has one name for all."""

    id: str
    revision: int
    names: dict[str, str]
    from_gallery: bool
    outfits: tuple[tuple[str, str], ...] = ()
    """Ids and names of its further sets."""
    actions: tuple[tuple[str, str], ...] = ()
    """Ids and names of its film's own actions; a portrait does what the engine can."""
    mouth: str = ""
    """The server's engine that moves its mouth in finished videos; empty where it is the studio's own."""

    def name(self, language: str) -> str:
        """What she is called in an interface language."""
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True, slots=True)
class Choices:
    """All that can be chosen from."""

    presenters: tuple[Presenting, ...]
    voices: tuple[Voice, ...]
    """Favourites first."""
    usual_voices: Mapping[str, str]
    """The voice of a passage that names none, by language."""
    tracks: tuple[Track, ...]
    pictures: tuple[Asset, ...]
    shapes: dict[str, tuple[int, int]]
    frame_rates: tuple[int, ...]
    languages: tuple[str, ...]
    colours: tuple[str, ...]
    styles: tuple[Style, ...] = STYLES


def offered(session: Session, tenant: Tenant, user: User, outside: tuple[Voice, ...] = ()) -> Choices:
    """What this tenant may choose from, as this person likes it."""
    return Choices(
        presenters=(*_gallery(), *_own(session, tenant)),
        voices=voice_favourites.first(voice_favourites.of(session, tenant, user), outside),
        usual_voices=DEFAULT_VOICES,
        tracks=TRACKS,
        pictures=tuple(assets.pictures_of(session, tenant, 24)),
        shapes=projects.SHAPES,
        frame_rates=projects.FRAME_RATES,
        languages=projects.LANGUAGES,
        colours=COLOURS,
    )


def presenter(session: Session, tenant: Tenant, presenter_id: str) -> Presenting:
    """The one with this id. Raises Invalid."""
    for candidate in (*_gallery(), *_own(session, tenant)):
        if candidate.id == presenter_id:
            return candidate
    raise Invalid("presenter", "presenter-unknown")


def track(name: str) -> Track:
    """The music of this name. Raises Invalid."""
    for candidate in TRACKS:
        if candidate.id == name:
            return candidate
    raise Invalid("music", "music-unknown")


def _gallery() -> list[Presenting]:
    return [Presenting(person.id, 1, person.names, from_gallery=True) for person in gallery.people()]


def _own(session: Session, tenant: Tenant) -> list[Presenting]:
    rows = [portrait.presenter for portrait in presenters.portraits(session, tenant) if portrait.usable]
    sets = outfits.ready(session, [row.id for row in rows])
    return [_presenting(row, sets.get(row.id, ())) for row in rows]


def _presenting(row: Presenter, sets: tuple[tuple[str, str], ...]) -> Presenting:
    acts = tuple((action.id, action.name) for action in clip_actions.of(row))
    return Presenting(row.id, row.revision, {"en": row.name}, from_gallery=False, outfits=sets, actions=acts, mouth=outside_engine(row))
