"""Who takes the money here: what the settings name, and by hand where they name nobody."""

from webapp.errors import NotFound
from webapp.ledger.kinds import Currency
from webapp.providers.payments.port import MANUAL, STRIPE, Provider
from webapp.providers.payments.stripe import Stripe
from webapp.settings import Settings


def offered(settings: Settings, currency: Currency) -> tuple[str, ...]:
    """The ways to pay in a currency, the quickest first. By hand it goes where an account is named, and where there is no other way."""
    online = (STRIPE,) if settings.stripe_key else ()
    return (*online, MANUAL) if instructions(settings, currency) or not online else online


def instructions(settings: Settings, currency: Currency) -> str:
    """What somebody is told who pays by hand; nothing where the settings do not say."""
    return dict(settings.pay_to).get(currency.value, "")


def remote(settings: Settings, name: str) -> Provider | None:
    """The provider behind a purchase's name for it; None where people do it by hand. Raises NotFound for one that is not set up."""
    if name == MANUAL:
        return None
    if name == STRIPE and settings.stripe_key:
        return Stripe(settings.stripe_url, settings.stripe_key, settings.stripe_secrets)
    raise NotFound
