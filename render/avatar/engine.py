"""The embedded presenter engine. Whoever only names it, or shows presenters that are films already, needs no torch, and gets none."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from render.ports.avatar import Look

if TYPE_CHECKING:
    from render.avatar.clip import ClipPresenter
    from render.avatar.presenters import WarpPresenter

ENGINE_VERSION: Final = "warp-5"
"""Raise it when the same presenter, times and seed would give other pictures."""


class WarpEngine:
    """Implements `render.ports.avatar.AvatarEngine`. `models` holds `faces/*.tflite`; rigs that a folder lacks are kept in `cache`."""

    version = ENGINE_VERSION

    def __init__(self, models: Path, cache: Path | None = None, device: str = "cpu") -> None:
        self._models, self._cache, self._device = models, cache, device

    def load(self, folder: Path, look: Look, width_px: int, height_px: int) -> "WarpPresenter | ClipPresenter":
        """Make `folder` ready to be drawn inside a box of the given size (even sides).

        Half length is fitted as a whole, centred, standing on its lower edge; the closer shots stand by their eyes (`framing`). Raises
        MissingSource where the folder or a file of it is not there, PresenterRefused where it is damaged or shows no face,
        SetupIncomplete where a rig must be worked out and the face models are missing.
        """
        from render.avatar.presenters import ready  # noqa: PLC0415 - torch comes with it: only where somebody is drawn

        return ready(folder, look, (width_px, height_px), models=self._models, cache=self._cache, device=self._device)
