"""Attention: whether a sentence that is being said is said in vain, so that the voice breaks off.

It is, where its words have been written anew meanwhile, and where nobody is there to hear it while somebody else waits for her first one.
"""

from contextlib import suppress

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from webapp.models.project import Project
from webapp.services import documents, linking, voices
from webapp.services.listing import Reading
from webapp.services.previews import Previews
from webapp.services.voices import For, Wish

log = structlog.get_logger("attention")


class Attention:
    """Looks after one sentence, from before it is said until it is."""

    def __init__(self, there: Previews, reading: Reading, wish: Wish) -> None:
        self._there, self._reading, self._wish = there, reading, wish
        self._asked: float | None = None
        if wish.audience is For.WATCHER:
            with suppress(RedisError):
                self._asked = voices.last_asked(there, wish.project_id)

    def in_vain(self) -> bool:
        """Looks at the lists, and at the words where they may have changed. Without servers nothing is in vain."""
        try:
            if self._wish.audience is For.NOBODY:
                return voices.somebody_waits(self._there)
            return self._wish.audience is For.WATCHER and self._was_written_anew()
        except (RedisError, SQLAlchemyError) as error:
            log.info("lists not read", reason=str(error))
            return False

    def _was_written_anew(self) -> bool:
        """Whether other words were asked for since this was looked at last, and these stand nowhere any more."""
        before, self._asked = self._asked, voices.last_asked(self._there, self._wish.project_id)
        if self._asked in {before, None}:
            return False
        with self._reading() as session:
            return not says(session, self._wish)


def says(session: Session, wish: Wish) -> bool:
    """Whether the newest words of the wish's project hold its sentence, in any of their languages."""
    project = session.get(Project, wish.project_id)
    if project is None:
        return False
    document = documents.at_revision(session, project, project.revision)
    languages = {language for scene in document.scenes for block in scene.blocks for language in block.texts}
    linked = (linking.gather(session, document, language, tenant_id=project.tenant_id) for language in languages)
    return any(wish.digest in said for link in linked for said in link.digests.values())
