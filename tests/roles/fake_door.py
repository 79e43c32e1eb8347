"""The real worker's door, with two more kinds of job and nothing heavy to import: `fake_door.py ROLE`. Not a test."""

import sys
from dataclasses import replace

import worker
from roles.registry import KINDS, ROLES, TABLES, Kind

KINDS["fake"] = Kind("fake_body.work")
KINDS["brief"] = Kind("fake_body.pass_by")
for name in ("render", "ingest"):
    ROLES[name] = replace(ROLES[name], preload=TABLES, warm_up="")

if __name__ == "__main__":
    sys.exit(worker.main(sys.argv[1:]))
