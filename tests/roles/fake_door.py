"""The real worker's door, with one more kind of job and nothing heavy to import: `fake_door.py ROLE`. Not a test."""

import sys
from dataclasses import replace

import worker
from roles.registry import KINDS, ROLES, TABLES, Kind

KINDS["fake"] = Kind("fake_body.work")
ROLES["render"] = replace(ROLES["render"], preload=TABLES, warm_up="")

if __name__ == "__main__":
    sys.exit(worker.main(sys.argv[1:]))
