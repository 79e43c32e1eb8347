"""The command line: `python -m bench [NAME] …`: the renderer's own figures, or other measurements by name."""

import sys
from importlib import import_module

OTHERS = {
    "consoles": "bench.consoles",
    "hearing": "bench.hearing",
    "journeys": "bench.journeys",
    "matting": "bench.matting",
    "media": "bench.media",
    "presenters": "bench.presenters",
    "run": "bench.comparison",
    "town": "bench.town",
    "show": "bench.show",
}

if __name__ == "__main__":
    other = OTHERS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if other:
        sys.exit(import_module(other).main(sys.argv[2:]))
    from bench import renderer

    sys.exit(renderer.main())
