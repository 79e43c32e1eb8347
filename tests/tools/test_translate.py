import pytest
from babel.messages.pofile import read_po, write_po

from tools import translate


@pytest.fixture
def folder(tmp_path):
    """All catalogues, complete: every string is its own translation."""
    translate.update(tmp_path)
    for locale in translate.LOCALES:
        rewrite(tmp_path, locale, lambda message: message.id)
    return tmp_path


def rewrite(folder, locale, said):
    path = folder / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    for message in catalogue:
        if message.id:
            message.string = said(message)
    with path.open("wb") as file:
        write_po(file, catalogue)


def without(message, placeholder):
    """Its own words, less a placeholder."""
    return message.id.replace(placeholder, "") if isinstance(message.id, str) else message.id


def test_complete_catalogues_have_no_problems(folder):
    assert list(translate.problems(folder)) == []


def test_what_is_not_translated_is_named(folder):
    rewrite(folder, "th", lambda message: "" if message.id == "Projects" else message.id)

    assert list(translate.problems(folder)) == ["th: not translated: 'Projects'"]


def test_english_may_stay_empty_because_it_is_the_source(folder):
    rewrite(folder, "en", lambda _: "")

    assert list(translate.problems(folder)) == []


def test_a_lost_placeholder_is_named(folder):
    rewrite(folder, "zh_Hant", lambda message: without(message, "%(code)s"))

    assert any("zh_Hant: has other placeholders" in problem for problem in translate.problems(folder))


def test_a_lost_placeholder_of_the_page_s_scripts_is_named(folder):
    rewrite(folder, "zh_Hans", lambda message: without(message, "{n}"))

    assert any("zh_Hans: has other placeholders" in problem for problem in translate.problems(folder))


def test_a_sign_that_a_page_would_fill_in_is_named(folder):
    rewrite(folder, "zh_Hans", lambda message: "85% off" if message.id == "Projects" else message.id)

    assert list(translate.problems(folder)) == ["zh_Hans: has a bare %: 'Projects'"]


def test_updating_twice_changes_nothing(folder):
    path = folder / "th" / "LC_MESSAGES" / "messages.po"
    translate.update(folder)
    once = path.read_bytes()
    translate.update(folder)

    assert path.read_bytes() == once


def test_marked_strings_keep_their_placeholders():
    assert translate.mark("Saved: {n}") == "⟦Šàvéd: {n}⟧"
    assert translate.mark("%(code)s is 100%% yours") == "⟦%(code)s ïš".replace("ï", "î") + " 100%% ýõüŕš⟧".replace("ŕ", "r")


def test_compiled_catalogues_lie_beside_their_sources(folder):
    translate.compile_all(folder)

    assert (folder / "th" / "LC_MESSAGES" / "messages.mo").stat().st_size > 100


def test_the_header_names_nobody(tmp_path):
    translate.update(tmp_path)
    text = (tmp_path / "th" / "LC_MESSAGES" / "messages.po").read_text("utf-8")

    assert "FULL NAME" not in text
    assert "PROJECT" not in text
    assert "Babel" not in text
