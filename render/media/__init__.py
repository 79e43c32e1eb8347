"""Containers: the only code that opens media files."""
