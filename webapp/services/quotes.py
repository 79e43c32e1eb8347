"""Quotes: the words are voiced first, so that what is offered is as long as what will be made."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, select

from render.errors import DocumentRefused
from render.presets.exports import EXTRAS, ExportPreset
from render.presets.platforms import OFFERED
from render.timeline.document import Canvas, Document
from render.timeline.fingerprints import scene_digest
from render.timeline.manifest import LinkManifest, SpokenBlock
from render.timeline.resolve import resolve
from render.timeline.variants import in_variant
from render.timeline.voicing import said_by, said_text, times_from_json, times_to_json
from webapp.errors import Invalid
from webapp.ledger.kinds import Kind
from webapp.models.export import Export, ExportState
from webapp.models.project import Project
from webapp.models.tenant import Tenant
from webapp.services import consents, documents, entitlements, linking, settlement, uses
from webapp.services.entitlements import Balance, Wish
from webapp.services.settlement import Film

TICKS_PER_MILLISECOND: Final = 240


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing can be offered: a code that the page words, and facts for its words."""

    code: str
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the dialog shows: an export to confirm, with what the tenant has; or a problem; or how many of the passages are voiced."""

    project: Project
    preset: str
    language: str
    variant: str = ""
    export: Export | None = None
    problem: Problem | None = None
    balance: Balance | None = None
    short: Problem | None = None
    """Why the export, which is offered, cannot be paid."""
    voiced: int = 0
    passages: int = 0
    missing: tuple[str, ...] = ()
    """Digests of what is still to be voiced: whoever asked for the offer asks for them after the commit."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What is chosen for an export: its preset, its shape, and the kinds of its further files with spaces between."""

    preset: ExportPreset
    variant: str
    extras: str


def make(
    session: Session,
    tenant: Tenant,
    project_id: str,
    *,
    preset: str,
    language: str,
    now: datetime,
    user_id: str | None = None,
    variant: str = "",
    extras: Collection[str] = (),
) -> Offer:
    """Offer an export of the project as it stands, to whoever is to account for it, or say what is in the way.

    A `variant` of the document with a language of its own speaks that one. `extras` are kinds of further files.
    Raises NotFound and Invalid.
    """
    loaded = documents.current(session, tenant, project_id)
    wanted = OFFERED.get(preset)
    if wanted is None:
        raise Invalid("preset", "preset-unknown")
    loaded = replace(loaded, document=as_made(loaded.document, variant, wanted))
    if language not in languages_of(loaded.document):
        raise Invalid("language", "language-unknown")
    if unknown := set(extras) - set(EXTRAS):
        raise Invalid("extras", "extra-unknown", extra=min(unknown))
    if "alone" in extras and not consents.shows_anybody(loaded.document):
        raise Invalid("extras", "extra-unknown", extra="alone")
    linked = linking.gather(session, loaded.document, language, tenant_id=tenant.id)
    about = Offer(loaded.project, preset, language, variant, passages=len(linked.manifest.blocks))
    problem = (
        _likeness_problem(session, tenant, loaded.document)
        or _voiceless_problem(loaded.document, language)
        or _problem(loaded.document, linked)
        or _material_problem(session, tenant, loaded.document)
    )
    if problem:
        return replace(about, problem=problem)
    if linked.missing:
        linking.want(session, linked.missing, now, tenant_id=tenant.id)
        unvoiced = sum(block.times.estimated for block in linked.manifest.blocks.values())
        return replace(about, voiced=about.passages - unvoiced, missing=tuple(linked.missing))
    linking.note_use(session, (digest for said in linked.digests.values() for digest in said), now)
    wish = Wished(wanted, variant, " ".join(sorted(extras)))
    export = _quoted(session, tenant, loaded, manifest=linked.manifest, wish=wish, now=now)
    balance = entitlements.balance(session, tenant, Kind.VIDEO, now)
    return replace(about, export=export, balance=balance, short=_short(session, tenant, export, user_id, now))


def in_shape(document: Document, variant: str) -> Document:
    """The document as one of its variants has it, or itself without one. Raises Invalid `variant-unknown`."""
    try:
        return in_variant(document, variant) if variant else document
    except DocumentRefused as gone:
        raise Invalid("variant", "variant-unknown") from gone


def as_made(document: Document, variant: str, preset: ExportPreset) -> Document:
    """The document as a film of it is made: in a shape, at the preset's frame rate. Raises Invalid `variant-unknown`."""
    shaped = in_shape(document, variant)
    rate = preset.frame_rate(shaped.canvas.frame_rate)
    return shaped.model_copy(update={"canvas": shaped.canvas.model_copy(update={"frame_rate": rate})})


def languages_of(document: Document) -> tuple[str, ...]:
    """The languages a document has words in, its own first."""
    spoken = {
        language for scene in document.scenes for block in scene.blocks for language, said in block.texts.items() if said.text.strip()
    }
    return (document.language, *sorted(spoken - {document.language}))


def manifest_to_json(manifest: LinkManifest) -> dict[str, Any]:
    """The manifest whole, times and all: an export keeps what it was quoted for."""
    blocks = {block.block_id: [block.speech_digest, times_to_json(block.times)] for block in manifest.blocks.values()}
    return {
        "language": manifest.language,
        "engines": list(manifest.engines),
        "media_durations": manifest.media_durations,
        "blocks": blocks,
    }


def manifest_from_json(data: dict[str, Any]) -> LinkManifest:
    """The manifest that `manifest_to_json` wrote."""
    blocks = {block_id: SpokenBlock(block_id, digest, times_from_json(times)) for block_id, (digest, times) in data["blocks"].items()}
    return LinkManifest(data["language"], blocks, tuple(data["engines"]), data["media_durations"])


def _likeness_problem(session: Session, tenant: Tenant, document: Document) -> Problem | None:
    refused = consents.may_render(session, tenant, document)
    return Problem(refused[0].code, {"presenter": refused[0].name or refused[0].presenter_id}) if refused else None


def _material_problem(session: Session, tenant: Tenant, document: Document) -> Problem | None:
    """A film of which only the beginning is there would end in an export that fails, or is not what was seen."""
    asset = uses.unfinished(session, tenant, document)
    return Problem("export-material", {"name": asset.name}) if asset else None


def _voiceless_problem(document: Document, language: str) -> Problem | None:
    """Words that no voice speaks and nobody has recorded are told before anybody is asked to say them."""
    for number, scene in enumerate(document.scenes, start=1):
        if any(said_text(block, language) and not (block.recordings.get(language) or said_by(block, language)) for block in scene.blocks):
            return Problem("export-voiceless", {"language": language, "scene": number})
    return None


def _problem(document: Document, linked: linking.Linked) -> Problem | None:
    if not document.scenes:
        return Problem("export-empty", {})
    for number, scene in enumerate(document.scenes, start=1):
        for block in scene.blocks:
            if block.id in linked.refused:
                return Problem("export-unspeakable", {"scene": number, "reason": linked.refused[block.id]})
    return None


def _quoted(session: Session, tenant: Tenant, loaded: documents.Loaded, *, manifest: LinkManifest, wish: Wished, now: datetime) -> Export:
    """The quoted row of this very revision, the one that is there or a new one, at what it costs now."""
    project, preset = loaded.project, wish.preset
    same = select(Export).where(Export.tenant_id == tenant.id, Export.project_id == project.id, Export.revision == project.revision)
    same = same.where(Export.language == manifest.language, Export.preset == preset.name, Export.state == ExportState.QUOTED)
    export = session.exec(same.where(Export.variant == wish.variant, Export.extras == wish.extras)).first() or Export(
        tenant_id=tenant.id,
        project_id=project.id,
        revision=project.revision,
        language=manifest.language,
        preset=preset.name,
        variant=wish.variant,
        extras=wish.extras,
        manifest=manifest_to_json(manifest),
        created_at=now,
    )
    canvas = loaded.document.canvas
    quote = asdict(settlement.chosen().quote(session, project, film_of(loaded.document, manifest, preset), now))
    export.quote = quote | {"size_px": preset.size_px(canvas.width_px, canvas.height_px)}
    session.add(export)
    session.flush()
    return export


def film_of(document: Document, manifest: LinkManifest, preset: ExportPreset) -> Film:
    """What is to be paid for. Captions are no part of a scene's digest here: other captions do not make it another scene."""
    timeline = resolve(document, manifest)
    plain = document.model_copy(update={"canvas": Canvas(), "captions": document.captions.model_copy(update={"visible": False})})
    scenes = tuple(
        (scene_digest(scene, plain, manifest.language), scene.range.duration // TICKS_PER_MILLISECOND) for scene in timeline.scenes
    )
    return Film(manifest.language, document.canvas, preset.short_side_px, timeline.duration // TICKS_PER_MILLISECOND, scenes)


def _short(session: Session, tenant: Tenant, export: Export, user_id: str | None, now: datetime) -> Problem | None:
    wish = Wish(kind=Kind.VIDEO, amount=export.quote["charge"], subject="", user_id=user_id)
    short = entitlements.shortfall(session, tenant, wish, now)
    return Problem(short.code, short.facts) if short else None
