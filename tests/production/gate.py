"""A gate before a server: it can be shut, as if somebody had pulled the cable, opened again, and made narrow."""

import socket
import threading
import time
from contextlib import suppress
from typing import Self

CHUNK_BYTES = 65_536
LOOK_S = 0.2


class Gate:
    """Passes what is said to `port` on to the server at `behind`, and back, while it is open: each line at `bytes_per_s`, where it is narrow."""

    def __init__(self, port: int, behind: int) -> None:
        self.port, self.behind = port, behind
        self.bytes_per_s = 0
        self._listening: socket.socket | None = None
        self._lines: list[socket.socket] = []

    def __enter__(self) -> Self:
        """Open it."""
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Shut it."""
        self.shut()

    def open(self) -> None:
        """Let people in."""
        self._listening = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._admit, args=(self._listening,), daemon=True).start()

    def shut(self) -> None:
        """Let nobody in, and cut off whoever is."""
        for line in (self._listening, *self._lines):
            if line is not None:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                line.close()
        self._listening, self._lines = None, []

    def _admit(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                outer, _ = listening.accept()
                inner = socket.create_connection(("127.0.0.1", self.behind))
                self._lines += [outer, inner]
                for one, other in ((outer, inner), (inner, outer)):
                    threading.Thread(target=self._pour, args=(one, other), daemon=True).start()

    def _pour(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(min(CHUNK_BYTES, self.bytes_per_s or CHUNK_BYTES)):
                other.sendall(data)
                time.sleep(len(data) / self.bytes_per_s if self.bytes_per_s else 0)
        for line in (one, other):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
