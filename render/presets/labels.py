"""Where the visible mark of machine-made pictures stands: in the top left corner. Parts per 10,000 of the picture's shorter side."""

from typing import Final

LABEL_SIZE: Final = 640
"""Of its letters: higher than the 5 % that the rule asks for."""
LABEL_MARGIN: Final = 300
