"""Leaving through the pages: what would go is said before, an enterprise's wish takes the operator's word, and it can be taken back."""

import sqlalchemy as sa

from webapp.models.approval import Approval
from webapp.models.deletion import Deletion, DeletionState
from webapp.models.job import Job
from webapp.models.staff import StaffRole
from webapp.services import deletions, takeouts


def text_of(client, path="/account/deletion"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def standing(database, tenant):
    with database.reading() as session:
        return deletions.latest(session, tenant.id)


def follow(database, clock):
    with database.transaction() as session:
        deletions.follow(session, clock())


def test_the_page_says_what_goes_what_stays_and_when(signed_in):
    page = text_of(signed_in.client)

    assert all(words in page for words in ("What goes", "0 projects with all their versions", "What stays", "After 14 days"))


def test_a_person_asks_is_told_on_every_page_and_takes_it_back(signed_in, database):
    answer = signed_in.client.post("/account/deletion", data={"name": signed_in.tenant.name}, follow_redirects=True)
    assert "will be deleted on Mar 18, 2026" in answer.get_data(as_text=True)
    assert 'class="strip"' in text_of(signed_in.client, "/projects")

    signed_in.client.post("/account/deletion/take-back")

    assert 'class="strip"' not in text_of(signed_in.client, "/projects")
    assert standing(database, signed_in.tenant).state is DeletionState.TAKEN_BACK


def test_a_wrong_name_deletes_nothing(signed_in, database):
    answer = signed_in.client.post("/account/deletion", data={"name": "somebody"})

    assert (answer.status_code, standing(database, signed_in.tenant)) == (422, None)
    assert "exactly as it stands here" in answer.get_data(as_text=True)


def test_asking_twice_is_one_deletion(signed_in, database):
    answers = [signed_in.client.post("/account/deletion", data={"name": signed_in.tenant.name}).status_code for _ in range(2)]

    with database.reading() as session:
        assert (answers, len(session.scalars(sa.select(Deletion)).all())) == ([302, 422], 1)


def test_whoever_rules_a_company_hands_it_over_first(world):
    world.enterprise("Acme", admin="mei")
    mei = world.enter("mei")

    assert "Hand these over, or leave them, first: Acme." in text_of(mei.client)
    assert mei.client.post("/account/deletion", data={"name": mei.tenant.name}).status_code == 422


def test_an_enterprise_goes_when_the_operator_has_agreed_and_the_days_are_over(world, database, clock):
    acme = world.enterprise("Acme", admin="mei")
    mei, boss = world.enter("mei", acme), world.enter("boss", world.employ("boss", StaffRole.ADMIN))
    mei.client.post("/account/deletion", data={"name": "Acme"})
    clock.forward(days=20)
    follow(database, clock)
    assert standing(database, acme).state is DeletionState.ASKED

    with database.reading() as session:
        request = session.scalars(sa.select(Approval)).one()
    assert "Deletion of all data" in text_of(boss.client, f"/operator/approvals/{request.id}")
    boss.client.post(f"/operator/approvals/{request.id}", data={"role": "sales", "agrees": "yes"})
    follow(database, clock)
    assert standing(database, acme).due_at == clock() + deletions.GRACE
    clock.forward(days=14)
    follow(database, clock)

    with database.reading() as session:
        assert [job.kind for job in session.scalars(sa.select(Job))] == [deletions.KIND]


def test_an_enterprise_that_the_operator_refused_stays_and_is_told(world, database, clock):
    acme = world.enterprise("Acme", admin="mei")
    mei, boss = world.enter("mei", acme), world.enter("boss", world.employ("boss", StaffRole.ADMIN))
    mei.client.post("/account/deletion", data={"name": "Acme"})
    with database.reading() as session:
        request = session.scalars(sa.select(Approval)).one()
    boss.client.post(f"/operator/approvals/{request.id}", data={"role": "sales", "agrees": "no"})
    follow(database, clock)

    assert "The operator refused the last request" in text_of(mei.client)


def test_a_wish_that_was_taken_back_is_no_longer_asked_of_the_operator(world, database):
    acme = world.enterprise("Acme", admin="mei")
    mei = world.enter("mei", acme)
    mei.client.post("/account/deletion", data={"name": "Acme"})
    mei.client.post("/account/deletion/take-back")

    with database.reading() as session:
        assert session.scalars(sa.select(Approval)).one().state == "withdrawn"


def test_a_copy_is_packed_once_at_a_time_and_shown_while_it_is(signed_in):
    first = signed_in.client.post("/account/takeout").get_data(as_text=True)

    assert "Packing begins soon" in first
    assert signed_in.client.post("/account/takeout").status_code == 409


def test_only_its_tenant_fetches_a_copy(signed_in, stranger, database, clock):
    with database.transaction() as session:
        job = takeouts.ask(session, signed_in.tenant, signed_in.user.id, clock())
        takeouts.packed(session, job.subject_id, 1, clock())

    assert "Download (1 Byte)" in text_of(signed_in.client, "/account/takeout")
    assert stranger.client.get(f"/account/takeout/{job.subject_id}").status_code == 404
