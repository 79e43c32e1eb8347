"""Servers that move the mouth of a film."""
