"""Servers that say texts."""
