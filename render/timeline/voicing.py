"""From a document's words to requests for speech, and from what was voiced (or, until then, guessed) to a link manifest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any, Final, cast

from render.timeline import codec, scripts
from render.timeline.document import Block, BlockText, Document
from render.timeline.lexicon import Lexicon, with_lexicon
from render.timeline.manifest import LinkManifest, SpokenBlock
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


def speech_requests(
    document: Document,
    language: str,
    engine: str,
    voices: Mapping[str, str] = DEFAULT_VOICES,
    lexicon: Lexicon = (),
) -> dict[str, SpeechRequest]:
    """What each block says, by block id: only blocks that hold a letter or a digit in `language`. `lexicon` holds for that language."""
    blocks = (block for scene in document.scenes for block in scene.blocks)
    asked = {block.id: _request(block, language, engine, voices) for block in blocks if said_text(block, language)}
    return {block_id: _by_lexicon(request, lexicon) for block_id, request in asked.items()} if lexicon else asked


def sentence_requests(passages: Iterable[SpeechRequest]) -> dict[str, SpeechRequest]:
    """What must be voiced for these passages, sentence by sentence, in order and by speech digest."""
    return {speech_digest(part.request): part.request for passage in passages for part in sentences(passage)}


def said_text(block: Block, language: str) -> str:
    """The words of a block without the white space around them, or nothing where nothing can be said."""
    text = block.texts.get(language, BlockText()).text.strip()
    return text if scripts.pronounceable(text) else ""


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
    requests = speech_requests(document, language, engine, lexicon=lexicon)
    blocks = {block_id: _spoken(block_id, request, voiced) for block_id, request in requests.items()}
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


def _request(block: Block, language: str, engine: str, voices: Mapping[str, str]) -> SpeechRequest:
    voice = block.voices.get(language) or voices.get(language) or voices.get(language.partition("-")[0], "")
    text = said_text(block, language)
    if recording := block.recordings.get(language, ""):
        return SpeechRequest(engine, language, "", text, recording=recording)
    said_as = tuple(_said_as(block, language, len(text)))
    return SpeechRequest(engine, language, voice, text, block.rate, said_as, pitch=block.pitch, energy=block.energy)


def _by_lexicon(request: SpeechRequest, lexicon: Lexicon) -> SpeechRequest:
    """The request with what the lexicon says of its words; a recording says them as it does."""
    if request.recording:
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


def _spoken(block_id: str, request: SpeechRequest, voiced: Mapping[str, SpokenTimes]) -> SpokenBlock:
    parts = [(part, voiced.get(speech_digest(part.request))) for part in sentences(request)]
    if not any(times for _, times in parts):
        return _unheard(block_id, request)
    if len(parts) == 1 and parts[0][1]:
        return SpokenBlock(block_id, speech_digest(parts[0][0].request), parts[0][1])
    sounds = tuple(_sounds(parts))
    name = codec.digest([[sound.digest, sound.at] for sound in sounds])
    whole = joined([(part, times or estimate(part.request)) for part, times in parts])
    return SpokenBlock(block_id, name, replace(whole, sounds=sounds))


@lru_cache(maxsize=8_192)
def _unheard(block_id: str, request: SpeechRequest) -> SpokenBlock:
    """A passage of which nothing has been voiced."""
    return SpokenBlock(block_id, "", joined([(part, estimate(part.request)) for part in sentences(request)]))


def _sounds(parts: Sequence[tuple[Sentence, SpokenTimes | None]]) -> Iterator[SpokenSound]:
    """The sentences that have been voiced, where they begin."""
    at = 0
    for part, times in parts:
        if times:
            yield SpokenSound(speech_digest(part.request), at, times.duration)
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
