"""W5, W6 and P1 to P5."""

from collections.abc import Callable
from typing import Any

MEASURES: dict[str, Callable[..., dict[str, Any]]] = {}
