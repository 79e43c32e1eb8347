"""Scripts from product facts: what the form holds becomes a brief, the brief a draft, and the guard reads whatever a person makes of it."""

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from opencc import OpenCC

from render.ports.language import ProductBrief
from webapp.errors import Invalid
from webapp.providers.language import guard
from webapp.providers.language.embedded import LANGUAGES, SECONDS, FrameCopywriter, length_ms

BENEFITS_MAX: Final = 6
LENGTH_MAX: Final = 120
FORBIDDEN_MAX: Final = 30
SCRIPT_LENGTH_MAX: Final = 5_000
SEED_MAX: Final = 2**31


@dataclass(frozen=True, slots=True)
class Facts:
    """What the form holds, as it was typed. `traditional` asks for a Chinese script in traditional characters."""

    name: str = ""
    audience: str = ""
    pain: str = ""
    scene: str = ""
    price: str = ""
    benefits: tuple[str, ...] = ("",)
    forbidden: str = ""
    seconds: str = "20"
    language: str = "zh"
    traditional: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Note:
    """Words in a script that somebody should look at: `superlative`, `certificate`, `number` or `forbidden`."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """How long a script takes to say, about, and what in it needs a look."""

    seconds: int
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A script that states nothing but the facts."""

    text: str
    review: Review
    short: bool
    brief: ProductBrief = field(repr=False)


def write(facts: Facts) -> Draft:
    """A script from these facts; the same facts and seed give the same one. Raises Invalid for the first fact that is wrong."""
    brief, seconds = brief_of(facts), _seconds(facts)
    script = FrameCopywriter().write(brief, language=facts.language, seconds=seconds, seed=facts.seed)
    text = "\n\n".join(script.paragraphs())
    shown = _converter("s2twp").convert(text) if _traditional(facts) else text
    review = Review(round(script.estimated_ms / 1000), _notes(shown, brief, traditional=_traditional(facts)))
    return Draft(shown, review, script.short, brief)


def review(facts: Facts, text: str) -> Review:
    """What a person's own wording says that the facts do not, and what advertising law would ask about. Raises Invalid."""
    if len(text) > SCRIPT_LENGTH_MAX:
        raise Invalid("text", "script-too-long", length_max=SCRIPT_LENGTH_MAX)
    spoken_ms = sum(length_ms(line, _language(facts)) for line in text.splitlines() if line.strip())
    return Review(round(spoken_ms / 1000), _notes(text, _brief(facts), traditional=_traditional(facts)))


def brief_of(facts: Facts) -> ProductBrief:
    """The facts as a brief. Raises Invalid, naming the field."""
    brief = _brief(facts)
    if not brief.name:
        raise Invalid("name", "fact-missing")
    if not brief.benefits:
        raise Invalid("benefits", "benefit-missing")
    if len(brief.benefits) > BENEFITS_MAX:
        raise Invalid("benefits", "benefits-many", count_max=BENEFITS_MAX)
    for name in ("name", "audience", "pain", "scene", "price"):
        if len(getattr(brief, name)) > LENGTH_MAX:
            raise Invalid(name, "fact-long", length_max=LENGTH_MAX)
    if any(len(benefit) > LENGTH_MAX for benefit in brief.benefits):
        raise Invalid("benefits", "fact-long", length_max=LENGTH_MAX)
    return brief


def _brief(facts: Facts) -> ProductBrief:
    """The facts on one line each; `{` and `}` are for the frames alone."""
    words = facts.forbidden.replace("，", ",").replace("、", ",").replace("；", ",").replace(";", ",").replace("\n", ",").split(",")
    return ProductBrief(
        name=_line(facts.name),
        benefits=tuple(line for benefit in facts.benefits if (line := _line(benefit))),
        audience=_line(facts.audience),
        pain=_line(facts.pain),
        scene=_line(facts.scene),
        price=_line(facts.price),
        forbidden=tuple(word for raw in words if (word := _line(raw)))[:FORBIDDEN_MAX],
    )


def _notes(text: str, brief: ProductBrief, *, traditional: bool) -> tuple[Note, ...]:
    """Each claim once. Traditional characters are read as simplified ones: the guard knows those."""
    known = _simplified(brief) if traditional else brief
    read = _converter("tw2sp").convert(text) if traditional else text
    found = (*guard.unsupported(read, known), *guard.flagged(read))
    return tuple(dict.fromkeys(Note(claim.text, claim.kind) for claim in found))


def _simplified(brief: ProductBrief) -> ProductBrief:
    plain = _converter("tw2sp").convert
    return ProductBrief(
        name=plain(brief.name),
        benefits=tuple(map(plain, brief.benefits)),
        audience=plain(brief.audience),
        pain=plain(brief.pain),
        scene=plain(brief.scene),
        price=plain(brief.price),
        forbidden=tuple(map(plain, brief.forbidden)),
    )


def _seconds(facts: Facts) -> int:
    for seconds in SECONDS:
        if facts.seconds == str(seconds):
            _language(facts)
            return seconds
    raise Invalid("seconds", "seconds-unknown")


def _language(facts: Facts) -> str:
    if facts.language not in LANGUAGES:
        raise Invalid("language", "language-unknown")
    return facts.language


def _traditional(facts: Facts) -> bool:
    return facts.traditional and facts.language == "zh"


def _line(text: str) -> str:
    return " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)
