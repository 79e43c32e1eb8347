"""Results kept by the object they were made from: edits share what they do not touch, so most of a document is known already."""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

Source = TypeVar("Source")
Result = TypeVar("Result")


def remembered(make: Callable[[Source], Result]) -> Callable[[Source], Result]:
    """Call `make` once for each frozen object, for as long as that object lives. Equal objects do not count as one."""
    kept: dict[int, tuple[weakref.ref[Any], Result]] = {}

    @wraps(make)
    def look_up(source: Source) -> Result:
        entry = kept.get(id(source))
        if entry is not None and entry[0]() is source:
            return entry[1]
        key, result = id(source), make(source)
        kept[key] = (weakref.ref(source, lambda _: kept.pop(key, None)), result)
        return result

    return cast("Callable[[Source], Result]", look_up)
