"""The command line: `python -m bench [journeys] …`: the renderer's own figures, or what a person waits for in the browser."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["journeys"]:
        from bench import journeys

        sys.exit(journeys.main(sys.argv[2:]))
    from bench import renderer

    sys.exit(renderer.main())
