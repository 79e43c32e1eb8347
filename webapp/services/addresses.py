"""Addresses people sign in with: what was typed becomes one spelling that can be compared."""

import re
import unicodedata
from typing import Final

import phonenumbers

from webapp.errors import Invalid
from webapp.services.people import Address

REGIONS: Final = ("CN", "TH", "TW", "HK", "MO", "SG", "MY", "ID", "VN", "PH", "JP", "KR", "IN", "AU", "GB", "DE", "FR", "US")
"""The regions a number without a country code may be read in; any number with one is taken."""

EMAIL_LENGTH_MAX: Final = 254
_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")


def email_address(text: str) -> Address:
    """An e-mail address in lower case. Raises Invalid."""
    tidy = unicodedata.normalize("NFKC", text).strip().lower()
    if len(tidy) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(tidy):
        raise Invalid("address", "email-wrong")
    return Address("email", tidy)


def phone_number(text: str, region: str) -> Address:
    """A phone number in E.164; without a country code it is read as one of `region`. Raises Invalid."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    try:
        number = phonenumbers.parse(tidy, region if region in REGIONS else None)
    except phonenumbers.NumberParseException as error:
        raise Invalid("address", "phone-wrong") from error
    if not phonenumbers.is_valid_number(number):
        raise Invalid("address", "phone-wrong")
    return Address("phone", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read(text: str, region: str = "") -> Address:
    """Whichever of the two was typed; a phone number without a country code is one of `region`. Raises Invalid."""
    return email_address(text) if "@" in text else phone_number(text, region)


def country_codes() -> dict[str, int]:
    """The calling code of every region offered."""
    return {region: phonenumbers.country_code_for_region(region) for region in REGIONS}
