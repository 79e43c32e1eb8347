"""Settlement: what an export costs, and the hold that pays for it.

Every call stands in the transaction that changes the export's state, and saying the same thing twice changes nothing.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from sqlmodel import Session

from render.presets.exports import ExportPreset
from render.timeline.placed import PlacedTimeline
from webapp.models.export import Export
from webapp.models.project import Project
from webapp.models.tenant import Tenant

TICKS_PER_MILLISECOND: Final = 240


@dataclass(frozen=True, slots=True)
class Quote:
    """What an export of a timeline comes to. `terms` is a code that the page words; `scenes` are milliseconds, in order."""

    milliseconds: int
    scenes: tuple[int, ...]
    terms: str


class Settlement(Protocol):
    """Whoever keeps the accounts."""

    def quote(self, session: Session, tenant: Tenant, project: Project, timeline: PlacedTimeline, preset: ExportPreset) -> Quote:
        """Say what it comes to. Changes nothing."""
        ...

    def hold(self, session: Session, tenant: Tenant, export: Export) -> str:
        """Set aside what was quoted; the name of the hold. Refuses with a WebError when there is not enough."""
        ...

    def capture(self, session: Session, export: Export, milliseconds: int) -> None:
        """The film is made and so long: take that of the hold, give the rest back."""
        ...

    def release(self, session: Session, export: Export) -> None:
        """Nothing was made: give the hold back."""
        ...


class FreeSettlement:
    """Nothing costs anything and nothing is written down."""

    def quote(self, _session: Session, _tenant: Tenant, _project: Project, timeline: PlacedTimeline, _preset: ExportPreset) -> Quote:
        """The exact length, for nothing."""
        scenes = tuple(scene.range.duration // TICKS_PER_MILLISECOND for scene in timeline.scenes)
        return Quote(timeline.duration // TICKS_PER_MILLISECOND, scenes, "free")

    def hold(self, _session: Session, _tenant: Tenant, export: Export) -> str:
        """Nothing to set aside."""
        return f"free:{export.id}"

    def capture(self, _session: Session, _export: Export, _milliseconds: int) -> None:
        """Nothing to take."""

    def release(self, _session: Session, _export: Export) -> None:
        """Nothing to give back."""


def chosen() -> Settlement:
    """The one that this installation settles with."""
    return FreeSettlement()
