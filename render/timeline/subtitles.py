"""Subtitle files brought into a document: SubRip and WebVTT become words, marks and caption overrides that keep their times."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from render.errors import DocumentRefused
from render.timeline import captions, scripts
from render.timeline.document import BlockText, Document, Mark
from render.timeline.edits import Edit, Group, SetField, SpliceText
from render.timeline.manifest import LinkManifest
from render.timeline.resolve import resolve
from render.timeline.starters import cleaned
from render.timeline.styles import CaptionOverride
from render.timeline.time import TICKS_PER_SECOND, TimeRange

SIZE_MAX: Final = 2_000_000
CUES_MAX: Final = 5_000
FULL_WIDTH: Final = 2
_TIMES: Final = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^}]*\}")


@dataclass(frozen=True, slots=True)
class Subtitle:
    """Words and when they stand, in ticks of the project."""

    range: TimeRange
    text: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The edit that brings subtitles in, and those that fall where nobody speaks."""

    edit: Group
    unplaced: tuple[Subtitle, ...]


def read_subtitles(text: str) -> tuple[Subtitle, ...]:
    """The subtitles of an SRT or VTT file, by time. Tags and positions are left out.

    Raises DocumentRefused `subtitles-empty` where there are none, `subtitles-long` where there are too many.
    """
    if len(text) > SIZE_MAX:
        raise DocumentRefused("subtitles-long", length=len(text), length_max=SIZE_MAX)
    paragraphs = re.split(r"\n[^\S\n]*\n", cleaned(text))
    found = sorted(filter(None, map(_subtitle, paragraphs)), key=lambda subtitle: subtitle.range.start)
    if not found:
        raise DocumentRefused("subtitles-empty")
    if len(found) > CUES_MAX:
        raise DocumentRefused("subtitles-long", length=len(found), length_max=CUES_MAX)
    return tuple(found)


def import_subtitles(
    document: Document, manifest: LinkManifest, subtitles: Iterable[Subtitle], language: str, ids: Iterator[str]
) -> Imported:
    """Give the document's captions in `language` the words and times of `subtitles`; what was changed of them before gives way.

    A subtitle belongs to the passage that it shares most time with. Where the passage has words in `language` its captions are cut at
    the subtitles and show their words; where it has none, the subtitles become its words.
    """
    timeline = resolve(document, manifest)
    blocks = [(block, scene.range.start + block.range.start) for scene in timeline.scenes for block in scene.blocks]
    held: dict[str, list[Subtitle]] = {}
    unplaced: list[Subtitle] = []
    for subtitle in subtitles:
        shared = [(_shared(subtitle, TimeRange(start, block.range.duration)), block.id) for block, start in blocks]
        most, block_id = max(shared, key=lambda entry: entry[0], default=(0, ""))
        (held.setdefault(block_id, []) if most else unplaced).append(subtitle)
    texts = {block.id: block.texts.get(language) for scene in document.scenes for block in scene.blocks}
    edits: list[Edit] = []
    for block, start in blocks:
        if block.id in held:
            edits += _block_edits((block.id, language), texts[block.id], _since(start, held[block.id]), ids)
    return Imported(Group(edits=tuple(edits)), tuple(unplaced))


def _since(start: int, subtitles: Iterable[Subtitle]) -> list[Subtitle]:
    """Subtitles with their times counted from the start of a passage's sound."""
    return [Subtitle(TimeRange(max(0, one.range.start - start), one.range.duration), one.text) for one in subtitles]


def _block_edits(place: tuple[str, str], old: BlockText | None, subtitles: Sequence[Subtitle], ids: Iterator[str]) -> Iterator[Edit]:
    """What brings subtitles into a block's text; `place` is the block's id and the language."""
    text = old or BlockText()
    if not text.text:
        words, places = _joined([subtitle.text for subtitle in subtitles])
        yield SpliceText(block=place[0], language=place[1], at=0, insert=words)
    else:
        words, places = text.text, _found(text.text, [subtitle.text for subtitle in subtitles])
    marks, overrides = list(text.marks), []
    for at, subtitle in zip(places, subtitles, strict=True):
        marks.append(Mark(id=next(ids), at=at))
        begins, lasts = subtitle.range.start, subtitle.range.duration
        overrides.append(CaptionOverride(mark=marks[-1].id, cut="split", text=subtitle.text, at=begins, duration=lasts))
    for first, _ in captions.lines(words):
        if first and first not in places:
            marks.append(Mark(id=next(ids), at=first))
            overrides.append(CaptionOverride(mark=marks[-1].id, cut="join"))
    yield _set(place, "marks", marks)
    yield _set(place, "captions", overrides)


def _set(place: tuple[str, str], part: str, values: Sequence[Mark | CaptionOverride]) -> SetField:
    facts: list[Any] = [value.model_dump(mode="json") for value in values]
    return SetField(target=place[0], field=f"texts.{place[1]}.{part}", value=facts)


def _joined(pieces: Sequence[str]) -> tuple[str, list[int]]:
    """The pieces as one text, and where each begins: with a space between them but in writing that has none."""
    text, places = "", []
    for piece in pieces:
        tight = not text or scripts.width(text[-1]) == FULL_WIDTH or scripts.width(piece[0]) == FULL_WIDTH
        text += "" if tight else " "
        places.append(len(text))
        text += piece
    return text, places


def _found(text: str, pieces: Sequence[str]) -> list[int]:
    """Where each piece begins in a text: by its letters, after the one before; one that says something else takes its share."""
    letters = [(place, character.lower()) for place, character in enumerate(text) if character.isalnum()]
    plain = "".join(character[:1] for _, character in letters)
    total, places, at = max(1, sum(map(len, pieces))), [], 0
    passed = 0
    for piece in pieces:
        wanted = "".join(character.lower()[:1] for character in piece if character.isalnum())
        found = plain.find(wanted, at) if wanted else -1
        first = found if found >= 0 else max(at, len(plain) * passed // total)
        places.append(letters[first][0] if first < len(letters) else len(text))
        at, passed = (found + len(wanted) if found >= 0 else first + 1), passed + len(piece)
    return places


def _subtitle(paragraph: str) -> Subtitle | None:
    lines = paragraph.strip().split("\n")
    number = next((number for number, line in enumerate(lines[:2]) if _TIMES.match(line)), None)
    if number is None:
        return None
    start, end = (_ticks(clock) for clock in _TIMES.match(lines[number]).groups())  # type: ignore[union-attr]
    text = " ".join(" ".join(html.unescape(_TAG.sub("", line)).split()) for line in lines[number + 1 :]).strip()[:2_000]
    return Subtitle(TimeRange(start, end - start), text) if text and start < end else None


def _ticks(clock: str) -> int:
    *hours, minutes, seconds = clock.replace(",", ".").split(":")
    whole, _, part = seconds.partition(".")
    total = (int(hours[0]) if hours else 0) * 3_600 + int(minutes) * 60 + int(whole)
    return total * TICKS_PER_SECOND + int(part.ljust(3, "0")) * (TICKS_PER_SECOND // 1_000)


def _shared(subtitle: Subtitle, other: TimeRange) -> int:
    both = subtitle.range.intersection(other)
    return both.duration if both else 0
