"""The device that pictures are drawn on."""

import torch

from render.errors import SetupIncomplete


def chosen(wish: str) -> str:
    """The torch device for one of `DEVICES`. Raises SetupIncomplete(`device-missing`) for `cuda` where there is none to be had.

    Looking for a graphics card wakes CUDA, which does not survive a fork: ask in the process that draws.
    """
    if wish == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if wish == "cuda":
        raise SetupIncomplete("device-missing", device=wish)
    return "cpu"
