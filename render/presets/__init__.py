"""Named choices as data: export presets, voices, music. They need no machinery, so that the web may offer them."""
