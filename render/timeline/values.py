"""What the document is made of: frozen values, and the kinds of numbers and names in them with their bounds."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,8})?$")]
Permille = Annotated[int, Field(ge=0, le=1000)]
Place = Annotated[int, Field(ge=-100_000, le=100_000)]
Extent = Annotated[int, Field(ge=0, le=100_000)]
Share = Annotated[int, Field(ge=0, le=10_000)]
Turn = Annotated[int, Field(ge=-3_600_000, le=3_600_000)]
Volume = Annotated[int, Field(ge=0, le=4_000)]
Speed = Annotated[int, Field(ge=100, le=10_000)]
Ticks = Annotated[int, Field(ge=-(2**53), le=2**53)]
Duration = Annotated[int, Field(ge=0, le=24 * 3600 * 240_000)]

TEXT_LENGTH_MAX: Final = 20_000
FrameRate = Literal[24, 25, 30, 50, 60]
Easing = Literal["linear", "ease-in", "ease-out", "ease-in-out", "hold"]


class Value(BaseModel):
    """A frozen value with no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Later:
    """Marks a field that the schema gained: at its default it is left out of digests, so that what was named before keeps its name."""


LATER: Final = Later()
