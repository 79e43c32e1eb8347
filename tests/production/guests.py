"""What people do in a town: a project of theirs, signing in, pressing a button."""

import re

import requests

from tests import exporting
from tests.production.town import Town
from webapp.models.columns import utc_now
from webapp.models.tenant import Tenant
from webapp.services import addresses, people

ADDRESS = "mei@example.com"
TEXTS = ("第一幕的话", "第二幕的话")


def tenant_of(town: Town) -> Tenant:
    """Mei's own."""
    database = town.database()
    with database.transaction() as session:
        user = people.find_or_open(session, addresses.read(ADDRESS), "en", utc_now())
        tenant = people.personal_tenant(session, user.id)
    database.dispose()
    return tenant


def a_project(town: Town, *texts: str) -> str:
    """A short film of Mei's, voiced; a scene for each text."""
    database, tenant = town.database(), tenant_of(town)
    project = exporting.keep(database, tenant, exporting.small_document(*(texts or TEXTS)))
    exporting.voice(database, tenant, project.id, town.home / "artefacts")
    database.dispose()
    return project.id


def enter(town: Town) -> requests.Session:
    """Sign in by the link that the operator's command prints."""
    browser = town.browser()
    link = re.search(r"https://\S+", town.flask("operator", "link", ADDRESS))[0]
    press(browser, link, browser.get(link).text)
    return browser


def press(browser: requests.Session, address: str, page: str, **fields: str) -> requests.Response:
    """Send a form of the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"|"X-CSRFToken": "([^"]+)"', page)
    answer = browser.post(address, data={"csrf_token": token[1] or token[2], **fields}, headers={"HX-Request": "true"})
    assert answer.ok, answer.text
    return answer
