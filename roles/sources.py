"""Where a worker finds what a document names: in the house, and only what the document's tenant may use."""

from dataclasses import dataclass
from pathlib import Path

from render.errors import MissingSource
from render.presets.tracks import TRACKS
from roles.house import House
from webapp.errors import NotFound
from webapp.models.asset import Asset, AssetKind
from webapp.services import artefacts, assets, material, presenters
from webapp.services.material import Part


@dataclass(frozen=True)
class HouseSources:
    """The renderer's `Sources` for one tenant. Every look-up asks the tables anew: what was withdrawn is gone from then on."""

    house: House
    tenant_id: str
    quick: bool = False
    """Whether small films, and the first seconds of what is still being made, are good enough: for previews."""

    def asset(self, digest: str) -> Path:
        """The picture or film made of one of the tenant's assets. Raises MissingSource, for another tenant's as for none."""
        seen = (Part.PICTURE,) if self._found(digest).kind is AssetKind.IMAGE else self._films
        return self._first(seen, digest, "asset")

    def sound(self, digest: str) -> Path:
        """The sound of one of the tenant's films or sounds. Raises MissingSource, also for a silent film."""
        self._found(digest)
        return self._first((Part.SOUND,), digest, "sound")

    def music(self, name: str) -> Path:
        """One of our own tracks. Raises MissingSource."""
        if name not in {track.id for track in TRACKS}:
            raise MissingSource(what="music", name=name)
        return _existing(self.house.settings.models / "music" / f"{name}.wav", "music", name)

    def presenter(self, presenter_id: str, revision: int) -> Path:
        """The folder of a presenter: one of the gallery's, or the tenant's own whose consent stands. Raises NotFound and Forbidden."""
        with self.house.database.reading() as session:
            root = self.house.settings.presenters
            folder = presenters.presenter_folder(session, self.tenant_id, presenter_id, revision, root=root)
        if folder.is_relative_to(root):
            self.house.storage.bring_folder(folder)
        return folder

    def speech(self, digest: str) -> Path:
        """The sound of a voiced passage. Raises MissingSource."""
        path = artefacts.place(self.house.settings.artefacts, digest, "wav")
        self.house.storage.bring(path)
        return _existing(path, "speech", digest)

    @property
    def _films(self) -> tuple[Part, ...]:
        return (Part.PROXY, Part.FILM, Part.HEAD) if self.quick else (Part.FILM,)

    def _found(self, digest: str) -> Asset:
        try:
            with self.house.database.reading() as session:
                return assets.find_for(session, self.tenant_id, digest)
        except NotFound as error:
            raise MissingSource(what="asset", name=digest) from error

    def _first(self, parts: tuple[Part, ...], digest: str, what: str) -> Path:
        places = (material.place(self.house.settings.artefacts, digest, part) for part in parts)
        found = next((path for path in places if self.house.storage.bring(path)), None)
        if found is None:
            raise MissingSource(what=what, name=digest)
        return found


@dataclass(frozen=True)
class RestingSources(HouseSources):
    """For a picture that rests: films at full size, as far as they lie here already; small ones where they do not."""

    quick: bool = True

    def asset(self, digest: str) -> Path:
        """As `HouseSources`."""
        found, whole = super().asset(digest), material.place(self.house.settings.artefacts, digest, Part.FILM)
        return whole if whole.is_file() else found


def _existing(path: Path, what: str, name: str) -> Path:
    if not path.is_file():
        raise MissingSource(what=what, name=name)
    return path
