"""Scripts from product facts, from the form for a new project and back to it."""

import re

import pytest

from webapp.models.project import Project

WISHES = {"title": "", "shape": "16:9", "frame_rate": "30", "presenter": "jun", "script": "what stood there"}
ZH = {
    "language": "zh",
    "name": "清风随行杯",
    "audience": "上班族",
    "price": "99元",
    "benefit": ["保温十二小时", "单手就能开"],
    "seconds": "20",
}
EN = {"language": "en", "name": "Breeze mug", "price": "29 dollars", "benefit": ["keeps drinks hot for 12 hours"], "seconds": "15"}


@pytest.fixture
def post(signed_in):
    """Posts the form to one of the actions."""
    return lambda action, **changed: signed_in.client.post(f"/copywriting{action}", data=WISHES | changed)


def script(page):
    """The words in the script's text area."""
    return re.search(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)[1].strip()


def test_the_form_for_a_new_project_travels_along(post):
    text = post("", language="en").text

    for name, value in WISHES.items():
        assert f'name="{name}" value="{value}"' in text
    assert 'name="language" value="en" checked' in text


@pytest.mark.parametrize("facts", [ZH, EN])
def test_facts_become_a_script_with_its_length(post, facts):
    answer = post("/script", **facts)

    assert facts["name"].casefold() in script(answer).casefold()
    assert "Nothing but your facts" in answer.text
    seconds = int(re.search(r"about (\d+) s", answer.text)[1])
    assert 4 <= seconds <= int(facts["seconds"])


def test_another_one_is_another_one(post):
    first, second = (script(post("/script", **ZH, seed=seed)) for seed in ("1", "2"))

    assert first != second
    assert first == script(post("/script", **ZH, seed="1"))


def test_readers_of_traditional_characters_may_have_them(post):
    assert "小時" in script(post("/script", **ZH, traditional="yes"))
    assert "小时" in script(post("/script", **ZH))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Say what the product is called."),
        ({"benefit": ["", " "]}, "Name at least one thing"),
        ({"name": "x" * 121}, "This is too long: at most 120 characters."),
        ({"benefit": ["a", "b", "c", "d", "e", "f", "g"]}, "That is too many: at most 6."),
        ({"seconds": "900"}, "Choose one of the offered lengths."),
        ({"language": "tlh"}, "Choose one of the offered languages."),
        ({"seed": "९" * 30}, None),
        ({"name": "{name} {0.__class__} 50% off <b>"}, None),
    ],
)
def test_odd_facts_are_told_at_their_field_or_taken_as_words(post, wrong, words):
    answer = post("/script", **(ZH | wrong))

    assert answer.status_code == (422 if words else 200)
    assert words is None or words in answer.text
    assert "<b>" not in answer.text.replace("&lt;b&gt;", "")


def test_benefits_are_added_and_taken_away_up_to_six(post, signed_in):
    added = post("/benefits", benefit=["a", "b"])
    removed = post("/benefits", benefit=["a", "b", "c"], remove="1")
    full = post("/benefits", benefit=list("abcdef"))
    part = signed_in.client.post("/copywriting/benefits", data={"benefit": ["a"]}, headers={"HX-Request": "true"})

    rows = [re.findall(r'name="benefit"[^>]*value="(.*?)"', answer.text) for answer in (added, removed, full, part)]
    assert rows == [["a", "b", ""], ["a", "c"], list("abcdef"), ["a", ""]]
    assert "<html" not in part.text


@pytest.mark.parametrize(
    ("text", "found", "reason"),
    [
        ("清风随行杯，全网最低价。", "全网最低", "Advertising law forbids"),
        ("清风随行杯，保温二十四小时。", "二十四小时", "not among your facts"),
        ("清风随行杯，国家专利。", "专利", "only be named if you can show them"),
        ("清风随行杯，便宜。", "便宜", "You asked to avoid this word"),
    ],
)
def test_an_edited_script_is_read_again(post, text, found, reason):
    answer = post("/review", **ZH, forbidden="便宜，廉价", text=text)

    assert f"<mark>{found}</mark>" in answer.text
    assert reason in answer.text


def test_traditional_characters_hide_nothing_from_the_guard(post):
    answer = post("/review", **ZH, traditional="yes", text="保溫二十四小時，絕對好用。")

    assert answer.text.count("<mark>") == 2
    assert "<mark>" not in post("/review", **ZH, traditional="yes", text="保溫十二小時。").text


def test_using_it_fills_the_form_for_a_new_project(post, signed_in, database):
    page = post("/use", **ZH, text="保温十二小时。\r\n\r\n99元。")

    assert "保温十二小时。\n\n99元。</textarea>" in page.text
    assert 'value="清风随行杯"' in page.text
    assert re.search(r'value="jun" checked', page.text)
    made = signed_in.client.post("/projects", data=WISHES | {"language": "zh", "script": "保温十二小时。"})
    with database.reading() as session:
        assert session.get_one(Project, made.location.split("/")[2]).language == "zh"


def test_going_back_leaves_the_form_as_it_was(post):
    assert "what stood there</textarea>" in post("/back", **ZH, text="other").text
