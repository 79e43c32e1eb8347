"""A project of 200 scenes and 2,000 clips in front of somebody: how long it takes to open, what its edits cost, how large its page is."""

import statistics
import time
from math import ceil
from typing import Any, Final

from playwright.sync_api import Locator, Request
from sqlmodel import select

from bench.show_desk import Desk
from render.timeline import codec
from render.timeline.document import Document
from tests.browser.journeys.studio import Stack
from webapp.models.columns import utc_now
from webapp.models.identity import User
from webapp.models.project import Project, Snapshot
from webapp.services import people, projects
from webapp.services.projects import Wishes

SCENES: Final = 200
CLIPS_EACH: Final = 10
VISITS: Final = 5
EDITS: Final = 40
REST_MS: Final = 1_500
ELEMENTS: Final = "() => document.querySelectorAll('*').length"


def long_document() -> Document:
    """Scenes that say two sentences, under a presenter and nine titles."""
    return codec.read({"language": "en", "title": "A long one", "scenes": [_scene(number) for number in range(SCENES)]})


def put_in(stack: Stack, address: str) -> str:
    """Give somebody such a project, as if she had made it; its id."""
    with stack.database.transaction() as session:
        user = session.exec(select(User).where(User.email == address)).one()
        tenant = people.personal_tenant(session, user.id)
        project: Project = projects.start(session, tenant, Wishes(language="en", presenter="mei", script="Hello."), utc_now())
        snapshot = session.exec(select(Snapshot).where(Snapshot.project_id == project.id)).one()
        snapshot.document = codec.write(long_document()).decode()
        session.add(snapshot)
        return project.id


def measure(desk: Desk, project_id: str) -> dict[str, Any]:
    """Open it several times, then change it all over; elements are counted after every scroll."""
    page = desk.visitor.page
    opened = []
    for _visit in range(VISITS):
        began = time.monotonic()
        page.goto(f"/projects/{project_id}/edit", wait_until="commit")
        page.locator("#scene-list .scene:not(.scene--away) textarea").first.wait_for(timeout=desk.left_s() * 1_000)
        opened.append(time.monotonic() - began)
        page.wait_for_timeout(500)
    answers = _answers(desk)
    elements = [_edited(desk, number * SCENES // EDITS) for number in range(EDITS)]
    return {
        "open, s": {"first": round(opened[0], 2), "p50": round(statistics.median(opened[1:]), 2)},
        "edits": len(answers),
        "edit answer, ms": spread([milliseconds for milliseconds, _ in answers]),
        "edit answer, bytes at most": max((count for _, count in answers), default=0),
        "elements at most": max(elements),
    }


def spread(values: list[float]) -> dict[str, float]:
    """The middle, the 95th of a hundred (of forty the third largest) and the largest."""
    ordered = sorted(values)
    if not ordered:
        return {}
    ranked = {"p50": statistics.median(ordered), "p95": ordered[ceil(len(ordered) * 0.95) - 1], "max": ordered[-1]}
    return {name: round(value, 1) for name, value in ranked.items()}


def _edited(desk: Desk, place: int) -> int:
    """Go to a scene and write in it; elements of the page once it rests."""
    page = desk.visitor.page
    card: Locator = page.locator("#scene-list > li").nth(place)
    card.scroll_into_view_if_needed()
    words = card.locator("textarea[data-block]").first
    words.wait_for(timeout=desk.left_s() * 1_000)
    words.press("Control+End")
    words.press_sequentially(" And one more.", delay=5)
    desk.saved()
    page.wait_for_timeout(REST_MS)
    return int(page.evaluate(ELEMENTS))


def _answers(desk: Desk) -> list[tuple[float, int]]:
    """A list that grows with every answered edit: milliseconds from its request to the answer's end, and the answer's bytes as HTML."""
    found: list[tuple[float, int]] = []

    def note(request: Request) -> None:
        response = request.response() if request.method == "POST" and request.url.endswith("/edits") else None
        if response:
            found.append((request.timing["responseEnd"] - request.timing["requestStart"], len(response.body())))

    desk.visitor.page.on("requestfinished", note)
    return found


def _scene(number: int) -> dict[str, Any]:
    content = {"kind": "text", "texts": {"en": "A line"}}
    titles = [{"id": f"t{number}-{n}", "lane": 20 + n, "content": content} for n in range(CLIPS_EACH - 1)]
    presenter = {"id": f"p{number}", "lane": 10, "content": {"kind": "presenter", "presenter": "mei"}}
    said = {"en": {"text": f"This is sentence number {number} of a long advertisement. It has a second sentence too."}}
    return {"id": f"scene{number}", "blocks": [{"id": f"b{number}", "texts": said}], "layers": [presenter, *titles]}
