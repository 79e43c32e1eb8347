"""One file per noun in the URL: read, call, enqueue, render. A module's `blueprint` is registered by being there."""
