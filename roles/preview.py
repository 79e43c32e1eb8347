"""The preview role: one job holds one tab's program warm and draws what the tab asks for, until the tab has gone."""

import gc
import sys
from typing import Final

import structlog

from render.avatar.engine import WarpEngine
from render.graph.workshop import Workshop
from render.pixels.device import chosen
from roles.house import House, house
from roles.preview_desk import Desk
from roles.preview_heart import Heart
from roles.preview_sound import SoundShelf
from roles.preview_stage import Stage
from roles.sources import HouseSources, RestingSources
from webapp.errors import NotFound
from webapp.models.project import Project
from webapp.services import previews

TURN_S: Final = 0.0005
"""Threads take turns quickly: a frame does not wait for the mix that is made beside it."""

log = structlog.get_logger("preview")


def session(session_id: str, generation: int) -> None:
    """Show a session until its tab has gone or another worker has taken over."""
    sys.setswitchinterval(TURN_S)
    gc.freeze()  # what the parent loaded stays: looking through it for garbage would hold up a frame by a tenth of a second
    here = house()
    there = previews.at(here.settings.frames_url, here.settings.preview_slots)
    record = there.beat(session_id, generation)
    if record is None:
        log.info("preview is over", session=session_id[:8], generation=generation)
        return
    heart = Heart(there, session_id, generation, record)
    heart.start()
    try:
        _desk(here, heart).run()
    except NotFound:
        there.close(session_id)
    finally:
        heart.stop()


def _desk(here: House, heart: Heart) -> Desk:
    record = heart.record
    with here.database.reading() as sql:
        project = sql.get(Project, record.project_id)
    if project is None:
        raise NotFound
    sources = HouseSources(here, project.tenant_id, quick=True)
    device = chosen(here.settings.device)
    avatars = WarpEngine(here.settings.models, here.settings.home / "rigs", device)
    resting = RestingSources(here, project.tenant_id)
    stage = Stage(here, record.project_id, record.language, sources, avatars, Workshop(device), resting, record.shape)
    return Desk(heart, stage, SoundShelf(here, project.tenant_id, record.project_id, sources))
