"""What the renderer takes, measured on documents of our own and generated input."""
