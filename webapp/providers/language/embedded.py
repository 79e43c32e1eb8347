"""The embedded copywriter: a grammar of hand-written frames whose slots hold the merchant's own facts.

It cannot invent: a frame states nothing of its own, a frame with an empty slot is left out, and the fact guard reads every sentence.
"""

import random
import re
from collections.abc import Iterator, Sequence
from typing import Final

from render.ports.language import ProductBrief, Script, Sentence, Slot
from webapp.providers.language import frames_en, frames_zh
from webapp.providers.language.guard import unsupported

LANGUAGES: Final = ("zh", "en")
SECONDS: Final = (15, 20, 30)
_DRAWS: Final = 60
_FULL: Final = 0.8
_MS_PER_UNIT: Final = {"zh": 1_000 / 4.6, "en": 1_000 / 2.6}
"""One Chinese character or one English word, at the embedded voices' ordinary rate."""
_PAUSE_MS: Final = 180
_SLOT_NAMES: Final = re.compile(r"{(\w+)}")
_VERB_PHRASE: Final = re.compile(r"^(?:is|has|does|can|helps?|[a-z]+(?:[^s\W]s|sses|shes|ches|xes|zes))\s+\S", re.IGNORECASE)
_NOT_A_VERB: Final = re.compile(r"^(?:its|this|plus|less|extras|sales|\w+ous|hours|minutes|days|colou?rs|sizes|pieces)\b", re.IGNORECASE)


class FrameCopywriter:
    """Writes Chinese and English scripts from a brief, without a network or a model."""

    version: Final = "frames-1"

    def write(self, brief: ProductBrief, *, language: str, seconds: int, seed: int) -> Script:
        """The fullest of many drawn scripts that fits `seconds`. Raises KeyError for a language other than zh and en."""
        drawn = random.Random(f"{seed}:{language}:{seconds}")  # noqa: S311 - variety, not secrecy
        limit_ms = seconds * 1_000
        scripts = (self._draw(brief, language, limit_ms, drawn) for _ in range(_DRAWS))
        best = max(scripts, key=lambda sentences: (_fits(sentences, language, limit_ms), _length_ms(sentences, language)))
        length_ms = _length_ms(best, language)
        return Script(tuple(best), length_ms, self.version, short=length_ms < _FULL * limit_ms)

    def _draw(self, brief: ProductBrief, language: str, limit_ms: int, drawn: random.Random) -> list[Sentence]:
        must = [sentence for slot in ("hook", "intro", "price", "call") if (sentence := _sentence(brief, language, slot, 0, drawn))]
        more = [sentence for slot, index in _extras(brief, drawn) if (sentence := _sentence(brief, language, slot, index, drawn))]
        chosen = list(must)
        for sentence in more:
            if _length_ms([*chosen, sentence], language) <= limit_ms and sentence.text not in {other.text for other in chosen}:
                chosen.append(sentence)
        return sorted(chosen, key=lambda sentence: _ORDER.index(sentence.slot))


_ORDER: Final[tuple[Slot, ...]] = ("hook", "intro", "benefit", "use", "price", "call")


def length_ms(text: str, language: str) -> int:
    """How long `text` takes to say, roughly: Chinese characters and digits or words, and a pause for each sentence."""
    units = len(re.findall(r"[\u4e00-\u9fff0-9]|[A-Za-z]+", text)) if language == "zh" else len(text.split())
    return round(units * _MS_PER_UNIT[language]) + _PAUSE_MS


def _extras(brief: ProductBrief, drawn: random.Random) -> Iterator[tuple[Slot, int]]:
    """What may fill the time: every further benefit in the merchant's order, then up to three sentences of use."""
    yield from (("benefit", index) for index in range(1, len(brief.benefits)))
    yield from (("use", index) for index in range(drawn.randint(1, 3)))


def _sentence(brief: ProductBrief, language: str, slot: Slot, index: int, drawn: random.Random) -> Sentence | None:
    """A sentence for `slot` that states only facts, or None where no frame can be filled."""
    fillings = _fillings(brief, language, index)
    usable = [frame for frame in _frames(language, slot, fillings) if set(_SLOT_NAMES.findall(frame)) <= fillings.keys()]
    drawn.shuffle(usable)
    spoken = (_tidy(frame.format(**fillings), language) for frame in usable)
    return next((Sentence(slot, text) for text in spoken if not unsupported(text, brief)), None)


def _fillings(brief: ProductBrief, language: str, index: int) -> dict[str, str]:
    benefit = _phrase(brief.benefits[min(index, len(brief.benefits) - 1)]) if brief.benefits else ""
    kind = "benefit" if language == "zh" else ("does" if is_verb_phrase(benefit) else "has")
    fillings = {
        "name": brief.name,
        "audience": brief.audience,
        "pain": brief.pain,
        "scene": brief.scene,
        "price": brief.price,
        kind: benefit,
    }
    return {name: _phrase(text) for name, text in fillings.items() if _phrase(text)}


def _frames(language: str, slot: Slot, fillings: dict[str, str]) -> Sequence[str]:
    if language == "zh":
        chinese = (frames_zh.HOOKS, frames_zh.INTROS, frames_zh.BENEFITS, frames_zh.USES, frames_zh.PRICES, frames_zh.CALLS)
        return dict(zip(_ORDER, chinese, strict=True))[slot]
    does = "does" in fillings
    intros = frames_en.INTROS_DOES if does else frames_en.INTROS_HAS
    benefits = frames_en.BENEFITS_DOES if does else frames_en.BENEFITS_HAS
    english = (frames_en.HOOKS, intros, benefits, frames_en.USES, frames_en.PRICES, frames_en.CALLS)
    return {"en": dict(zip(_ORDER, english, strict=True))}[language][slot]


def is_verb_phrase(benefit: str) -> bool:
    """Whether an English benefit says what the product does ("keeps drinks hot") rather than what it has."""
    return bool(_VERB_PHRASE.match(benefit)) and not _NOT_A_VERB.match(benefit)


def _phrase(text: str) -> str:
    """One line without the full stop that a frame brings itself."""
    return " ".join(text.split()).strip().rstrip("。．.！!；;，,")


def _tidy(sentence: str, language: str) -> str:
    """With a capital at its start in English; a question or call in a slot keeps its own mark."""
    joined = re.sub(r"([？！?!])[。.，,]", r"\1", sentence)
    return joined if language == "zh" else joined[:1].upper() + joined[1:]


def _length_ms(sentences: Sequence[Sentence], language: str) -> int:
    return sum(length_ms(sentence.text, language) for sentence in sentences)


def _fits(sentences: Sequence[Sentence], language: str, limit_ms: int) -> bool:
    return _length_ms(sentences, language) <= limit_ms
