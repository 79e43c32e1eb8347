"""Tables: columns and constraints, no rules. Import `webapp.models.everything` to have them all in the metadata."""
