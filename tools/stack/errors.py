"""Why the stack does not start."""


class StackRefused(Exception):
    """A sentence for the person at the terminal, saying what to do."""
