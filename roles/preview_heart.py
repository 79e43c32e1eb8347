"""The heart of a preview's worker: says that it lives, and hears when nobody needs it any more."""

import threading
from typing import Final

import structlog
from redis.exceptions import RedisError

from webapp.services.previews import Previews, Record

BEAT_S: Final = 0.4

log = structlog.get_logger("preview")


class Heart:
    """Says every moment that this worker lives, and notices when nobody needs it any more."""

    def __init__(self, there: Previews, session_id: str, generation: int, record: Record) -> None:
        self.there, self.session_id, self.generation, self.record = there, session_id, generation, record
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="preview-heart", daemon=True)

    @property
    def over(self) -> bool:
        """Whether to stop."""
        return self._over.is_set()

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(BEAT_S):
            try:
                record = self.there.beat(self.session_id, self.generation)
            except RedisError as error:
                log.warning("preview heart", reason=str(error))
                continue
            if record is None:
                self._over.set()
                return
            self.record = record
