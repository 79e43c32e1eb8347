"""Devices: where pictures are drawn."""

from typing import Final

DEVICES: Final = ("cpu", "cuda", "auto")
"""`auto` is a graphics card where there is one that can be used, else the processor."""
