"""How the pictures of a film that we wrote are laid out. A field of the file says it."""

from typing import Final

LAYOUT: Final = "layout"
STACKED: Final = "colour-over-alpha"
"""Every picture is twice as high: the colour above, its alpha as luma below."""
