"""The editor's page and parts."""

import pytest

from webapp.services import projects


@pytest.fixture
def project(signed_in, database, clock):
    with database.transaction() as session:
        wishes = projects.Wishes(title="Cup", language="zh", presenter="mei", script="你好。\n\n再见。")
        return projects.start(session, signed_in.tenant, wishes, clock())


def test_the_page_shows_every_scene_with_its_words(signed_in, project):
    answer = signed_in.client.get(f"/projects/{project.id}/edit")

    assert answer.status_code == 200
    assert answer.text.count('class="scene card"') == 2
    assert "你好。</textarea>" in answer.text
