"""The demo tenant: somebody to sign in as, and a finished project to look at."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from webapp.models.identity import User
from webapp.services import people, projects

ADDRESS: Final = people.Address("email", "demo@example.com")

PROJECTS: Final = (
    projects.Wishes(
        title="Cold brew in one minute",
        shape="16:9",
        language="en",
        presenter="sofia",
        script=(
            "Long day ahead? Your coffee can be ready before you are.\n\n"
            "Fill the bottle, twist the filter in, and leave it in the fridge overnight.\n\n"
            "In the morning, pour, add ice, and take the first sip. Cold brew, without the queue."
        ),
    ),
    projects.Wishes(
        title="夏日随行杯",
        shape="9:16",
        language="zh",
        presenter="mei",
        script=(
            "夏天出门，最怕水不够凉。\n\n"
            "这只随行杯，内胆用的是不锈钢，早上装满冰水，下午打开，还是冰的。\n\n"
            "杯盖一按就开，单手也能喝。上班、露营、遛弯，带上它就够了。"
        ),
    ),
)


def seed(session: Session, now: datetime) -> User:
    """The demo person with her projects; what is there already stays as it is."""
    known = people.find(session, ADDRESS)
    if known:
        return known
    user = people.find_or_open(session, ADDRESS, "", now)
    user.name = "Demo"
    tenant = people.personal_tenant(session, user.id)
    for wishes in PROJECTS:
        projects.start(session, tenant, wishes, now)
    return user
