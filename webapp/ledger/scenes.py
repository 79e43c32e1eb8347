"""What a film costs: every scene's milliseconds, except those that were paid for not long ago."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

PAID_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Scene:
    """`key` names everything that a scene is paid for by: its content, language, canvas and resolution."""

    key: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Bill:
    """Which scenes are to be paid, out of how many, and what that comes to."""

    charged: tuple[Scene, ...]
    scenes: int

    @property
    def milliseconds(self) -> int:
        """What is charged."""
        return sum(scene.milliseconds for scene in self.charged)


def bill(scenes: Iterable[Scene], paid: Iterable[str]) -> Bill:
    """Charge each scene once: not those whose key was paid for, nor a second time in the same film."""
    seen, charged, count = set(paid), [], 0
    for scene in scenes:
        count += 1
        if scene.key not in seen:
            seen.add(scene.key)
            charged.append(scene)
    return Bill(tuple(charged), count)
