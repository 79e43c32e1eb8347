"""Set-up: from a clone to everything that `make run` needs. Standard library only: it runs before anything is installed."""
