import pytest

from webapp.errors import Invalid
from webapp.services.addresses import REGIONS, country_codes, email_address, phone_number
from webapp.services.people import Address


@pytest.mark.parametrize("typed", ["mei@example.com", "  Mei@Example.COM ", "ｍｅｉ@example.com"])
def test_one_mailbox_has_one_spelling(typed):
    assert email_address(typed) == Address("email", "mei@example.com")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mei",
        "mei@",
        "@example.com",
        "mei@example",
        "mei@-a.com",
        "a b@example.com",
        "a@b.com\nbcc:x@y.com",
        "a@b..com",
        "x" * 250 + "@b.com",
    ],
)
def test_what_is_no_mail_address_is_refused(typed):
    with pytest.raises(Invalid) as refused:
        email_address(typed)
    assert refused.value.code == "email-wrong"


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("081-234-5678", "TH", "+66812345678"),
        ("0912 345 678", "TW", "+886912345678"),
        ("+66 81 234 5678", "CN", "+66812345678"),
        ("１３８００１３８０００", "CN", "+8613800138000"),
    ],
)
def test_a_number_is_read_in_its_region_unless_it_names_its_country(typed, region, number):
    assert phone_number(typed, region) == Address("phone", number)


@pytest.mark.parametrize("typed", ["", "12", "call me", "+", "+999999999999999", "1" * 400])
def test_what_is_no_phone_number_is_refused(typed):
    with pytest.raises(Invalid) as refused:
        phone_number(typed, "CN")
    assert refused.value.code == "phone-wrong"


def test_a_number_without_country_in_an_unknown_region_is_refused():
    with pytest.raises(Invalid):
        phone_number("138 0013 8000", "XX")


def test_every_region_offered_has_a_calling_code():
    assert list(country_codes()) == list(REGIONS)
    assert all(country_codes().values())
