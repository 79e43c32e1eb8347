import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MACHINERY = ["torch", "numba", "av", "onnxruntime", "numpy", "PIL", "scipy", "cv2"]


def test_the_web_door_opens_without_the_renderer_s_machinery(tmp_path):
    script = f"import sys, json, wsgi; print(json.dumps([name for name in {MACHINERY} if name in sys.modules]))"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={"PIYING_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout.splitlines()[-1]) == []
