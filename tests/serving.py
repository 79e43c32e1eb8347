"""Applications on loopback ports of their own, as long as a test needs them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Silent(WSGIRequestHandler):
    """Requests are not told."""

    def log(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(make: Callable[[str], Flask]) -> Iterator[Flask]:
    """What `make` makes of its own address answers there."""
    server = make_server("127.0.0.1", 0, lambda *request: app(*request), threaded=True, request_handler=Silent)  # noqa: PLW0108 - made below
    app = make(f"http://127.0.0.1:{server.port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
