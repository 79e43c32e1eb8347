"""How a presenter acts: what is done at a word, in which mood, and how the face is flattered."""

from typing import Annotated, Literal

from pydantic import Field

from render.timeline.values import Id, Permille, Value

Emotion = Literal["neutral", "warm", "cheerful", "serious", "excited", "concerned"]
Signed = Annotated[int, Field(ge=-1_000, le=1_000)]


class Action(Value):
    """A presenter does `name` at a mark of the passage, or where that is empty at its start.

    `reason` is the code of the rule that placed it (`webapp/services/acting`); empty where a person did.
    """

    name: Id
    mark: Annotated[str, Field(max_length=40)] = ""
    reason: Annotated[str, Field(pattern=r"^[a-z-]{0,40}$")] = ""


class Beautify(Value):
    """How a presenter's face is flattered, per mille of the most that looks natural; a negative shape goes the other way."""

    smooth: Permille = 0
    whiten: Permille = 0
    eye_light: Permille = 0
    teeth_light: Permille = 0
    slim: Signed = 0
    jaw: Signed = 0
    eyes: Signed = 0
    nose: Signed = 0
    mouth: Signed = 0
