"""Language: product facts become a script. Whatever writes it, the fact guard reads it before a person does."""

from dataclasses import dataclass
from typing import Literal, Protocol

Slot = Literal["hook", "intro", "benefit", "use", "price", "call"]


@dataclass(frozen=True, slots=True)
class ProductBrief:
    """What a merchant says of her product; nothing else may be claimed of it.

    `name` and at least one of `benefits` are needed. A benefit is what the product does or has, without its name: a clause
    in Chinese (保温十二小时), a verb phrase (keeps drinks hot for 12 hours) or a noun phrase (a leak-proof lid) in English.
    """

    name: str
    benefits: tuple[str, ...]
    audience: str = ""
    pain: str = ""
    scene: str = ""
    price: str = ""
    forbidden: tuple[str, ...] = ()

    def facts(self) -> tuple[str, ...]:
        """Every text that a claim may rest on."""
        return (self.name, *self.benefits, self.audience, self.pain, self.scene, self.price)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a script and the part it plays."""

    slot: Slot
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """A script with how long it takes to say, in milliseconds (an estimate). `engine` names what wrote it."""

    sentences: tuple[Sentence, ...]
    estimated_ms: int
    engine: str
    short: bool = False
    """True where the facts given do not fill the time asked for."""

    def paragraphs(self) -> tuple[str, ...]:
        """The script in scenes: opening, product, offer."""
        groups: tuple[tuple[Slot, ...], ...] = (("hook",), ("intro", "benefit", "use"), ("price", "call"))
        joined = (" ".join(sentence.text for sentence in self.sentences if sentence.slot in group) for group in groups)
        return tuple(_closed_up(text) for text in joined if text)


class Copywriter(Protocol):
    """Writes scripts from product facts."""

    def write(self, brief: ProductBrief, *, language: str, seconds: int, seed: int) -> Script:
        """A script of about `seconds`, never longer. The same arguments give the same script."""
        ...


def _closed_up(text: str) -> str:
    """Without the spaces between Chinese sentences."""
    return "".join(
        character
        for index, character in enumerate(text)
        if not (character == " " and index and text[index - 1] in "。！？" and text[index + 1 : index + 2])
    )
