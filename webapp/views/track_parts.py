"""The track view's answers: the parts of its page that changed, as far as they are in somebody's sight."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import parse_qs

from flask import render_template, request

from render.timeline.document import Layer, Track
from webapp.services import decks, lanes, tongues, windows
from webapp.services.boards import Board, Card
from webapp.services.choices import Choices
from webapp.services.lanes import Clip, Column, Layout
from webapp.services.windows import Sight, Window
from webapp.views.language import reading_language

HEADER: Final = "X-View"
CHOSEN_MAX: Final = 500
_TICKS_MAX: Final = 24 * 3600 * 240_000


@dataclass(frozen=True)
class Sheet:
    """A document in the track view, as far as it is in sight."""

    board: Board
    layout: Layout
    window: Window
    sight: Sight

    def outline(self, clips: tuple[Clip, ...]) -> str:
        """A scene's clips as bars."""
        return windows.bars(clips, self.layout.rows)

    @cached_property
    def strip_outline(self) -> str:
        """The tracks' clips as bars, from the window's start."""
        return windows.bars(self.window.strip, self.layout.rows, self.window.start)

    @cached_property
    def chosen_column(self) -> Column | None:
        """The one scene that is chosen."""
        return next((column for column in self.layout.columns if (column.scene_id,) == self.sight.chosen), None)

    @cached_property
    def chosen_card(self) -> Card | None:
        """The one scene that is chosen, or the scene of the one passage that is."""
        wanted = self.sight.chosen[0] if len(self.sight.chosen) == 1 else ""
        for card in self.board.cards:
            if wanted in {card.scene.id, *(block.id for block in card.scene.blocks)}:
                return card
        return None

    @cached_property
    def chosen_clips(self) -> tuple[tuple[Clip, int], ...]:
        """The clips that are chosen, each with the tick from which its start counts."""
        found = (self.layout.clip(name) for name in self.sight.chosen)
        return tuple(entry for entry in found if entry)

    @cached_property
    def chosen_layer(self) -> Layer | None:
        """The one clip that is chosen, as it stands in the document."""
        if len(self.sight.chosen) != 1:
            return None
        document = self.board.document
        layers = (layer for holders in (document.scenes, document.tracks) for holder in holders for layer in holder.layers)
        return next((layer for layer in layers if layer.id == self.sight.chosen[0]), None)

    @cached_property
    def chosen_track(self) -> Track | None:
        """The one track that is chosen."""
        return next((track for track in self.board.document.tracks if (track.id,) == self.sight.chosen), None)

    @property
    def track_places(self) -> tuple[str, str]:
        """After which tracks the chosen one goes when it moves back, and when it moves to the front; itself where it cannot."""
        names = [track.id for track in self.board.document.tracks]
        place = names.index(self.sight.chosen[0])
        back = names[place - 2] if place > 1 else "" if place else names[0]
        return back, names[min(place + 1, len(names) - 1)]


def asked() -> Sight | None:
    """What the page looks at, as it says in a header; None where it is another page than this view's."""
    view, _, query = request.headers.get(HEADER, "").partition("?")
    return sight(parse_qs(query)) if view == "tracks" else None


def sight(words: dict[str, list[str]]) -> Sight:
    """What somebody looks at, from the words of an address or a header; nonsense counts as nothing."""
    return Sight(
        from_ticks=_ticks(words, "from"),
        until_ticks=_ticks(words, "until"),
        first=_word(words, "first"),
        last=_word(words, "last"),
        chosen=tuple(_word(words, "chosen").split()[:CHOSEN_MAX]),
    )


def sheet(board: Board, seen: Sight) -> Sheet:
    """The document as the track view shows it."""
    layout = lanes.layout(board.placing)
    return Sheet(board, layout, windows.window(layout, seen), seen)


def drawn(shown: Sheet, offered: Choices, wanted: set[str], before: Layout | None) -> Iterator[str]:
    """The HTML of what changed: since `before`, where that is known, else of all that `wanted` names."""
    told = {
        "sheet": shown,
        "board": shown.board,
        "choices": offered,
        "deck": decks.WHOLE,
        "beside": tongues.ALONE,
        "reading_language": reading_language(),
    }
    yield render_template("tracks/_inspector.html", **told)
    if wanted == {"inspector"}:
        return
    yield render_template("tracks/_frame.html", **told)
    if before is None or before.rows != shown.layout.rows:
        yield render_template("tracks/_heads.html", **told)
    yield from _columns(shown, wanted, before, told)
    if wanted & {"settings", "tracks"}:
        yield render_template("editor/_settings.html", **told)


def _columns(shown: Sheet, wanted: set[str], before: Layout | None, told: dict[str, object]) -> Iterator[str]:
    changed = _changed(shown, wanted, before)
    if changed is None:
        yield render_template("tracks/_window.html", **told)
        return
    for column in changed:
        yield render_template("tracks/_column.html", column=column, **told)
    yield render_template("tracks/_strip.html", **told)


def _changed(shown: Sheet, wanted: set[str], before: Layout | None) -> list[Column] | None:
    """The scenes in sight that differ; None where the whole window does, or another one is asked for."""
    if shown.sight.until_ticks > shown.sight.from_ticks:
        return None
    if before is not None:
        return _differing(shown, before)
    names = {name.removeprefix("scene:") for name in wanted if name.startswith("scene:")}
    if not names or wanted & {"scenes", "window", "lengths", "tracks"}:
        return None
    return [column for column in shown.window.columns if column.scene_id in names]


def _differing(shown: Sheet, before: Layout) -> list[Column] | None:
    was = windows.window(before, shown.sight)
    alike = [column.scene_id for column in was.columns] == [column.scene_id for column in shown.window.columns]
    if not alike or was.coarse != shown.window.coarse or _keys(before) != _keys(shown.layout):
        return None
    return [column for old, column in zip(was.columns, shown.window.columns, strict=True) if old != column]


def _keys(layout: Layout) -> list[str]:
    return [row.key for row in layout.rows]


def _word(words: dict[str, list[str]], name: str) -> str:
    return words.get(name, [""])[0]


def _ticks(words: dict[str, list[str]], name: str) -> int:
    text = _word(words, name)
    return min(int(text), _TICKS_MAX) if text.isascii() and text.isdigit() and len(text) <= len(str(_TICKS_MAX)) else 0
