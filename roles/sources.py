"""Where a worker finds what a document names: in the house, and only what the document's tenant may use."""

from dataclasses import dataclass
from pathlib import Path

from render.errors import MissingSource
from render.presets.tracks import TRACKS
from roles.house import House
from webapp.errors import NotFound
from webapp.services import artefacts, assets, presenters


@dataclass(frozen=True, slots=True)
class HouseSources:
    """The renderer's `Sources` for one tenant. Every look-up asks the tables anew: what was withdrawn is gone from then on."""

    house: House
    tenant_id: str

    def asset(self, digest: str) -> Path:
        """The file of one of the tenant's assets. Raises MissingSource, for another tenant's as for none."""
        try:
            with self.house.database.reading() as session:
                found = assets.find_for(session, self.tenant_id, digest)
        except NotFound as error:
            raise MissingSource(what="asset", name=digest) from error
        return _existing(assets.path_of(self.house.settings.assets, found.digest), "asset", digest)

    def music(self, name: str) -> Path:
        """One of our own tracks. Raises MissingSource."""
        if name not in {track.id for track in TRACKS}:
            raise MissingSource(what="music", name=name)
        return _existing(self.house.settings.models / "music" / f"{name}.wav", "music", name)

    def presenter(self, presenter_id: str, revision: int) -> Path:
        """The folder of a presenter: one of the gallery's, or the tenant's own whose consent stands. Raises NotFound and Forbidden."""
        with self.house.database.reading() as session:
            return presenters.presenter_folder(session, self.tenant_id, presenter_id, revision, root=self.house.settings.presenters)

    def speech(self, digest: str) -> Path:
        """The sound of a voiced passage. Raises MissingSource."""
        return _existing(artefacts.place(self.house.settings.artefacts, digest, "wav"), "speech", digest)


def _existing(path: Path, what: str, name: str) -> Path:
    if not path.is_file():
        raise MissingSource(what=what, name=name)
    return path
