"""The same news from several sides at once, on both databases: what was paid is granted once."""

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select

from tests.accounts import NOW, differences, left, opened, product
from webapp.ledger.kinds import Currency
from webapp.models.purchase import PaymentEvent, Purchase, PurchaseState
from webapp.models.tenant import TenantKind
from webapp.providers.payments.port import Notice, What
from webapp.services import payment_events, payments, purchases
from webapp.services.audit import SYSTEM
from webapp.services.order_terms import Item

TOGETHER = 4


def test_several_who_hear_of_a_payment_at_once_grant_it_once(any_database):
    database = any_database
    mei, pack = opened(database, TenantKind.PERSONAL)[0], product(database)
    with database.transaction() as session:
        told = {"currency": Currency.CNY, "total": 10_000, "provider": "stripe", "key": "k", "now": NOW}
        purchase = purchases.order(session, SYSTEM, mei, [Item(pack.id)], **told)

    def hear(number):
        notice = Notice(
            event_id=f"evt-{number % 2}", kind="paid", what=What.PAID, happened_at=NOW,
            purchase_id=purchase.id, reference="cs_1", payment="pi_1", amount=10_000, currency="CNY",
        )  # fmt: skip
        with database.transaction() as session:
            payment_events.take(session, "stripe", notice, NOW)
        with database.transaction() as session:
            payments.grant(session, purchase.id, NOW) if number % 2 else payments.settle(session, NOW)

    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(hear, range(2 * TOGETHER)))

    with database.reading() as session:
        assert session.get(Purchase, purchase.id).state is PurchaseState.GRANTED
        assert len(session.exec(select(PaymentEvent)).all()) == 2
    assert left(database, mei) == (600_000, 0, 0, 0)
    assert differences(database) == []
