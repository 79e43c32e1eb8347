"""Languages of a project's words: the one it is written in, the one that is written beside it, and how far that one has come."""

from dataclasses import dataclass
from typing import Final

from render.timeline.document import Block, BlockText, Document
from render.timeline.edits import named
from render.timeline.voicing import said_text
from webapp.services import projects

WRITTEN: Final = (*projects.LANGUAGES, "th")
"""What may be written beside the first language. Thai is read below the captions; no voice of ours speaks it."""
NONE: Final = "-"
"""A wish for no language beside the first."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The second language on a page, empty for none, and the passages in which it lacks words or has old ones, by id."""

    language: str = ""
    missing: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    """What is said was changed after they were written."""


ALONE: Final = Beside()


def beside(document: Document, wish: str) -> Beside:
    """The language that somebody wishes to see, or the one that the project has words in; with what is left to do in it."""
    language = _wished(document, wish)
    return written(document, language) if language else ALONE


def written(document: Document, language: str) -> Beside:
    """How far the words in a language have come; in the project's own there is nothing left to do."""
    if language == document.language:
        return Beside(language)
    blocks = [block for scene in document.scenes for block in scene.blocks if said_text(block, document.language)]
    missing = frozenset(block.id for block in blocks if not said_text(block, language))
    behind = (block.id for block in blocks if block.id not in missing and _is_behind(block, document.language, language))
    return Beside(language, missing, frozenset(behind))


def _wished(document: Document, wish: str) -> str:
    others = [language for language in WRITTEN if language != document.language]
    if wish == NONE or wish in others:
        return "" if wish == NONE else wish
    if document.captions.second_language in others:
        return document.captions.second_language
    written = (block.texts for scene in document.scenes for block in scene.blocks)
    return next((language for texts in written for language in others if language in texts and texts[language].text), "")


def _is_behind(block: Block, first: str, second: str) -> bool:
    """Whether words were written for others than those that stand there now; of what was never written for any, nobody knows."""
    of = block.texts[second].of
    return bool(of) and of != named(block.texts.get(first, BlockText()).text)
