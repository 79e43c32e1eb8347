"""The scene view's answers: the cards that changed, as far as the page holds them."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs

from flask import Blueprint, render_template, request

from render.timeline.document import Document
from render.timeline.edits import named
from webapp.services import decks, tongues
from webapp.services.boards import Board
from webapp.services.choices import Choices
from webapp.services.decks import Deck
from webapp.services.tongues import Beside
from webapp.views.language import reading_language

blueprint = Blueprint("scene_parts", __name__)
blueprint.app_template_filter("words_name")(named)
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(written_languages=tongues.WRITTEN))

HEADER: Final = "X-View"
BESIDE_HEADER: Final = "X-Beside"
NAMES_MAX: Final = 1_000


def asked() -> Deck | None:
    """What the page holds of a long project, as it says in a header; None where it says nothing."""
    view, _, query = request.headers.get(HEADER, "").partition("?")
    if view != "scenes":
        return None
    words = parse_qs(query)
    return Deck(_names(words, "held"), _names(words, "open"))


def opened() -> frozenset[str]:
    """The drawers that stand open on the page, by their elements' ids: in those the clips of tracks are told whole."""
    deck = asked()
    return deck.open or frozenset() if deck else frozenset()


def beside(shown: Board) -> Beside:
    """The language beside the first, as the page wishes it by its header or address."""
    return tongues.beside(shown.document, request.headers.get(BESIDE_HEADER) or request.args.get("beside", ""))


def drawn(shown: Board, offered: Choices, wanted: set[str], before: Document | None) -> Iterator[str]:
    """The HTML of the cards that `wanted` names: of all where their order changed, less those that are as `before` the edit."""
    deck = decks.fitting(shown.document, asked())
    changed = [card for card in shown.cards if f"scene:{card.scene.id}" in wanted]
    if before is not None:
        deck = decks.knowing(decks.holding(deck, [card.scene.id for card in changed]), before, shown.document)
    given = {"board": shown, "choices": offered, "deck": deck, "beside": beside(shown), "reading_language": reading_language()}
    given["opened"] = opened()
    yield render_template("editor/_tongues.html", **given)
    if "scenes" in wanted:
        yield render_template("editor/_scenes.html", **given)
    else:
        for card in changed:
            yield render_template("editor/_scene.html" if deck.holds(card.scene.id) else "editor/_scene_away.html", card=card, **given)
        if "tracks" in wanted:
            seen = (card for card in shown.cards if deck.holds(card.scene.id) and deck.shows(f"look-{card.scene.id}"))
            yield from (render_template("editor/_across.html", card=card, scene=card.scene, **given) for card in seen)
    if "lengths" in wanted:
        yield render_template("editor/_lengths.html", **given)


def _names(words: dict[str, list[str]], name: str) -> frozenset[str]:
    return frozenset(words.get(name, [""])[0].split()[:NAMES_MAX])
