"""The document as JSON: the one reader, the one writer, and the digest that names a value."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from pydantic import JsonValue, ValidationError

from render.errors import DocumentBroken
from render.timeline.document import Document
from render.timeline.invariants import Fault, document_fault, unreal_character
from render.timeline.upgrades import upgrade
from render.timeline.values import Later, Value

SIZE_MAX_BYTES: Final = 16 * 2**20
DEPTH_MAX: Final = 32


def read(data: bytes | str | Mapping[str, Any]) -> Document:
    """The document that `data` holds, brought to the present schema.

    Raises SchemaTooNew for one that a newer program wrote, and DocumentBroken otherwise, with `reason` one of `size`, `json`, `depth`,
    `character`, `schema`, `value`, `duplicate-id`, `mark`, `pronunciation` and the place in `facts["path"]`.
    """
    raw = dict(data) if isinstance(data, Mapping) else _parsed(data)
    if not shallow(raw):
        raise DocumentBroken("depth", path="", depth_max=DEPTH_MAX)
    document = _validated(upgrade(raw))
    _refuse(document_fault(document))
    return document


def write(document: Value) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8. Equal values give equal bytes."""
    return canonical(document.model_dump(mode="json"))


def canonical(value: JsonValue) -> bytes:
    """A JSON value as canonical bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Value | JsonValue) -> str:
    """SHA-256, in hexadecimal, of a JSON value's canonical form, or of a value's `facts`."""
    return hashlib.sha256(canonical(facts(value) if isinstance(value, Value) else value)).hexdigest()


def facts(value: Any) -> Any:
    """A value as JSON without the fields that the schema gained later and that stand at their defaults: what digests are made of."""
    if isinstance(value, Value):
        return {name: facts(getattr(value, name)) for name in type(value).model_fields if not _unused(value, name)}
    if isinstance(value, Mapping):
        return {name: facts(member) for name, member in value.items()}
    return [facts(member) for member in value] if isinstance(value, tuple) else value


def _unused(value: Value, name: str) -> bool:
    field = type(value).model_fields[name]
    return any(isinstance(entry, Later) for entry in field.metadata) and getattr(value, name) == field.default


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Document.model_json_schema()


def path_of(location: tuple[int | str, ...]) -> str:
    """A validator's location as `scenes[2].layers[0].opacity`; the kind of a layer's content is left out."""
    path, before = "", None
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif before != "content":
            path += f".{part}"
        before = part
    return path.lstrip(".")


def shallow(value: Any, depth: int = DEPTH_MAX) -> bool:
    """Whether no more than `depth` objects and arrays stand inside each other."""
    level = [value]
    for _ in range(depth + 1):
        level = [member for holder in level for member in _members(holder)]
        if not level:
            return True
    return False


def _members(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def _parsed(data: bytes | str) -> dict[str, Any]:
    try:
        text = data.decode() if isinstance(data, bytes) else data
        if len(text) > SIZE_MAX_BYTES:
            raise DocumentBroken("size", path="", size_max_bytes=SIZE_MAX_BYTES)
        parsed = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise DocumentBroken("depth", path="", depth_max=DEPTH_MAX) from error
    except ValueError as error:
        raise DocumentBroken("json", path="", problem=str(error)) from error
    if not isinstance(parsed, dict):
        raise DocumentBroken("json", path="", problem="not an object")
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _validated(raw: dict[str, Any]) -> Document:
    try:
        return Document.model_validate_json(_body(raw), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise DocumentBroken("value", path=path_of(first["loc"]), problem=first["msg"], faults=error.error_count()) from error
    except (TypeError, ValueError) as error:
        raise DocumentBroken("json", path="", problem=str(error)) from error


def _body(raw: dict[str, Any]) -> bytes:
    """Canonical JSON, or DocumentBroken where a character cannot be kept; where all are real, nobody has to look for the place."""
    try:
        body = canonical(raw)
        if b"\\u0000" not in body:
            return body
    except UnicodeEncodeError:
        body = b""
    _refuse(unreal_character(raw))
    return body


def _refuse(fault: Fault | None) -> None:
    if fault:
        raise DocumentBroken(fault.code, path=fault.path)
