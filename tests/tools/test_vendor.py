import json

import pytest

from tools import vendor


@pytest.fixture
def repository(tmp_path):
    """A checkout whose libraries npm has already brought."""
    packages = {}
    for source in vendor.FILES.values():
        path = tmp_path / "node_modules" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"// {source}\n//# sourceMappingURL=x.map\n")
        package = f"node_modules/{source.split('/')[0]}"
        packages[package] = {"version": "1.0.0"}
        (tmp_path / package / "package.json").write_text('{"version": "1.0.0"}')
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": packages}))
    return tmp_path


def test_libraries_and_licences_are_laid_out_with_their_digests(repository):
    target = repository / "vendor"

    assert vendor.bring(repository, target)
    assert {path.name for path in target.iterdir()} == {*vendor.FILES, *vendor.TYPES, "manifest.json"}
    assert "sourceMappingURL" not in (target / "htmx.js").read_text()


def test_nothing_is_done_when_everything_is_in_place(repository):
    target = repository / "vendor"
    vendor.bring(repository, target)

    assert not vendor.bring(repository, target)


def test_a_damaged_file_is_brought_again(repository):
    target = repository / "vendor"
    vendor.bring(repository, target)
    (target / "htmx.js").write_text("broken")

    assert vendor.bring(repository, target)
    assert (target / "htmx.js").read_text() != "broken"


def test_without_npm_it_says_what_to_install(repository, monkeypatch):
    (repository / "node_modules/sortablejs/package.json").write_text('{"version": "0.9.0"}')
    monkeypatch.setattr(vendor.shutil, "which", lambda _: None)

    with pytest.raises(vendor.VendorMissing, match=r"Install Node\.js"):
        vendor.bring(repository, repository / "vendor")


def test_without_a_network_it_says_so(repository, monkeypatch):
    (repository / "node_modules/sortablejs/package.json").write_text('{"version": "0.9.0"}')
    npm = repository / "npm"
    npm.write_text("#!/bin/sh\necho 'no answer from the registry' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(vendor.shutil, "which", lambda _: str(npm))

    with pytest.raises(vendor.VendorMissing, match="offline"):
        vendor.bring(repository, repository / "vendor")
