"""What is drawn, shown and encoded on the processor needs no torch, which takes a fifth of a gigabyte and more than a second to load."""

import subprocess
import sys
from textwrap import dedent

DRAWN = """
    import sys
    from pathlib import Path

    import roles.preview
    import roles.render
    from render.avatar.engine import WarpEngine
    from render.graph.rendering import ProgramOrder, compose_segments
    from render.graph.store import SegmentStore
    from render.link import FolderSources
    from render.pixels.device import chosen
    from render.pixels.jpeg import jpeg
    from render.presets.exports import ExportPreset
    from render.timeline import codec
    from render.timeline.manifest import LinkManifest
    from render.timeline.resolve import resolve

    folder = Path(sys.argv[1])
    gradient = {"kind": "radial", "colours": ["#203040", "#a05020"]}
    words = {"kind": "text", "texts": {"zh": "你好 hello"}, "style": {"shadow": "#000000", "gradient": gradient}}
    disc = {"kind": "shape", "shape": "ellipse", "fill": "#ff5a36"}
    turn = [{"property": "rotation", "at": at, "value": value} for at, value in ((0, 0), (240_000, 90_000))]
    wide = {"width": 3_000, "height": 3_000}
    scenes = [
        {
            "id": kind,
            "duration": {"kind": "fixed", "fixed": 240_000},
            "layers": [
                {"id": f"{kind}-words", "content": words},
                {"id": f"{kind}-disc", "content": disc, "keyframes": turn, "transform": wide},
            ],
            "transition": {"kind": kind, "duration": 96_000},
        }
        for kind in ("blur", "dissolve", "flip")
    ]
    document = codec.read({"language": "zh", "canvas": {"width_px": 96, "height_px": 128, "frame_rate": 25}, "scenes": scenes})
    order = ProgramOrder(resolve(document, LinkManifest("zh")), (96, 128), FolderSources(folder), WarpEngine(folder), "AI", chosen("cpu"))
    program = order.program()
    assert jpeg(program.frame(0)) != jpeg(program.frame(program.frame_count // 2))
    assert compose_segments(program, SegmentStore(folder), ExportPreset("tiny", 96, "ultrafast", 30))
    print(sorted({"torch", "safetensors", "scipy.signal", "onnxruntime", "pymatting"} & set(sys.modules)))
"""


def test_composing_previewing_and_encoding_load_no_torch(tmp_path):
    said = subprocess.run([sys.executable, "-c", dedent(DRAWN), str(tmp_path)], capture_output=True, text=True, check=False)
    assert said.stderr == ""
    assert said.stdout.strip() == "[]"
