"""From a document's words to requests for speech, and from what was voiced (or, until then, guessed) to a link manifest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Final, cast

from render.timeline import codec, scripts
from render.timeline.document import Block, BlockText, Document, Scene
from render.timeline.lexicon import Lexicon, with_lexicon
from render.timeline.manifest import LinkManifest, SpokenBlock
from render.timeline.remembered import remembered
from render.timeline.sentences import SAMPLE_TICKS, Sentence, joined, sentences
from render.timeline.spoken import Phoneme, SpeechRequest, SpokenSound, SpokenTimes, VisemeTime, Word
from render.timeline.time import TICKS_PER_SECOND

DEFAULT_VOICES: Final[Mapping[str, str]] = {"zh": "zf_xiaoyi", "en": "af_heart"}
"""The voice of a block that names none, by the first part of the language."""

_LATER: Final = frozenset({"recording", "pitch", "energy"})
"""What requests gained: left out of their digests where it says nothing, so that what was voiced before keeps its name."""

HAN_PER_SECOND: Final = 4.6
LATIN_WORDS_PER_SECOND: Final = 2.6
THAI_CLUSTERS_PER_SECOND: Final = 6.5
DIGITS_PER_SECOND: Final = 4.2
SENTENCE_PAUSE_SECONDS: Final = 0.3
CLAUSE_PAUSE_SECONDS: Final = 0.16

_KEPT_MAX: Final = 4
"""So many ways of saying a scene, or of hearing a passage, are remembered."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Passage:
    """What a block says, whole and in sentences; `digests` name the sentences' sounds."""

    block_id: str
    request: SpeechRequest
    parts: tuple[Sentence, ...]
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Manner:
    """All that decides what a scene's blocks ask for, besides themselves."""

    language: str
    engine: str
    voices: Mapping[str, str]
    lexicon: Lexicon


def passages(
    document: Document,
    language: str,
    engine: str,
    voices: Mapping[str, str] = DEFAULT_VOICES,
    lexicon: Lexicon = (),
) -> list[Passage]:
    """What the blocks say, in order: only blocks that hold a letter or a digit in `language`. `lexicon` holds for that language.

    A scene that is the same object as before gives the same passages.
    """
    manner = _Manner(language, engine, voices, _one_of(lexicon))
    return [passage for scene in document.scenes for passage in _passages_of(scene, manner)]


def speech_requests(
    document: Document,
    language: str,
    engine: str,
    voices: Mapping[str, str] = DEFAULT_VOICES,
    lexicon: Lexicon = (),
) -> dict[str, SpeechRequest]:
    """What each block says, by block id: only blocks that hold a letter or a digit in `language`. `lexicon` holds for that language."""
    return {said.block_id: said.request for said in passages(document, language, engine, voices, lexicon)}


def sentence_requests(said: Iterable[SpeechRequest]) -> dict[str, SpeechRequest]:
    """What must be voiced for these passages, sentence by sentence, in order and by speech digest."""
    return {speech_digest(part.request): part.request for passage in said for part in sentences(passage)}


def said_text(block: Block, language: str) -> str:
    """The words of a block without the white space around them, or nothing where nothing can be said."""
    text = block.texts.get(language, BlockText()).text.strip()
    return text if scripts.pronounceable(text) else ""


def said_by(block: Block, language: str, voices: Mapping[str, str] = DEFAULT_VOICES) -> str:
    """Whose voice says a block's words: its own choice, or the language's usual one; nobody where no voice speaks the language."""
    return block.voices.get(language) or voices.get(language) or voices.get(language.partition("-")[0], "")


def said_offset(block: Block, language: str) -> int:
    """How many characters of white space stand before a block's first word: marks count them, spoken words do not."""
    text = block.texts.get(language, BlockText()).text
    return len(text) - len(text.lstrip())


@lru_cache(maxsize=8_192)
def speech_digest(request: SpeechRequest) -> str:
    """The name of the sound that a request becomes."""
    facts = {name: value for name, value in asdict(request).items() if value or name not in _LATER}
    return codec.digest(cast("Any", facts))


def link(
    document: Document,
    language: str,
    engine: str,
    voiced: Mapping[str, SpokenTimes],
    media_durations: Mapping[str, int] | None = None,
    *,
    lexicon: Lexicon = (),
) -> LinkManifest:
    """What the document's words became. `voiced` holds times of sentences by speech digest; what is not in it yet is estimated."""
    return linked(passages(document, language, engine, lexicon=lexicon), language, engine, voiced, media_durations)


def linked(
    said: Iterable[Passage],
    language: str,
    engine: str,
    voiced: Mapping[str, SpokenTimes],
    media_durations: Mapping[str, int] | None = None,
) -> LinkManifest:
    """What these passages became, as `link` says it of a document's."""
    blocks = {passage.block_id: _spoken(passage, tuple(map(voiced.get, passage.digests))) for passage in said}
    return LinkManifest(language, blocks, (engine,), dict(media_durations or {}))


@lru_cache(maxsize=8_192)
def estimate(request: SpeechRequest) -> SpokenTimes:
    """A guess at how long a passage takes and when each of its words falls."""
    text, at, end, spoken = request.text, 0.0, 0, []
    for start, stop in scripts.words(text):
        at += _pause_seconds(text[end:start])
        seconds = _word_seconds(text[start:stop])
        spoken.append((start, stop, at, seconds))
        at, end = at + seconds, stop
    at += _pause_seconds(text[end:])
    words = tuple(_guessed_word(request.rate, *word) for word in spoken)
    return SpokenTimes(duration=_ticks(at, request.rate), words=words, estimated=True)


def times_to_json(times: SpokenTimes) -> dict[str, Any]:
    """Times as JSON, each entry a short list."""
    return {
        "duration": times.duration,
        "words": [[word.start, word.end, word.at, word.duration] for word in times.words],
        "phonemes": [[phoneme.symbol, phoneme.at, phoneme.duration] for phoneme in times.phonemes],
        "visemes": [[viseme.viseme, viseme.at, viseme.duration] for viseme in times.visemes],
        "estimated": times.estimated,
        "sounds": [[sound.digest, sound.at, sound.duration] for sound in times.sounds],
    }


def times_from_json(data: Mapping[str, Any]) -> SpokenTimes:
    """The times that `times_to_json` wrote."""
    return SpokenTimes(
        duration=data["duration"],
        words=tuple(Word(*entry) for entry in data["words"]),
        phonemes=tuple(Phoneme(*entry) for entry in data["phonemes"]),
        visemes=tuple(VisemeTime(*entry) for entry in data["visemes"]),
        estimated=data["estimated"],
        sounds=tuple(SpokenSound(*entry) for entry in data.get("sounds", ())),
    )


@lru_cache(maxsize=64)
def _one_of(lexicon: Lexicon) -> Lexicon:
    """Of equal lexicons always the same object: a long one is not compared anew for every scene."""
    return lexicon


def _passages_of(scene: Scene, manner: _Manner) -> tuple[Passage, ...]:
    kept = _kept_passages(scene)
    known = next((made for then, made in tuple(kept) if then == manner), None)
    if known is None:
        known = tuple(_passage(block, manner) for block in scene.blocks if said_text(block, manner.language))
        kept[:] = [*kept[-_KEPT_MAX + 1 :], (manner, known)]
    return known


@remembered
def _kept_passages(_: Scene) -> list[tuple[_Manner, tuple[Passage, ...]]]:
    return []


def _passage(block: Block, manner: _Manner) -> Passage:
    request = _by_lexicon(_request(block, manner.language, manner.engine, manner.voices), manner.lexicon)
    parts = sentences(request)
    return Passage(block.id, request, parts, tuple(speech_digest(part.request) for part in parts))


def _request(block: Block, language: str, engine: str, voices: Mapping[str, str]) -> SpeechRequest:
    text = said_text(block, language)
    if recording := block.recordings.get(language, ""):
        return SpeechRequest(engine, language, "", text, recording=recording)
    said_as = tuple(_said_as(block, language, len(text)))
    return SpeechRequest(
        engine, language, said_by(block, language, voices), text, block.rate, said_as, pitch=block.pitch, energy=block.energy
    )


def _by_lexicon(request: SpeechRequest, lexicon: Lexicon) -> SpeechRequest:
    """The request with what the lexicon says of its words; a recording says them as it does."""
    if request.recording or not lexicon:
        return request
    return replace(request, pronunciations=with_lexicon(request.text, request.pronunciations, lexicon))


def spread(request: SpeechRequest, duration: int) -> SpokenTimes:
    """Times of a recording that nobody has aligned: its words over its `duration` ticks as a guess has them, without mouth shapes."""
    guess = estimate(request)
    ratio = duration / max(1, guess.duration)
    words = tuple(replace(word, at=round(word.at * ratio), duration=round(word.duration * ratio)) for word in guess.words)
    return SpokenTimes(duration=duration, words=words)


def _said_as(block: Block, language: str, length: int) -> Iterator[tuple[int, int, str]]:
    offset = said_offset(block, language)
    for said in block.texts[language].pronunciations:
        start, end = max(0, said.start - offset), min(length, said.end - offset)
        if start < end:
            yield start, end, said.say


def _spoken(passage: Passage, heard: tuple[SpokenTimes | None, ...]) -> SpokenBlock:
    """What a passage became, `heard` of its sentences as far as they are voiced."""
    kept = _kept_spoken(passage)
    known = next((made for then, made in tuple(kept) if then == heard), None)
    if known is None:
        known = _joined(passage, heard)
        kept[:] = [*kept[-_KEPT_MAX + 1 :], (heard, known)]
    return known


@remembered
def _kept_spoken(_: Passage) -> list[tuple[tuple[SpokenTimes | None, ...], SpokenBlock]]:
    return []


def _joined(passage: Passage, heard: tuple[SpokenTimes | None, ...]) -> SpokenBlock:
    if len(heard) == 1 and heard[0]:
        return SpokenBlock(passage.block_id, passage.digests[0], heard[0])
    whole = joined([(part, times or estimate(part.request)) for part, times in zip(passage.parts, heard, strict=True)])
    if not any(heard):
        return SpokenBlock(passage.block_id, "", whole)
    sounds = tuple(_sounds(passage, heard))
    name = codec.digest([[sound.digest, sound.at] for sound in sounds])
    return SpokenBlock(passage.block_id, name, replace(whole, sounds=sounds))


def _sounds(passage: Passage, heard: Sequence[SpokenTimes | None]) -> Iterator[SpokenSound]:
    """The sentences that have been voiced, where they begin."""
    at = 0
    for part, digest, times in zip(passage.parts, passage.digests, heard, strict=True):
        if times:
            yield SpokenSound(digest, at, times.duration)
        at += (times or estimate(part.request)).duration + part.pause


def _guessed_word(rate: int, start: int, end: int, at: float, seconds: float) -> Word:
    ticks = _ticks(at, rate)
    return Word(start, end, ticks, _ticks(at + seconds, rate) - ticks)


def _word_seconds(word: str) -> float:
    if scripts.is_han(word[0]):
        return 1 / HAN_PER_SECOND
    if scripts.is_thai(word[0]):
        return 1 / THAI_CLUSTERS_PER_SECOND
    if word[0].isdigit():
        return len(word) / DIGITS_PER_SECOND
    return 1 / LATIN_WORDS_PER_SECOND


def _pause_seconds(gap: str) -> float:
    if any(character in scripts.SENTENCE_ENDS for character in gap) or "." in gap or "\n" in gap:
        return SENTENCE_PAUSE_SECONDS
    return CLAUSE_PAUSE_SECONDS if any(character in scripts.CLAUSE_ENDS for character in gap) else 0.0


def _ticks(seconds: float, rate: int) -> int:
    return round(seconds * TICKS_PER_SECOND * 1_000 / rate / SAMPLE_TICKS) * SAMPLE_TICKS
