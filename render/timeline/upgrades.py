"""Older documents, one step at a time: each upgrade takes the JSON of one schema version to the next."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from render.errors import DocumentBroken, SchemaTooNew
from render.timeline.document import SCHEMA_VERSION

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

UPGRADES: Final[Mapping[int, Upgrade]] = {}
"""By the version each step starts from. Version 1 is the first; raising SCHEMA_VERSION means adding a step here."""


def upgrade(
    document: Mapping[str, Any],
    *,
    steps: Mapping[int, Upgrade] = UPGRADES,
    target: int = SCHEMA_VERSION,
) -> dict[str, Any]:
    """The document as of schema version `target`; one that names no version counts as written today.

    Raises SchemaTooNew, and DocumentBroken for a version that never was.
    """
    version = document.get("schema_version", target)
    if not isinstance(version, int) or isinstance(version, bool) or version < min(steps, default=target):
        raise DocumentBroken("schema", path="schema_version")
    if version > target:
        raise SchemaTooNew(version=version, newest=target, path="schema_version")
    upgraded = dict(document)
    for step in range(version, target):
        upgraded = steps[step](upgraded) | {"schema_version": step + 1}
    return upgraded
