"""A customer's own account: what it has, its orders, what it used, and the entries behind every number."""

import csv
import html
import re
from io import StringIO

from tests.accounts import given
from webapp.ledger.kinds import Kind
from webapp.services import entitlements, members, people, projects, seats
from webapp.services.entitlements import Wish

MINUTE = 60_000


def use(world, tenant, user, amount, subject, kind=Kind.VIDEO, project_id=None):
    with world.database.transaction() as session:
        wish = Wish(kind=kind, amount=amount, subject=subject, user_id=user.id, project_id=project_id)
        entitlements.use(session, tenant, wish, world.clock())


def lines(answer):
    return list(csv.reader(StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_account_shows_what_is_left_to_the_digit(world, acme, admin):
    given(world.database, acme, Kind.VIDEO, 1200 * MINUTE, world.clock())
    given(world.database, acme, Kind.PRESENTER, 20, world.clock())
    use(world, acme, world.user("li"), 200 * MINUTE + 21_000, "export:1")

    page = admin.get("/entitlements").text

    assert "999 min 39 s" in page
    assert "200 min 21 s" in page
    assert ">20</a>" in page


def test_a_number_opens_the_entries_it_is_the_sum_of(world, acme, admin):
    given(world.database, acme, Kind.VIDEO, 10 * MINUTE, world.clock())
    world.clock.forward(seconds=1)
    use(world, acme, world.user("li"), 21_000, "export:1")

    found = lines(admin.get("/entitlements/entries?kind=video&account=available&as=csv"))

    assert [line[-1] for line in found[1:]] == ["-21", "600"]


def test_an_order_opens_what_became_of_it(world, acme, admin):
    first = given(world.database, acme, Kind.VIDEO, 10 * MINUTE, world.clock())
    world.clock.forward(days=1)
    given(world.database, acme, Kind.VIDEO, 5 * MINUTE, world.clock())

    assert f"/entitlements/entries?order={first.id}" in admin.get("/orders").text
    assert len(lines(admin.get(f"/entitlements/entries?order={first.id}&as=csv"))) == 2


def test_orders_are_filtered_by_kind_and_source_and_exported_so(world, acme, admin):
    given(world.database, acme, Kind.VIDEO, 10 * MINUTE, world.clock())
    given(world.database, acme, Kind.VOICE, 3, world.clock())

    found = lines(admin.get("/orders?kind=voice&source=operator&as=csv"))

    assert len(found) == 2
    assert found[1][4] == "3"
    assert lines(admin.get("/orders?source=agent&as=csv"))[1:] == []


def test_consumption_is_filtered_by_kind_user_and_time(world, acme, admin):
    given(world.database, acme, Kind.VIDEO, 10 * MINUTE, world.clock())
    use(world, acme, world.user("li"), 21_500, "export:1")
    world.clock.forward(days=2)
    use(world, acme, world.user("admin"), MINUTE, "export:2")

    assert [line[-1] for line in lines(admin.get("/consumption?as=csv"))[1:]] == ["60", "21.5"]
    assert [line[-1] for line in lines(admin.get("/consumption?user=li%40&as=csv"))[1:]] == ["21.5"]
    assert [line[-1] for line in lines(admin.get("/consumption?from=2026-03-06&as=csv"))[1:]] == ["60"]
    assert lines(admin.get("/consumption?kind=vip&as=csv"))[1:] == []


def test_consumption_names_the_project(world, acme, admin):
    with world.database.transaction() as session:
        project = projects.start(session, acme, projects.Wishes(language="en", presenter="mei", script="Hello."), world.clock())
        project.title = "Summer cup"
        session.add(project)
    given(world.database, acme, Kind.VIDEO, 10 * MINUTE, world.clock())
    use(world, acme, world.user("li"), 1000, "export:1", project_id=project.id)

    assert "Summer cup" in admin.get("/consumption").text


def test_one_account_sees_nothing_of_another(world, acme, admin):
    other = world.enterprise("Other", admin="lin")
    line = given(world.database, other, Kind.VIDEO, 77 * MINUTE, world.clock())
    use(world, other, world.user("lin"), 33_000, "export:1")

    for address in ("/entitlements", "/orders", "/consumption", "/entitlements/entries", f"/entitlements/entries?order={line.id}"):
        page = admin.get(address).text
        assert "77 min" not in page
        assert "33 s" not in page


def test_the_chart_counts_the_days_and_names_who_made_most(world, acme, admin):
    given(world.database, acme, Kind.VIDEO, 100 * MINUTE, world.clock())
    li, boss = world.user("li"), world.actor("admin")
    with world.database.transaction() as session:
        member = people.membership(session, acme.id, li.id)
        members.relabel(session, boss, acme, member.id, world.clock(), label="Front desk")
    use(world, acme, world.user("li"), 7 * MINUTE, "export:1")
    world.clock.forward(days=3)
    use(world, acme, world.user("li"), 2 * MINUTE, "export:2")

    page = admin.get("/entitlements").text

    assert "<td>7 min</td>" in page
    assert "<td>2 min</td>" in page
    assert "Front desk" in page
    whole, hers = re.findall(r'href="(/consumption[^"]*)"[^>]*>9 min</a>', page)
    for address, found in ((whole, {"120", "420"}), (hers, {"120", "420"}), (hers.replace(li.id, boss.user_id), set())):
        assert {line[-1] for line in lines(admin.get(f"{html.unescape(address)}&as=csv"))[1:]} == found


def test_seats_that_ended_are_told(world, acme, admin):
    given(world.database, acme, Kind.VIP, 1, world.clock())
    li = world.user("li")
    with world.database.transaction() as session:
        seats.assign(session, acme, Kind.VIP, li.id, world.clock())
    world.clock.forward(days=366)
    with world.database.transaction() as session:
        seats.renew(session, world.clock())

    admin = world.enter("admin", acme).client

    assert "a seat ended on" in admin.get("/entitlements").text


def test_a_seat_is_given_on_a_users_page_and_taken_back(world, acme, admin):
    given(world.database, acme, Kind.VIP, 1, world.clock())
    li = world.user("li")
    with world.database.reading() as session:
        member = people.membership(session, acme.id, li.id)
    address = f"/members/{member.id}"
    assert "In stock: 1" in admin.get(address).text

    assert admin.post(f"{address}/seats", data={"kind": "vip"}).status_code == 302
    with world.database.reading() as session:
        (seat,) = seats.all_of(session, acme, world.clock())
    assert seat.user_id == li.id
    assert "until Mar 4, 2027" in admin.get(address).text

    assert admin.post(f"{address}/seats/{seat.id}/release").status_code == 302
    with world.database.reading() as session:
        assert seats.all_of(session, acme, world.clock())[0].user_id is None
    assert admin.post(f"{address}/seats", data={"kind": "video"}).status_code == 422
    assert admin.post(f"{address}/seats", data={"kind": "live-advanced"}).status_code == 409
