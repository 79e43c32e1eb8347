"""One's own way back and forth: found among few rows, whatever came before and however often it was gone."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from webapp.models.identity import User
from webapp.models.project import EditRecord, Project
from webapp.models.tenant import Tenant, TenantKind
from webapp.services import editing, steps


class Log:
    """A project's log, written without its edits."""

    def __init__(self, database):
        self.database = database
        with database.transaction() as session:
            tenant = Tenant(kind=TenantKind.PERSONAL, name="Mei")
            self.mei, self.anna = User(email="mei@example.com", name="Mei"), User(email="anna@example.com", name="Anna")
            session.add_all([tenant, self.mei, self.anna])
            session.flush()
            self.project = Project(tenant_id=tenant.id)
            session.add(self.project)

    def write(self, count=1, *, by=None, of=None):
        """So many edits, or what takes `of` back."""
        with self.database.transaction() as session:
            for _ in range(count):
                self.project.revision += 1
                name = f"e{self.project.revision}"
                who = (by or self.mei).id
                session.add(EditRecord(id=name, project_id=self.project.id, user_id=who, revision=self.project.revision, undo_of=of))
            if of:
                session.get_one(EditRecord, of).undone = True
        return name

    def next(self, *, redo):
        with self.database.reading() as session:
            found = steps.last(steps.of(session, self.mei, self.project.id), redo=redo)
        return found and found.id

    def possible(self):
        with self.database.reading() as session:
            return editing.possible(session, self.mei, self.project.id)


@pytest.fixture
def log(any_database):
    return Log(any_database)


@contextmanager
def counted(database):
    """The rows that were read, by statement."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        if "edit_record" in statement:
            asked.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(database.engine, "before_cursor_execute", note)


def test_a_long_run_of_undos_is_gone_back_and_forth_in_order(log):
    log.write(3 * steps.READ_TOGETHER)
    taken = []
    for _ in range(2 * steps.READ_TOGETHER):
        taken.append(log.next(redo=False))
        undo = log.write(of=taken[-1])
    assert taken == [f"e{number}" for number in range(3 * steps.READ_TOGETHER, steps.READ_TOGETHER, -1)]
    assert log.next(redo=True) == undo
    assert log.next(redo=False) == f"e{steps.READ_TOGETHER}"


def test_what_was_taken_back_and_brought_back_over_and_over_stands_where_it_was_left(log):
    last = log.write()
    for turn in range(40):
        assert log.possible() == ((True, False) if turn % 2 == 0 else (False, True))
        assert log.next(redo=turn % 2 == 1) == last
        last = log.write(of=last)


def test_an_edit_of_ones_own_ends_the_way_forth_and_one_of_somebody_else_does_not(log):
    undo = log.write(of=log.write())
    log.write(by=log.anna)
    assert (log.next(redo=False), log.next(redo=True)) == (None, undo)
    log.write()
    assert log.possible() == (True, False)


def test_a_long_history_is_not_read_to_know_the_last_step(log):
    log.write(10 * steps.READ_TOGETHER)
    with counted(log.database) as asked:
        assert log.possible() == (True, False)
    assert len(asked) == 1
    assert "inverse" not in asked[0]
