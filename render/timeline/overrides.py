"""Edits made in a variant: somebody who looks at a shape changes how things look there; the document's own look stays as it is."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from render.errors import EditRefused
from render.timeline.document import Document, Layer, Scene, Variant
from render.timeline.edits import Edit, Group, Leaf, RemoveItem, SetField, apply, leaves
from render.timeline.fields import with_field
from render.timeline.invariants import names_in
from render.timeline.items import DOCUMENT, at, found, steps_to
from render.timeline.variants import in_variant

OF_LAYERS: Final = frozenset({"transform", "opacity", "hidden"})
OF_CONTENT: Final = frozenset({"asset", "fit", "crop", "style"})
OF_SCENES: Final = frozenset({"background"})
OF_VARIANTS: Final = frozenset({"captions", "canvas"})
"""What a variant may have of its own, by whose it is in the document."""


def overriding(document: Document, variant_id: str, edit: Edit) -> Edit:
    """What `edit` means where a variant is looked at: looks become the variant's own, everything else is everybody's.

    What is set is complete as it stands there: a title that is moved keeps the width it was given for that shape. Raises EditRefused
    as `apply` does, also for what is locked, and `target-gone` where the variant is gone.
    """
    found(document, variant_id, Variant)
    if not any(_name(document, leaf) for leaf in leaves((edit,))):
        return edit
    made: list[Edit] = []
    for leaf in leaves((edit,)):
        own = _own(document, variant_id, leaf)
        document = apply(document, own).document
        made.append(own)
    return made[0] if len(made) == 1 else Group(edits=tuple(made))


def copied(document: Document, names: Collection[tuple[str, str]]) -> Iterator[SetField]:
    """What every variant does otherwise with things, for their copies: `names` are pairs of an id and the copy's."""
    for variant in document.variants:
        for name, copy in names:
            if override := variant.overrides.get(name):
                yield SetField(target=variant.id, field=f"overrides.{copy}", value=override.model_dump(mode="json"))


def leaving_nothing(document: Document, edit: Edit) -> Edit:
    """`edit`, and with what it takes out goes what variants did otherwise with that. Raises EditRefused as `apply` does."""
    single = tuple(leaves((edit,)))
    if not (any(isinstance(leaf, RemoveItem) for leaf in single) and any(variant.overrides for variant in document.variants)):
        return edit
    after = apply(document, edit).document
    gone = names_in(document) - names_in(after)
    clears = tuple(
        SetField(target=variant.id, field=f"overrides.{name}") for variant in after.variants for name in variant.overrides if name in gone
    )
    return Group(edits=(*single, *clears)) if clears else edit


def _own(document: Document, variant_id: str, leaf: Leaf) -> Edit:
    name = _name(document, leaf)
    if not (name and isinstance(leaf, SetField)):
        return leaf
    apply(document, leaf)
    variant, value = found(document, variant_id, Variant), _value(in_variant(document, variant_id), leaf, name)
    if leaf.target == DOCUMENT:
        return SetField(target=variant_id, field=name, value=value)
    if leaf.target in variant.overrides:
        return SetField(target=variant_id, field=f"overrides.{leaf.target}.{name}", value=value)
    return SetField(target=variant_id, field=f"overrides.{leaf.target}", value={name: value})


def _name(document: Document, leaf: Leaf) -> str:
    """Which of a variant's own fields a leaf is about; empty for what is everybody's."""
    if not isinstance(leaf, SetField):
        return ""
    top, _, rest = leaf.field.partition(".")
    inner = rest.partition(".")[0]
    if leaf.target == DOCUMENT:
        return top if top in OF_VARIANTS else ""
    holder = at(document, steps_to(document, leaf.target))
    if isinstance(holder, Scene):
        return top if top in OF_SCENES else ""
    if not isinstance(holder, Layer):
        return ""
    return inner if top == "content" and inner in OF_CONTENT else top if top in OF_LAYERS else ""


def _value(seen: Document, leaf: SetField, name: str) -> Any:
    """The whole of what is named, as it stands in the variant with `leaf` done to it, as JSON."""
    changed = with_field(at(seen, steps_to(seen, leaf.target)), leaf.field, leaf.value)[0]
    holder = changed.content if isinstance(changed, Layer) and name in OF_CONTENT else changed
    dumped = holder.model_dump(mode="json", include={name})
    if name not in dumped:
        raise EditRefused("field", path=leaf.field)
    return dumped[name]
