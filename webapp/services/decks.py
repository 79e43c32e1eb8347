"""Decks: of a long project, the cards that a page holds. The other scenes stand there by their words alone, so that they can be found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from render.timeline.document import Document

THINGS_MAX: Final = 120
"""With more scenes, passages, layers and clips of tracks than these, a page holds a part of the cards."""
OPENING_CARDS: Final = 4


@dataclass(frozen=True, slots=True)
class Deck:
    """What a page holds: the scenes whose cards stand there, and the drawers in them that stand open. None stands for all."""

    held: frozenset[str] | None = None
    open: frozenset[str] | None = None
    same: frozenset[str] = frozenset()
    """Scenes that the page shows already as they are."""

    def holds(self, scene_id: str) -> bool:
        """Whether the page holds this scene's card."""
        return self.held is None or scene_id in self.held

    def shows(self, drawer: str) -> bool:
        """Whether what is in a drawer (by its element's id) is on the page."""
        return self.open is None or drawer in self.open


WHOLE: Final = Deck()


def fitting(document: Document, asked: Deck | None) -> Deck:
    """What a page may hold: everything of a short project; of a long one what it asks for, or the first cards where it asks for nothing."""
    across = sum(len(track.layers) for track in document.tracks)
    if across + sum(1 + len(scene.blocks) + len(scene.layers) for scene in document.scenes) <= THINGS_MAX:
        return WHOLE
    return asked or Deck(frozenset(scene.id for scene in document.scenes[:OPENING_CARDS]), frozenset())


def holding(deck: Deck, changed: Sequence[str]) -> Deck:
    """The deck with the one scene that was changed: whoever changes it needs its words, also where the card is far away."""
    return replace(deck, held=deck.held | {*changed}) if deck.held is not None and len(changed) == 1 else deck


def knowing(deck: Deck, before: Document, after: Document) -> Deck:
    """The deck of a page that showed `before`: scenes that an edit left as they were are not sent to it again."""
    if deck.held is None or (before.canvas, before.language) != (after.canvas, after.language):
        return deck
    was = {scene.id: scene for scene in before.scenes}
    return replace(deck, same=frozenset(scene.id for scene in after.scenes if was.get(scene.id) is scene))
