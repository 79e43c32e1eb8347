"""A studio on a port of its own with sockets that work, and short ways into it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from sqlmodel import select

from tests.serving import served
from webapp import create_app
from webapp.database import Database
from webapp.extensions import detach
from webapp.models.columns import utc_now
from webapp.models.identity import Login, User
from webapp.models.project import Project
from webapp.models.tenant import Membership, Tenant
from webapp.services import people, projects, signin
from webapp.settings import Settings

TWO_SCENES = "Hello there, this is the first scene.\n\nAnd this is the second."


@dataclass(frozen=True)
class Studio:
    """A running studio, and short ways into it."""

    app: Flask

    @property
    def settings(self) -> Settings:
        return self.app.extensions["piying"][0]

    @property
    def address(self) -> str:
        return self.settings.public_url

    @property
    def database(self) -> Database:
        return self.app.extensions["piying"][1]

    def open_login(self, email: str) -> tuple[User, Tenant, str]:
        """Somebody with a tenant of her own, and the token of a login."""
        with self.database.transaction() as session:
            user = people.find_or_open(session, people.Address("email", email), "en", utc_now())
            tenant = people.personal_tenant(session, user.id)
            return user, tenant, signin.open_login(session, user, None, utc_now())

    def invite(self, tenant: Tenant, email: str) -> str:
        """Somebody else who acts for `tenant`: the token of her login."""
        user, _, token = self.open_login(email)
        with self.database.transaction() as session:
            session.add(Membership(tenant_id=tenant.id, user_id=user.id))
            session.exec(select(Login).where(Login.user_id == user.id)).one().tenant_id = tenant.id
        return token

    def start(self, tenant: Tenant, script: str, **wishes: str) -> Project:
        """A project that says `script`."""
        wished = projects.Wishes(**({"title": "Cup", "language": "zh", "presenter": "mei", "script": script} | wishes))
        with self.database.transaction() as session:
            return projects.start(session, tenant, wished, utc_now())

    def context(self, browser: Browser, token: str, **options: Any) -> BrowserContext:
        """A browser of its own with that login."""
        context = browser.new_context(base_url=self.address, **({"locale": "en-US"} | options))
        name = f"piying_login_{self.settings.cookie_suffix}"
        context.set_default_timeout(120_000)  # a busy machine is slow, not wrong
        context.add_cookies([{"name": name, "value": token, "url": self.address}])
        return context


@pytest.fixture
def studio(settings: Settings, queue_url: str) -> Iterator[Studio]:
    """The application on a port of its own, by the real clock, with a server for its sockets."""

    def made(address: str) -> Flask:
        return create_app(replace(settings, public_url=address, queue_url=queue_url, frames_url=queue_url), utc_now)

    with served(made) as app:
        yield Studio(app)
    detach(app)


@pytest.fixture
def open_editor(studio, chromium):
    _, tenant, token = studio.open_login("mei@example.com")
    complaints, contexts = [], []

    def opened(script=TWO_SCENES, **options):
        project = studio.start(tenant, script, language="en")
        contexts.append(studio.context(chromium, token, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"/projects/{project.id}/edit")
        page.locator("html[data-saved=saved]").wait_for()
        return page

    yield opened
    told = list(complaints)  # what is under way when the page goes is broken off, and complained about
    for context in contexts:
        context.close()
    assert told == []
