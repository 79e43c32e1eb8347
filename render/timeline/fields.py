"""Fields by dotted path: reading one as JSON, and the value that holds another one there, checked by the schema."""

from typing import Any, Final, cast

from pydantic import JsonValue

from render.errors import EditRefused
from render.timeline.document import Block
from render.timeline.invariants import block_fault
from render.timeline.items import COLLECTIONS, Holder, validated

FIXED: Final = frozenset({"id", "schema_version"})
MAPS: Final = frozenset({"texts", "voices", "recordings", "overrides"})
"""Fields keyed by language or by id: their members come and go; None takes one out."""
TEXT_PARTS: Final = frozenset({"marks", "pronunciations", "captions", "of"})
"""What of a spoken text may be set by itself; its characters change by splices."""


def with_field(holder: Holder, path: str, value: JsonValue) -> tuple[Holder, JsonValue]:
    """The holder with `value` at `path`, and what was there before. Raises EditRefused `field` or `value`."""
    top, *parts = path.split(".")
    _refuse_closed(holder, top, parts, path)
    dumped = holder.model_dump(mode="json", include={top})[top]
    before = _value_at(dumped, parts, path, inside=top)
    changed = _changed(dumped, parts, value, inside=top)
    fresh = _validated_field(holder, top, changed)
    return holder.model_copy(update={top: fresh}), before


def _refuse_closed(holder: Holder, top: str, parts: list[str], path: str) -> None:
    closed = FIXED | COLLECTIONS[type(holder)].keys()
    if top not in type(holder).model_fields or top in closed:
        raise EditRefused("field", path=path)
    if isinstance(holder, Block) and top == "texts" and not (parts and set(parts[1:]) <= TEXT_PARTS):
        raise EditRefused("field", path=path)


def _value_at(dumped: JsonValue, parts: list[str], path: str, *, inside: str) -> JsonValue:
    if not parts:
        return dumped
    head, *rest = parts
    if isinstance(dumped, dict) and head in dumped:
        return _value_at(dumped[head], rest, path, inside=head)
    if isinstance(dumped, dict) and inside in MAPS and not rest:
        return None
    raise EditRefused("field", path=path)


def _changed(dumped: JsonValue, parts: list[str], value: JsonValue, *, inside: str) -> JsonValue:
    if not parts:
        return value
    head, *rest = parts
    members = cast("dict[str, JsonValue]", dumped)
    if inside in MAPS and not rest and value is None:
        return {key: member for key, member in members.items() if key != head}
    return members | {head: _changed(members.get(head), rest, value, inside=head)}


def _validated_field(holder: Holder, top: str, changed: JsonValue) -> Any:
    """The field's new value, validated in a holder that has nothing else but what it cannot be without."""
    kind = type(holder)
    required = {name for name, field in kind.model_fields.items() if field.is_required() and name != top}
    fresh = validated(kind, holder.model_dump(mode="json", include=required) | {top: changed}, "")
    if isinstance(fresh, Block) and (fault := block_fault(fresh, "")):
        raise EditRefused("value", path=fault.path.lstrip("."))
    return getattr(fresh, top)
