"""A film's own actions: named, kept in the row and in the folder, removed; and never somebody else's."""

import json

import pytest

from webapp.errors import Conflict, Invalid, NotFound
from webapp.models.presenter import Presenter, PresenterKind, PresenterState
from webapp.providers.storage.folder import FolderStorage
from webapp.services import acting, clip_actions, presenters


@pytest.fixture
def filmed(database, settings, signed_in):
    """A filmed presenter of 100 frames; gives its id and the description's path."""
    with database.transaction() as session:
        presenter = Presenter(tenant_id=signed_in.tenant.id, name="Mei", kind=PresenterKind.CLIP, state=PresenterState.READY)
        session.add(presenter)
        session.flush()
        path = presenters.folder_of(settings.presenters, presenter.id, 1) / "avatar.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"clip": {"frames": 100, "actions": {}}, "id": presenter.id}))
        return presenter.id, path


def test_an_action_is_in_the_row_and_in_the_folder(database, settings, signed_in, filmed):
    presenter_id, path = filmed
    with database.transaction() as session:
        action = clip_actions.add(session, signed_in.tenant, presenter_id, " Wave ", (1.0, 3.0), storage=FolderStorage(settings.home))
    assert (action.name, action.first, action.end) == ("Wave", 25, 75)
    assert json.loads(path.read_text())["clip"]["actions"] == {action.id: [25, 75]}
    with database.transaction() as session:
        assert clip_actions.of(session.get(Presenter, presenter_id)) == (action,)
        clip_actions.remove(session, signed_in.tenant, presenter_id, action.id, storage=FolderStorage(settings.home))
    assert json.loads(path.read_text())["clip"]["actions"] == {}


@pytest.mark.parametrize(("name", "seconds"), [("", (0.0, 1.0)), ("Wave", (2.0, 2.1)), ("Wave", (3.0, 4.5)), ("Wave", (3.0, 1.0))])
def test_an_action_needs_a_name_and_a_place_in_the_film(database, settings, signed_in, filmed, name, seconds):
    with database.transaction() as session, pytest.raises(Invalid):
        clip_actions.add(session, signed_in.tenant, filmed[0], name, seconds, storage=FolderStorage(settings.home))


def test_a_portrait_has_none_and_another_tenant_finds_none(database, settings, signed_in, stranger, filmed):
    with database.transaction() as session:
        with pytest.raises(NotFound):
            clip_actions.add(session, stranger.tenant, filmed[0], "Wave", (0.0, 1.0), storage=FolderStorage(settings.home))
        session.get(Presenter, filmed[0]).kind = PresenterKind.PHOTO
        session.flush()
        with pytest.raises(Conflict):
            clip_actions.add(session, signed_in.tenant, filmed[0], "Wave", (0.0, 1.0), storage=FolderStorage(settings.home))


def test_what_hangs_on_a_name_that_begins_like_one_may_be_placed():
    assert clip_actions.PREFIX == "clip-"
    assert acting.suggest("Hello", "en")[0].action == "greet"
