"""The operations on pictures once more, in plain torch: what draws on a device, and what the compiled loops are held to by tests.

Each module has the name of the one it stands for, and its functions theirs. `render.pixels.device` calls them for tensors; nothing
imports them otherwise, since torch comes with them.
"""
