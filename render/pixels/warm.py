"""Builds the compiled kernels' cache (in NUMBA_CACHE_DIR where it is set), so that no frame waits for a compiler."""


def warm() -> None:
    """Compile, or load from the cache, every kernel."""
