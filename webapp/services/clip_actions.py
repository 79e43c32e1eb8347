"""A filmed presenter's own actions: named parts of its clip, from rest to rest. Each has an id of its own and never changes."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sqlmodel import Session

from webapp.errors import Conflict, Invalid
from webapp.models.columns import new_id
from webapp.models.presenter import Presenter, PresenterKind
from webapp.models.tenant import Tenant
from webapp.providers.storage.port import Storage
from webapp.services import presenters

FRAME_RATE: Final = 25
ACTIONS_MAX: Final = 40
NAME_LENGTH_MAX: Final = 60
SECONDS_LEAST: Final = 0.4
PREFIX: Final = "clip-"
"""Of the ids: what begins so is a part of somebody's film, not a movement of the engine."""


@dataclass(frozen=True, slots=True)
class ClipAction:
    """Frames `first` up to `end` of a clip, and what its owner calls them."""

    id: str
    name: str
    first: int
    end: int


def of(presenter: Presenter) -> tuple[ClipAction, ...]:
    """The actions of a presenter."""
    return tuple(ClipAction(**entry) for entry in presenter.options.get("actions", ()))


def add(session: Session, tenant: Tenant, presenter_id: str, name: str, seconds: tuple[float, float], *, storage: Storage) -> ClipAction:
    """Name a part of a clip, from and until so many seconds. Raises NotFound, Conflict `presenter-no-clip`, Invalid."""
    presenter = _clip(session, tenant, presenter_id)
    title, (start, end) = name.strip(), seconds
    if not title or len(title) > NAME_LENGTH_MAX:
        raise Invalid("name", "action-name", length_max=NAME_LENGTH_MAX)
    known, described = of(presenter), _described(storage, presenter)
    if len(known) >= ACTIONS_MAX:
        raise Conflict("actions-full", actions_max=ACTIONS_MAX)
    frames = int(described["clip"]["frames"])
    if not 0 <= start <= end - SECONDS_LEAST or round(end * FRAME_RATE) > frames:
        raise Invalid("end", "action-place", seconds_max=f"{frames / FRAME_RATE:g}")
    action = ClipAction(PREFIX + new_id()[:12], title, round(start * FRAME_RATE), round(end * FRAME_RATE))
    _keep(session, presenter, (*known, action), storage)
    return action


def remove(session: Session, tenant: Tenant, presenter_id: str, action_id: str, *, storage: Storage) -> None:
    """Forget an action; where a script has it, nothing is done there any more. Raises NotFound and Conflict."""
    presenter = _clip(session, tenant, presenter_id)
    _keep(session, presenter, tuple(action for action in of(presenter) if action.id != action_id), storage)


def _clip(session: Session, tenant: Tenant, presenter_id: str) -> Presenter:
    presenter = presenters.find(session, tenant, presenter_id)
    if presenter.kind is not PresenterKind.CLIP:
        raise Conflict("presenter-no-clip")
    return presenter


def _path(storage: Storage, presenter: Presenter) -> Path:
    return presenters.folder_of(storage.home / presenters.FOLDER, presenter.id, presenter.revision) / "avatar.json"


def _described(storage: Storage, presenter: Presenter) -> dict[str, dict[str, int]]:
    path = _path(storage, presenter)
    if not storage.bring(path, anew=True):
        raise Conflict("presenter-unready", name=presenter.name)
    described: dict[str, dict[str, int]] = json.loads(path.read_text("utf-8"))
    return described


def _keep(session: Session, presenter: Presenter, actions: tuple[ClipAction, ...], storage: Storage) -> None:
    """In the row for the studio, in the folder for the renderer."""
    presenter.options = presenter.options | {"actions": [asdict(action) for action in actions]}
    session.add(presenter)
    session.flush()
    described = _described(storage, presenter)
    clip: dict[str, object] = dict(described["clip"]) | {"actions": {action.id: [action.first, action.end] for action in actions}}
    path = _path(storage, presenter)
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps({**described, "clip": clip}, indent=2, sort_keys=True) + "\n", "utf-8")
    part.replace(path)
    storage.keep(path)
