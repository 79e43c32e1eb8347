"""Material that is in the library already, without the machinery that makes it."""

import hashlib

from render.presets.formats import MP3, MP4, PNG
from webapp.models.asset import AssetState
from webapp.services import assets, material
from webapp.services.material import Part

FORMS = {"image": PNG, "video": MP4, "audio": MP3}
MADE = {
    "image": (Part.PICTURE, Part.POSTER),
    "video": (Part.FILM, Part.PROXY, Part.SOUND, Part.PEAKS, Part.POSTER, Part.STRIP),
    "audio": (Part.SOUND, Part.PEAKS),
}
LENGTH_TICKS = {"image": 0, "video": 480_000, "audio": 480_000}


def made_bytes(digest, part):
    """What stands for a file that the ingest made."""
    return f"{part.value} of {digest}".encode() * 4


def keep(settings, database, tenant, now, *, name="cup.png", kind="image", content=b"", state=AssetState.READY):
    """An asset of the tenant, with everything that the ingest makes of such a one."""
    content = content or f"{tenant.id} {name}".encode()
    digest = hashlib.sha256(content).hexdigest()
    path = assets.path_of(settings.assets, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with database.transaction() as session:
        asset, _ = assets.take(session, tenant, assets.Stored(digest, len(content)), FORMS[kind], name=name, now=now)
        size = {"width_px": 0, "height_px": 0} if kind == "audio" else {"width_px": 64, "height_px": 48}
        facts = {"kind": kind, **size, "duration_ticks": LENGTH_TICKS[kind], "has_sound": kind != "image", "has_alpha": False}
        if state is not AssetState.CHECKING:
            assets.made(session, asset.id, state, facts)
    for part in MADE[kind]:
        place = material.place(settings.artefacts, digest, part)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made_bytes(digest, part))
    return asset
