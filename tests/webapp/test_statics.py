import re
from pathlib import Path

import pytest

from webapp import statics


@pytest.fixture
def address(app):
    """Of a style sheet, as pages name it."""
    with app.test_request_context():
        return app.url_for("static", filename="css/base.css")


def test_what_a_page_names_is_kept_for_a_year_and_never_asked_about_again(client, address):
    with client.get(address) as answer:
        kept = answer.cache_control

    assert statics.edition(statics.FOLDER) in address
    assert (kept.max_age, kept.immutable, kept.public) == (statics.YEAR_S, True, True)


def test_another_edition_is_served_as_it_is_here_and_not_kept(client, address):
    other = address.replace(statics.edition(statics.FOLDER), "0" * statics.EDITION_LENGTH)
    with client.get(address) as ours, client.get(other) as theirs:
        assert theirs.data == ours.data
        assert (theirs.cache_control.no_cache, theirs.cache_control.immutable) == (True, False)


@pytest.mark.parametrize("name", ["css/none.css", "../__init__.py", "css/../../__init__.py", "css"])
def test_nothing_else_is_served(client, name):
    assert client.get(f"/static/newest/{name}").status_code == 404


def test_an_edition_is_another_with_any_file(tmp_path: Path):
    editions = []
    for name, content in (("a.css", "1"), ("b.css", "1"), ("b.css", "2")):
        (tmp_path / name).write_text(content)
        statics.edition.cache_clear()
        editions.append(statics.edition(tmp_path))

    assert len(set(editions)) == 3


def test_every_module_that_a_page_comes_to_need_is_named_in_it(signed_in):
    page = signed_in.client.get("/projects").text
    named = set(re.findall(r"/static/[0-9a-f]+/(js/[a-z/-]+[.]js)", page))
    entries = re.findall(r'<script src="/static/[0-9a-f]+/(js/[^"]+)" type="module">', page)

    assert entries
    assert named == {module for entry in entries for module in (entry, *statics.modules(entry))}


def test_modules_are_followed_wherever_they_are_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    scripts = {
        "js/main.js": 'import { a,\n  b } from "./near.js";\nimport "../vendor/far.js";\nconst found = query(".none/of.js");\n',
        "js/near.js": 'export { c } from "./deep/last.js";\nexport function d(from) { return "./e.js"; }\n// import "./comment.js"\n',
        "js/deep/last.js": 'import "../near.js";\n',
    }
    for name, text in scripts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(statics, "FOLDER", tmp_path)
    statics.modules.cache_clear()

    assert statics.modules("js/main.js") == ("js/near.js", "vendor/far.js", "js/deep/last.js")
    statics.modules.cache_clear()
