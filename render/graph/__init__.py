"""The document compiled: segments with keys, and frames on demand."""
