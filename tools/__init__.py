"""Set-up and upkeep: programs a person or the Makefile runs, never part of the running studio."""
