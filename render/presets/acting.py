"""What presenters of the embedded engine can do and how they can feel, by the names that documents use."""

from typing import Final

from render.timeline.acting import Emotion

ACTIONS: Final = ("greet", "nod", "smile", "brows", "tilt", "lean", "shake", "sway")
EMOTIONS: Final[tuple[Emotion, ...]] = ("neutral", "warm", "cheerful", "excited", "serious", "concerned")
