from pathlib import Path

import pytest

from render.timeline import codec
from render.timeline.checks import check
from render.timeline.resolve import resolve
from render.timeline.voicing import link
from tools.schema import SCHEMA_FILE, main, schema_text

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "bench" / "documents").glob("*.json"))


def test_the_schema_in_the_docs_is_current(tmp_path, capsys):
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m tools.schema`"
    main([str(tmp_path / "schema.json")])
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == schema_text()
    assert "written" in capsys.readouterr().out


def test_there_are_examples():
    assert {example.stem for example in EXAMPLES} >= {"serum-zh", "lamp-en", "shapes-stress"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_is_a_good_document_with_every_anchor_in_place(example):
    document = codec.read(example.read_bytes())
    assert check(document) == ()
    timeline = resolve(document, link(document, document.language, "e", {}))
    placed = [layer for scene in timeline.scenes for layer in scene.layers]
    assert not any(layer.flagged for layer in placed)
    assert len(placed) == sum(len(scene.layers) for scene in document.scenes)
    assert 10 * 240_000 < timeline.duration < 30 * 240_000
    assert all(scene.transition.kind == "crossfade" for scene in timeline.scenes[:-1])
