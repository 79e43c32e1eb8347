"""The bench runs and says what it took."""

import json

from bench.renderer import main


def test_every_figure_is_printed_and_kept(tmp_path, capsys):
    block = {"id": "b", "texts": {"en": {"text": ""}}}
    shape = {"kind": "shape", "shape": "ellipse", "fill": "#ff5a36"}
    layer = {"id": "e", "content": shape, "keyframes": [{"property": "x", "at": at, "value": at // 20} for at in (0, 96_000)]}
    scene = {"id": "s", "duration": {"kind": "fixed", "fixed": 96_000}, "blocks": [block], "layers": [layer]}
    document = {"language": "en", "canvas": {"width_px": 64, "height_px": 48, "frame_rate": 25}, "scenes": [scene]}
    (tmp_path / "small.json").write_text(json.dumps(document))
    main([str(tmp_path / "small.json"), "--frames", "6", "--sides", "48", "--json", str(tmp_path / "out.json")])
    kept = json.loads((tmp_path / "out.json").read_text())
    assert {name: set(values) for name, values in kept["figures"].items()} == {
        "export": {"first_ratio", "cached_ratio"},
        "compose_48": {"with_presenter_ms_per_frame", "without_presenter_ms_per_frame"},
        "seek": {"p50_ms", "p95_ms"},
        "recompile": {"compiled_p50_ms", "shown_p50_ms"},
    }
    assert all(value > 0 for values in kept["figures"].values() for value in values.values())
    assert kept["machine"]["cores"] > 0
    printed = capsys.readouterr().out
    assert all(f"{value:.2f}" in printed for values in kept["figures"].values() for value in values.values())
