"""Lists through a browser without a screen: filters, sorting, pages, and the files they are exported as."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from webapp.services import people
from webapp.services.people import Address
from webapp.views import sheets

NAMES = ["=1+1", "@cmd", "-2", "+3", "\tTab", "皮影", "plain"]


@pytest.fixture
def crowd(world):
    """120 people, each with a personal tenant, opened a minute apart."""
    for number in range(120):
        world.clock.forward(minutes=1)
        with world.database.transaction() as session:
            people.find_or_open(session, Address("email", f"p{number:03}@example.com"), "en", world.clock())


def rows(page):
    return page.text.count("<tr>") - 1


def following(page):
    return page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")


def test_a_long_list_is_walked_page_by_page(boss, crowd):
    first = boss.get("/operator/tenants?sort=opened")
    second = boss.get(following(first))
    third = boss.get(following(second))

    assert [rows(page) for page in (first, second, third)] == [50, 50, 21]
    assert 'rel="next"' not in third.text


def test_filters_and_sorting_stay_from_page_to_page_and_in_the_files(boss, crowd):
    page = boss.get("/operator/tenants?q=p0&sort=-name")
    assert rows(page) == 50
    assert rows(boss.get(following(page))) == 50

    sheet = boss.get("/operator/tenants?q=p0&sort=-name&as=csv").data.decode("utf-8-sig").splitlines()
    assert len(sheet) == 101
    assert sheet[1].startswith("p099,Personal")


@pytest.mark.parametrize(
    ("since", "until", "found"), [("2026-03-04", "2026-03-04", 121), ("2026-03-05", "", 0), ("", "2026-03-03", 0), ("x", "y", 121)]
)
def test_days_are_counted_whole_and_nonsense_filters_nothing(boss, crowd, since, until, found):
    sheet = boss.get(f"/operator/tenants?from={since}&until={until}&as=csv").data.decode().splitlines()

    assert len(sheet) - 1 == found


def test_a_list_without_rows_says_so_and_offers_everything(boss):
    page = boss.get("/operator/tenants?q=nobody-at-all")

    assert "Nothing fits these filters" in page.text
    assert 'href="/operator/tenants"' in page.text


def test_a_place_that_is_none_is_told(boss):
    assert boss.get("/operator/tenants?after=zzz").status_code == 422


@pytest.mark.parametrize("nonsense", ["%00", "%25", "_", "%27", "\\", "皮" * 300])
def test_nonsense_in_a_search_breaks_nothing(boss, nonsense):
    assert boss.get(f"/operator/tenants?q={nonsense}&sort=nonsense&kind=nonsense").status_code == 200


def test_a_wildcard_is_a_letter(boss, crowd):
    assert "Nothing fits" in boss.get("/operator/tenants?q=%25").text


def test_the_csv_is_in_the_readers_language(boss):
    boss.post("/language", data={"language": "en"})
    sheet = boss.get("/operator/tenants?as=csv")

    assert sheet.data.startswith("\ufeffName,Kind,Client code".encode())
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="tenants.csv"'


def test_no_cell_is_a_formula_in_csv():
    text = b"".join(sheets.write_csv(["Name"], [[name] for name in NAMES])).decode("utf-8-sig")

    assert text.split("\r\n")[1:-1] == ["'=1+1", "'@cmd", "'-2", "'+3", "'\tTab", "皮影", "plain"]


def test_a_workbook_has_texts_numbers_and_no_formula(world):
    book = b"".join(sheets.write_xlsx(["Name", "Count", "When"], [[name, 7, world.clock()] for name in NAMES]))
    with zipfile.ZipFile(BytesIO(book)) as file:
        sheet = ET.fromstring(file.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    cells = list(sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"))

    assert len(cells) == 3 * (len(NAMES) + 1)
    assert not list(sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"))
    texts = [each.text for each in sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t")]
    assert "'=1+1" in texts
    assert "皮影" in texts


def test_the_workbook_of_a_list_opens(boss):
    answer = boss.get("/operator/tenants?as=xlsx")

    with zipfile.ZipFile(BytesIO(answer.data)) as file:
        assert "xl/workbook.xml" in file.namelist()


def test_long_exports_come_in_pieces():
    chunks = list(sheets.write_csv(["Name"], (["x" * 100] for _ in range(5_000))))

    assert len(chunks) > 5
