"""What tests of exports stand on: a project whose words are voiced (as tones), and a settlement that writes down what it is told."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from render.media.wav import write_wav
from render.timeline import codec, voicing
from render.timeline.document import Document
from webapp.database import Database
from webapp.models.columns import utc_now
from webapp.models.export import Export
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import artefacts, documents, linking, projects, quotes, settlement, welcome
from webapp.services.settlement import Quote


class FreeSettlement:
    """Nothing costs anything and nothing is written down."""

    def quote(self, _session, _project, film, _now):
        return Quote(film.milliseconds, tuple(milliseconds for _, milliseconds in film.scenes), "free")

    def hold(self, _session, _tenant, export, **_who_and_when):
        return f"free:{export.id}"

    def capture(self, _session, _export, _milliseconds, _now):
        """Nothing to take."""

    def release(self, _session, _export, _now):
        """Nothing to give back."""


@dataclass
class Ledger(FreeSettlement):
    """Free, but everything said to it is kept, in order."""

    said: list[tuple[str, ...]] = field(default_factory=list)

    def hold(self, session, tenant, export, **who_and_when):
        self.said.append(("hold", export.id))
        return super().hold(session, tenant, export, **who_and_when)

    def capture(self, _session, export, milliseconds, _now):
        self.said.append(("capture", export.id, milliseconds))

    def release(self, _session, export, _now):
        self.said.append(("release", export.id))

    def install(self, monkeypatch) -> "Ledger":
        """Have it settle everything from now on."""
        monkeypatch.setattr(settlement, "chosen", lambda: self)
        return self


def small_document(*texts: str, title: str = "小样/Sample") -> Document:
    """One scene per text, each with a title and another colour; 90 pixels wide at 360p."""
    scenes = [
        {
            "id": f"s{index}",
            "background": {"colour": f"#{40 + 30 * index:02x}3050"},
            "blocks": [{"id": f"b{index}", "texts": {"zh": {"text": text}}, "pause_after": 24_000}],
            "layers": [{"id": f"t{index}", "content": {"kind": "text", "texts": {"zh": f"第{index}幕"}}, "transform": {"y": 2_000}}],
        }
        for index, text in enumerate(texts)
    ]
    canvas = {"width_px": 1080, "height_px": 1080, "frame_rate": 25}
    return codec.read({"title": title, "canvas": canvas, "scenes": scenes})


def keep(database: Database, tenant: Tenant, document: Document) -> Project:
    """The document as a project of the tenant, who has minutes to export it with."""
    with database.transaction() as session:
        welcome.give(session, tenant, utc_now())
        return projects.keep(session, tenant, document, utc_now())


def voice(database: Database, tenant: Tenant, project_id: str, folder: Path | None = None, language: str = "zh") -> None:
    """Every passage is voiced as long as it was guessed to be; with a `folder` of artefacts there is a tone, too."""
    with database.transaction() as session:
        missing = linking.gather(session, documents.current(session, tenant, project_id).document, language).missing
        linking.want(session, missing, utc_now(), tenant_id=tenant.id)
        for digest, request in missing.items():
            times = replace(voicing.estimate(request), estimated=False)
            linking.voiced(session, digest, voicing.times_to_json(times), 1, utc_now())
            if folder is not None:
                samples = np.sin(np.arange(times.duration // 5) * 0.03).astype(np.float32) * 0.2
                write_wav(artefacts.place(folder, digest, "wav"), samples)


def quoted(database: Database, tenant: Tenant, project_id: str, preset: str = "720p") -> Export:
    """The quoted row of a project that is voiced."""
    with database.transaction() as session:
        offer = quotes.make(session, tenant, project_id, preset=preset, language="zh", now=utc_now())
    assert offer.export is not None
    return offer.export
