"""Captions: spoken passages cut into readable lines, each timed by its words, and the SRT and VTT files made of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from typing import Final

from render.timeline import scripts
from render.timeline.parallel import parallel
from render.timeline.phrases import LATIN_RUN, Stretch, clings, closed, phrases
from render.timeline.placed import Cue, PlacedBlock
from render.timeline.spoken import Word
from render.timeline.styles import CaptionOverride
from render.timeline.time import TICKS_PER_SECOND, TimeRange

HAN_LINE_WIDTH: Final = 32
"""Sixteen full squares."""
LATIN_LINE_WIDTH: Final = 42


def block_cues(scene_id: str, block: PlacedBlock, block_start: int) -> tuple[Cue, ...]:
    """The captions of one block that starts at `block_start` ticks of the project: in order, back to back, but for what a person changed.

    A caption without text is one that somebody hid.
    """
    pieces = stretches(block)
    starts = [_place(block, start) for start, _ in pieces]
    ends = [*starts[1:], block.times.duration][: len(pieces)]
    seconds = parallel(block.second, [start / max(1, block.times.duration) for start in starts[1:]]) if pieces else ()
    return tuple(
        _overridden(
            Cue(
                id=f"{block.id}.{index}",
                scene_id=scene_id,
                block_id=block.id,
                range=TimeRange(block_start + start, max(0, min(end, _end_place(block, stretch)) - start)),
                text=block.text[slice(*stretch)],
                words=tuple(_words(block.times.words, stretch, block_start)),
                second=second,
            ),
            [override for place, override in block.captions if governs(stretch, place, block.text)],
            block_start,
        )
        for index, (stretch, start, end, second) in enumerate(zip(pieces, starts, ends, seconds, strict=True))
    )


def stretches(block: PlacedBlock) -> list[Stretch]:
    """Which of a block's words its captions stand for, one after another."""
    return recut(block, [piece for piece in lines(block.text, block.times.words) if scripts.pronounceable(block.text[slice(*piece)])])


def in_order(cues: Sequence[Cue], until: int) -> tuple[Cue, ...]:
    """One caption at a time, up to `until`: one that was moved begins no earlier than those before it, and ends where the next begins."""
    edges = [cue.range.start for cue in cues[1:]] + [until]
    if all(cue.range.start + cue.range.duration <= edge for cue, edge in zip(cues, edges, strict=False)):
        return tuple(cues)
    starts = [min(start, until) for start in accumulate((cue.range.start for cue in cues), max)]
    ends = [min(max(start, cue.range.end), limit) for start, cue, limit in zip(starts, cues, [*starts[1:], until], strict=False)]
    ranges = (TimeRange(start, end - start) for start, end in zip(starts, ends, strict=True))
    return tuple(cue if cue.range == placed else replace(cue, range=placed) for cue, placed in zip(cues, ranges, strict=True))


def recut(block: PlacedBlock, pieces: Sequence[Stretch]) -> list[Stretch]:
    """The lines of a block with the cuts that a person made or took away."""
    cut = list(pieces)
    for place, override in block.captions:
        index = next((index for index, (start, end) in enumerate(cut) if start <= place < end), None)
        if index is None:
            continue
        start, end = cut[index]
        if override.cut == "split":
            halves = (_stripped(block.text, half) for half in ((start, place), (place, end)))
            cut[index : index + 1] = [half for half in halves if half[0] < half[1]]
        elif override.cut == "join" and index:
            cut[index - 1 : index + 1] = [(cut[index - 1][0], end)]
    return cut


def governs(stretch: Stretch, place: int, text: str) -> bool:
    """Whether what hangs on a place rules a line: it lies inside it, or at the end of the text behind the last one."""
    return stretch[0] <= place < stretch[1] or (place >= len(text) and stretch[1] == len(text))


def _overridden(cue: Cue, overrides: Iterable[CaptionOverride], block_start: int) -> Cue:
    for override in overrides:
        if override.text is not None and override.text != cue.text:
            cue = replace(cue, text=override.text, words=())
        if override.hidden:
            cue = replace(cue, text="", second="", words=())
        start = cue.range.start if override.at is None else block_start + override.at
        duration = max(0, cue.range.end - start) if override.duration is None else override.duration
        cue = replace(cue, range=TimeRange(start, duration), style=override.style or cue.style, place=override.place or cue.place)
    return cue


@lru_cache(maxsize=8_192)
def lines(text: str, words: tuple[Word, ...] = ()) -> tuple[Stretch, ...]:
    """Where a text is cut into lines: at the ends of sentences and clauses first, then between words, never inside one."""
    limit = HAN_LINE_WIDTH if any(map(scripts.is_han, text)) else LATIN_LINE_WIDTH
    joined: list[Stretch] = []
    for start, end in phrases(text):
        before = joined[-1] if joined else None
        if before and not closed(text[slice(*before)]) and _fits(text, (before[0], end), limit):
            joined[-1] = (before[0], end)
        else:
            joined.append((start, end))
    cut = (piece for stretch in joined for piece in _split(text, stretch, words, limit))
    return tuple(stretch for stretch in (_stripped(text, piece) for piece in cut) if stretch[0] < stretch[1])


def srt(cues: Iterable[Cue]) -> str:
    """The cues as SubRip: numbered, comma before the milliseconds."""
    shown = (cue for cue in cues if cue.text)
    return "".join(
        f"{number}\n{_clock(cue.range.start, ',')} --> {_clock(cue.range.end, ',')}\n{_both(cue)}\n\n"
        for number, cue in enumerate(shown, start=1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """The cues as WebVTT: `&`, `<` and `>` escaped."""
    body = "".join(
        f"{_clock(cue.range.start, '.')} --> {_clock(cue.range.end, '.')}\n{_escaped(_both(cue))}\n\n" for cue in cues if cue.text
    )
    return f"WEBVTT\n\n{body}"


def _fits(text: str, stretch: Stretch, limit: int) -> bool:
    return scripts.width(text[slice(*stretch)].strip()) <= limit


def _split(text: str, stretch: Stretch, words: Sequence[Word], limit: int) -> Iterator[Stretch]:
    """A stretch in lines of about the same width, as few as fit."""
    total = scripts.width(text[slice(*stretch)].strip())
    goal = -(-total // -(-total // limit)) if total else limit
    start = end = stretch[0]
    for stop in _stops(text, stretch, words):
        full = scripts.width(text[start:end].strip()) >= goal
        if end > start and (full or not _fits(text, (start, stop), limit)):
            yield start, end
            start = end
        end = stop
    yield start, end


def _stops(text: str, stretch: Stretch, words: Sequence[Word]) -> Iterator[int]:
    """Where a line may end: not inside a spoken word, a run of letters or digits, or before a sign that belongs to what stands before."""
    inside = {place for word in words for place in range(word.start + 1, word.end)}
    inside |= {place for start, end in _runs(text) for place in range(start + 1, end)}
    for place in range(stretch[0] + 1, stretch[1]):
        if place not in inside and not clings(text, place):
            yield place
    yield stretch[1]


def _runs(text: str) -> Iterator[Stretch]:
    yield from scripts.words(text)
    yield from (match.span() for match in LATIN_RUN.finditer(text))


def _stripped(text: str, stretch: Stretch) -> Stretch:
    piece = text[slice(*stretch)]
    start = stretch[0] + len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _place(block: PlacedBlock, character: int) -> int:
    """Ticks from the block's start at which the word at or after `character` begins."""
    return next((word.at for word in block.times.words if word.end > character), _proportional(block, character))


def _end_place(block: PlacedBlock, stretch: Stretch) -> int:
    ends = [word.at + word.duration for word in block.times.words if stretch[0] < word.end <= stretch[1]]
    return max(ends) if ends else _proportional(block, stretch[1])


def _proportional(block: PlacedBlock, character: int) -> int:
    return block.times.duration * character // max(1, len(block.text))


def _words(words: Sequence[Word], stretch: Stretch, shift_ticks: int) -> Iterator[Word]:
    for word in words:
        if stretch[0] <= word.start and word.end <= stretch[1]:
            yield Word(word.start - stretch[0], word.end - stretch[0], word.at + shift_ticks, word.duration)


def _clock(ticks: int, mark: str) -> str:
    milliseconds = ticks * 1_000 // TICKS_PER_SECOND
    seconds, thousandths = divmod(milliseconds, 1_000)
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{thousandths:03}"


def _both(cue: Cue) -> str:
    """What is shown, the second language on a line of its own."""
    return "\n".join(_plain(text) for text in (cue.text, cue.second) if text)


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("-->", "→")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
