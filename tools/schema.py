"""Write the document's JSON Schema: `python -m tools.schema [FILE]`, by default docs/document.schema.json."""

import json
import sys
from pathlib import Path
from typing import Final

from render.timeline import codec

SCHEMA_FILE: Final = Path(__file__).parents[1] / "docs" / "document.schema.json"


def schema_text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(codec.json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: list[str]) -> None:
    """Write it to the file named, or to its place in docs."""
    target = Path(arguments[0]) if arguments else SCHEMA_FILE
    target.write_text(schema_text(), encoding="utf-8")
    print(f"{target} written")


if __name__ == "__main__":
    main(sys.argv[1:])
