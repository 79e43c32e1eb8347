"""The embedded presenter engine: a portrait becomes somebody talking."""
