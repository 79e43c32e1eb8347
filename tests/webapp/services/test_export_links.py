"""Addresses for the phone, and what files are called."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.services import export_links

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY, TENANT, EXPORT = "k" * 32, "1" * 32, "2" * 32


def good(at=NOW, *, key=KEY, tenant=TENANT, export=EXPORT, expires=None, proof=None):
    made = export_links.expiry(NOW)
    given = export_links.proof(KEY, TENANT, EXPORT, made) if proof is None else proof
    return export_links.is_good(key, tenant, export, made if expires is None else expires, given, at)


def test_an_address_works_for_a_day_and_no_longer():
    assert timedelta(hours=23) <= datetime.fromtimestamp(export_links.expiry(NOW), UTC) - NOW <= timedelta(hours=24)
    assert good()
    assert good(NOW + timedelta(hours=23))
    assert not good(NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    "bent", [{"key": "x" * 32}, {"tenant": "3" * 32}, {"export": "3" * 32}, {"expires": 2**40}, {"proof": "0" * 64}, {"proof": "é"}]
)
def test_an_address_cannot_be_bent(bent):
    assert not good(**bent)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("清露精华液 · 竖屏短片", "清露精华液 · 竖屏短片 720p zh.mp4"),
        ("../../etc/passwd", "etc passwd 720p zh.mp4"),
        ('a"b\r\nSet-Cookie: x', "a b Set-Cookie x 720p zh.mp4"),
        ("น้ำหอม\u202egnp", "น้ำหอม gnp 720p zh.mp4"),
        ("  ", "video 720p zh.mp4"),
        ("x" * 200, "x" * 80 + " 720p zh.mp4"),
    ],
)
def test_a_file_is_called_what_every_file_system_takes(title, name):
    assert export_links.file_name(title, "720p", "zh", "mp4") == name
