"""What hundreds of applications need not work out again: how their addresses are built, and what their templates compile to.

A test has an application of its own; making one and showing its first page took a third of a second of processor time without this, and
takes a tenth of it.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class KeptTemplates(BytecodeCache):
    """Compiled templates by what they are compiled of."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what another application compiled, if it was of the same words."""
        if kept := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next application."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def _kept_builders(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """The function that builds an address, which depends on its rule and on nothing of its application."""
    kept: dict[tuple[object, ...], Any] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: FBT002 - as it is called there
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compiled(rule, append_unknown)
        return kept[key]

    return builder


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptTemplates()}
Rule._compile_builder = _kept_builders(Rule._compile_builder)  # type: ignore[method-assign]
